#include "host/study/share/share_study.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/campaign/bytes.hpp"
#include "host/campaign/describe.hpp"
#include "host/study/optimise/run_optimise.hpp"
#include "host/study/share/answered.hpp"

namespace vt {

std::vector<Seat> seats_for(const Engine& engine, std::uint64_t pieces) {
  const std::size_t used = std::clamp<std::uint64_t>(pieces, 1, engine.seats.size());
  std::vector<Seat> seats(engine.seats.begin(), engine.seats.begin() + static_cast<std::ptrdiff_t>(used));
  for (std::size_t more = used; more < engine.seats.size() && !engine.has_gpu(); ++more) ++seats[more % used].threads;
  return seats;
}

std::vector<Take> open_numbers(std::uint64_t count, const std::vector<bool>& is_known,
                               const std::optional<RunPart>& part) {
  const auto [number, of] = part.value_or(RunPart{});
  std::vector<Take> open;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (is_known[i] || i % of + 1 != number) continue;
    if (!open.empty() && open.back().end == i)
      ++open.back().end;
    else
      open.push_back({i, i + 1});
  }
  return open;
}

void need_all(const std::vector<bool>& is_known, const Joining& joining, const std::string& what) {
  const auto known = static_cast<std::size_t>(std::ranges::count(is_known, true));
  if (known == 0 || (known < is_known.size() && !joining.is_partial))
    throw Incomplete(fmt::format("{} of {} {} are missing", is_known.size() - known, is_known.size(), what));
}

std::string numbered_bytes(const NumberedRecords& records) {
  BytesOut out;
  out.put<std::uint64_t>(records.size());
  for (const auto& [number, record] : records) {
    out.put<std::uint64_t>(number);
    out.put(std::string_view(record));
  }
  return out.bytes();
}

void accept_numbered(std::string_view bytes, const std::function<void(std::size_t, std::string)>& accept) {
  BytesIn in(bytes);
  for (auto n = in.number<std::uint64_t>(); n > 0; --n) {
    const auto number = in.number<std::uint64_t>();
    accept(number, in.text());
  }
  in.end();
}

Saving saving_of(const RunOptions& options) {
  if (options.checkpoint == nullptr || options.answered == nullptr) return {};
  return {[&] { return options.checkpoint->is_due(); },
          [&] { options.checkpoint->try_save(options.answered->bytes()); }};
}

void finish_share(const RunOptions& options, const std::atomic<bool>& stop, const std::string& what, bool is_all) {
  const bool is_part = options.part.has_value();
  const bool is_saved = options.checkpoint != nullptr && options.answered != nullptr;
  if (is_saved && stop) options.checkpoint->save(options.answered->bytes());
  if (is_saved && !stop && is_part) options.checkpoint->save(options.answered->bytes(), true);
  if (is_saved && !stop && !is_part && is_all && options.checkpoint->is_worth_keeping())
    options.checkpoint->try_save(options.answered->bytes(), true);  // if the results cannot be written
  if (!stop) return;
  if (!is_saved) throw Interrupted(fmt::format("stopped before the last {}; nothing was written", what));
  throw Interrupted(
      fmt::format("stopped before the last {}; what is done is kept in {}, and the same command with --resume goes on",
                  what, options.checkpoint->path()));
}

int threads_of(const std::vector<Seat>& seats) {
  int threads = 0;
  for (const Seat& seat : seats) threads += seat.threads;
  return threads;
}

std::string key_of_point(const StudySpec& study, const std::vector<double>& point) {
  return key_of(study.afresh ? fmt::format("afresh {}", *study.afresh) : "point", point);
}

std::string about_points(const StudySpec& study, const Design& design, const std::string& identity) {
  BytesOut out;
  out.put(std::string_view(identity));
  out.put(study.afresh.has_value());
  out.put(study.afresh.value_or(0));
  const std::size_t told = study.optimise ? design.points.size() : 0;  // all others know the points
  out.put<std::uint64_t>(told);
  for (std::size_t p = 0; p < told; ++p) out.put(design.points[p]);
  return out.bytes();
}

void read_about(std::string_view about, const StudySpec& study, const Design& design, const std::string& identity,
                StudySpec& its_study, Design& its_design) {
  BytesIn in(about);
  check_same_work(in.text(), identity);
  const bool is_afresh = in.number<bool>();
  const auto seed = in.number<std::uint64_t>();
  its_study = is_afresh ? with_fresh_numbers(study, seed) : study;
  its_design = design;
  if (const auto told = in.number<std::uint64_t>(); told > 0) {
    its_design = {};
    for (std::uint64_t p = 0; p < told; ++p) its_design.points.push_back(in.numbers<double>());
  }
  in.end();
}

}  // namespace vt
