#include "host/campaign/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "host/campaign/collect.hpp"
#include "host/campaign/describe.hpp"
#include "host/campaign/looks.hpp"
#include "host/campaign/patient_table.hpp"
#include "host/campaign/ranks/team.hpp"
#include "host/campaign/trial_table.hpp"
#include "output/io_error.hpp"

namespace vt {

namespace {

constexpr std::uint64_t kGpuBlock = std::uint64_t{1} << 15;  ///< patients; half of what the largest devices hold
constexpr std::uint64_t kMostRows = std::uint64_t{1} << 16;  ///< that are held at a time for the tests of replicates
constexpr std::uint64_t kMostTogether = std::uint64_t{1} << 18;

std::uint64_t places_in(const Intervals& done) {
  std::uint64_t count = 0;
  for (const auto& [begin, end] : done.ranges()) count += end - begin;
  return count;
}

}  // namespace

Trial::Trial(BuiltPlan built, const Engine& engine, const RunOptions& options, const Progress& progress,
             const std::atomic<bool>& stop)
    : built_(std::move(built)),
      engine_(engine),
      options_(options),
      progress_(progress),
      stop_(stop),
      parts_(options.in_parts && !built_.stopping ? parts_of(plan().patients, plan().replicates) : Parts{}),
      places_(options.first, plan().patients, plan().replicates, parts_),
      ledger_(plan(), parts_.count) {
  if (built_.recording.patients > 0) recording_.emplace(built_, options.first);
  writes_down_ = recording_ && !engine.has_gpu() && options.team == nullptr;
  records_.resize(options.keep_records ? places_.count() : 0);
  tests_ = unanswered_tests(built_);
  kept_ = KeptColumns(built_, places_.count());
}

std::optional<std::vector<PlacedUnit>> Trial::all_at_once() const {
  if (has_table() || built_.stopping || recording_ || !records_.empty()) return std::nullopt;
  std::vector<PlacedUnit> units;
  for (std::uint64_t begin = 0, end = 0; begin < places_.count(); begin = end) {
    end = places_.cut(begin, places_.count(), kMostTogether);
    units.push_back({places_.unit({begin, end}), places_.part_of(begin), begin, end});
  }
  return units;
}

void Trial::add(const PlacedUnit& unit, std::vector<std::uint64_t> words) {
  add_unit(plan(), engine_.cpu->run, unit, std::move(words), nullptr, ledger_);
  patients_ = plan().patients;
}

TrialWork Trial::work_for(Wanted wanted, std::uint64_t rows_begin) const {
  return {built_, places_, parts_.count, wanted, rows_begin};
}

std::unique_ptr<Hand> Trial::hire(const TrialWork& work, const Seat& seat) {
  Runner run = seat.run;
  if (writes_down_)
    run = [this](const Plan&, WorkUnit unit, std::uint64_t* words, Record* rows) {
      recording_->run_unit(engine_.cpu->run, unit, words, rows);
    };
  return make_trial_hand(work, std::move(run), seat.run, seat.is_gpu());
}

std::string Trial::about(Wanted wanted, std::uint64_t rows_begin) const {
  BytesOut out;
  out.put(std::string_view(options_.identity));
  out.put(built_.hash);
  out.put(static_cast<std::uint8_t>(wanted));
  out.put(rows_begin);
  return out.bytes();
}

void Trial::share_out(const std::vector<Take>& takes, Wanted wanted, Record* rows, std::uint64_t rows_begin) {
  // What rows are for is not done with its patients: they are added when it is.
  Ledger apart(plan(), parts_.count);
  TrialWork work = work_for(wanted, rows_begin);
  work.ledger = rows != nullptr ? &apart : &ledger_;
  work.rows = rows;
  work.tests = &tests_;
  const auto all = static_cast<double>(places_.count());
  const double before = static_cast<double>(ledger_.lives()) / all;
  const std::uint64_t whole = wanted == Wanted::tests ? plan().patients : 1;
  Job job{about(wanted, rows_begin), OpenWork(without(takes, ledger_.done), [&](auto begin, auto limit, auto most) {
            return places_.cut(begin, limit, std::max(most, whole));
          })};
  const auto left = static_cast<double>(job.open.left());
  job.least = std::max<std::uint64_t>(1, options_.block);
  job.least_gpu = std::max(kGpuBlock, job.least);
  if (wanted != Wanted::tallies) job.most = kMostRows;
  job.hire = [&](const Seat& seat) { return hire(work, seat); };
  job.accept = [&](std::string_view found) { accept_found(work, found); };
  job.progress = [&](double share) {
    if (progress_) progress_(before + share * left / all);
  };
  if (options_.checkpoint != nullptr && rows == nullptr)
    job.saving = {[&] { return options_.checkpoint->is_due(); }, [&] { save_if_due(); }};
  const std::uint64_t useful = std::max<std::uint64_t>(1, (job.open.left() + job.least - 1) / job.least);
  const std::size_t used = std::min<std::uint64_t>(engine_.seats.size(), useful);
  const std::vector<Seat> seats(engine_.seats.begin(), engine_.seats.begin() + static_cast<std::ptrdiff_t>(used));
  const Shared shared = share(job, seats, stop_, options_.team);
  noted_.insert(noted_.end(), shared.notes.begin(), shared.notes.end());
  const int threads = static_cast<int>(used);
  if (!shared.crew.flaw.empty() || crew_.flaw.empty()) {
    wanted_threads_ = std::max(wanted_threads_, threads);
    crew_.threads = shared.crew.flaw.empty() ? std::max(crew_.threads, shared.crew.threads) : shared.crew.threads;
    crew_.flaw = shared.crew.flaw;
  }
  if (!stop_) return ledger_.add(std::move(apart));
  if (options_.checkpoint == nullptr) throw Interrupted("stopped before the last patient; nothing was written");
  save();
  throw Interrupted(
      fmt::format("stopped before the last patient; what is done is kept in {}, and the same command with "
                  "--resume goes on",
                  options_.checkpoint->path()));
}

/// Everybody of the patients that results speak of.
bool Trial::is_whole_so_far() const { return ledger_.lives() == patients_ * plan().replicates; }

std::string Trial::saved() const {
  BytesOut out;
  out.put(patients_);
  ledger_.save(out);
  save_tests(tests_, out);
  kept_.save(ledger_.done, out);
  return out.bytes();
}

void Trial::add_saved(std::string_view content) {
  BytesIn in(content);
  const auto patients = in.number<std::uint64_t>();
  Ledger ledger = Ledger::load(in, plan(), parts_.count);
  std::vector<ResultTest> tests = empty_tests(built_);
  load_tests(in, tests);
  KeptColumns kept(built_, kept_.is_wanted() ? places_.count() : 0);
  kept.load(ledger.done, in);
  in.end();
  for (const ResultTest& test : tests)
    if (test.patients.size() != plan().replicates) throw BadBytes("its tests have other replicates");
  for (const auto& [begin, end] : ledger.done.ranges()) {
    if (end > places_.count()) throw BadBytes("it has patients that the trial has not");
    std::uint64_t missing = 0;
    for (const auto& [from, to] : ledger_.done.missing(begin, end)) missing += to - from;
    if (missing != end - begin) throw BadBytes("it has patients that are there already");
    for (std::uint64_t r = begin / plan().patients; !tests.empty() && r < end / plan().patients; ++r) {
      std::vector<ResultTest> one = empty_tests(built_);
      for (std::size_t t = 0; t < one.size(); ++t) append_replicate(tests[t], r, one[t]);
      place_replicate(one, r, tests_);
    }
  }
  if (ledger.lives() != places_in(ledger.done)) throw BadBytes("it has other patients than it says");
  kept_.add(kept, ledger.done);
  patients_ = std::max(patients_, patients);
  ledger_.add(std::move(ledger));
}

/// \throws IoError
void Trial::resume() {
  std::string note;
  const std::optional<std::string> content = options_.checkpoint->load(note);
  if (!note.empty()) said_.push_back(note);
  if (!content) return;
  try {
    add_saved(*content);
    resumed_ = ledger_.lives();
    writes_down_ = false;  // some may be done: finish() writes down all of them
  } catch (const BadBytes& flaw) {
    throw IoError(options_.checkpoint->path(), "cannot be resumed", flaw.what());
  }
}

/// Whether a thread takes whole replicates, and tests them.
bool Trial::tests_by_replicate() const {
  constexpr std::uint64_t each = 4;  // so that all end at about the same time
  return records_.empty() && !kept_.is_wanted() && plan().patients <= kMostRows &&
         plan().replicates >= std::max<std::uint64_t>(8, each * engine_.seats.size());
}

/// Tests need whole replicates; few large ones are simulated by all, some at a time, so that only their rows are held.
void Trial::do_replicates() {
  const std::uint64_t patients = plan().patients, replicates = plan().replicates;
  if (tests_by_replicate()) {
    share_out(own_part(), Wanted::tests, nullptr, 0);
    patients_ = patients;
    return;
  }
  const std::uint64_t at_once = std::max<std::uint64_t>(1, kMostRows / std::max<std::uint64_t>(1, patients));
  std::vector<Record> table(std::min(at_once, replicates) * patients);
  for (const Take& take : without(own_part(), ledger_.done)) {
    for (std::uint64_t r = take.begin / patients; r < take.end / patients; r += at_once) {
      const std::uint64_t here = std::min(at_once, take.end / patients - r);
      share_out({{r * patients, (r + here) * patients}}, Wanted::rows, table.data(), r * patients);
      for (std::uint64_t i = 0; i < here; ++i) {
        std::vector<ResultTest> tests = empty_tests(built_);
        add_replicate(built_, std::span(table).subspan(i * patients, patients), tests);
        place_replicate(tests, r + i, tests_);
      }
      if (kept_.is_wanted()) kept_.take(r * patients, std::span(table).first(here * patients));
      if (!records_.empty()) std::copy_n(table.data(), here * patients, records_.data() + r * patients);
      save_if_due();
    }
  }
  patients_ = patients;
}

/// All patients, or as many as it takes to know a tally.
void Trial::do_looks() {
  // A trial that goes on may have been at its end.
  bool is_enough = built_.stopping && patients_ > 0 && is_whole_so_far() && is_known(built_, ledger_.total(plan()));
  while (patients_ < plan().patients && !is_enough) {
    const std::uint64_t until = built_.stopping ? next_look(patients_, plan().patients) : plan().patients;
    share_out(built_.stopping ? places_.of_every_replicate(patients_, until) : own_part(),
              records_.empty() ? Wanted::tallies : Wanted::rows, records_.empty() ? nullptr : records_.data(), 0);
    patients_ = until;
    is_enough = built_.stopping && is_known(built_, ledger_.total(plan()));
  }
  if (built_.stopping) said_.push_back(how_it_ended(built_, patients_, is_enough));
}

std::vector<Take> Trial::own_part() const {
  const RunPart part = options_.part.value_or(RunPart{});
  const std::uint64_t patients = plan().patients;
  const auto begin_of = [&](std::uint64_t p) {
    if (has_table()) return plan().replicates * p / part.of * patients;
    const std::uint64_t place = places_.count() * p / part.of;
    return p == part.of ? place : place - place % patients % kCohort;
  };
  return {{begin_of(part.number - 1), begin_of(part.number)}};
}

void Trial::tell_parts(TrialFound& found) const {
  if (parts_.count <= 1) return;
  const auto lives = static_cast<double>(ledger_.lives());
  for (std::size_t p = 0; p < parts_.count; ++p) {
    found.without.push_back(collect_without(built_, ledger_, p));
    found.shares.push_back(static_cast<double>(ledger_.lives_in[p]) / lives);
    if (!parts_.by_replicate) continue;
    const auto [begin, end] = replicates_of(parts_, p, plan().replicates);
    for (const ResultTest& test : tests_) found.without.back().tests.push_back(without_replicates(test, begin, end));
  }
}

void Trial::join() {
  for (const SavedWork& work : options_.joining->works) {
    try {
      add_saved(read_checkpoint(work.path).content);  // one after another
    } catch (const BadBytes& flaw) {
      throw IoError(work.path, "cannot be joined", flaw.what());
    }
  }
  const std::uint64_t all = places_.count(), done = ledger_.lives();
  const bool has_ended = built_.stopping && patients_ > 0 && is_whole_so_far();
  if (done == 0 || (done < all && !has_ended && !options_.joining->is_partial))
    throw Incomplete(fmt::format("{} of {} patients are missing", all - done, all));
  if (!is_whole_so_far()) patients_ = plan().patients;
  if (done == all || tests_.empty()) return;
  const std::vector<ResultTest> tests = std::exchange(tests_, empty_tests(built_));  // of replicates that are done
  for (std::uint64_t r = 0; r < plan().replicates; ++r)
    if (ledger_.done.missing(r * plan().patients, (r + 1) * plan().patients).empty())
      for (std::size_t t = 0; t < tests.size(); ++t) append_replicate(tests[t], r, tests_[t]);
}

void Trial::simulate() {
  if (options_.joining != nullptr) return join();
  if (options_.checkpoint != nullptr && options_.resumes) resume();
  if (has_table())
    do_replicates();
  else
    do_looks();
  if (options_.part)
    save(true);
  else if (options_.checkpoint != nullptr && options_.checkpoint->is_worth_keeping())
    options_.checkpoint->try_save(saved(), true);  // if the results cannot be written
  keep_rows_of_done();
}

/// Where the trial has ended early.
void Trial::keep_rows_of_done() {
  if (records_.empty()) return;
  for (std::uint64_t r = 1; r < plan().replicates; ++r)
    std::copy_n(records_.data() + r * plan().patients, patients_, records_.data() + r * patients_);
  records_.resize(patients_ * plan().replicates);
}

void Trial::follow() {
  const TrialWork work = work_for(Wanted::tallies, 0);
  options_.team->follow(
      engine_.seats,
      [&](const std::string& about) -> Team::Hire {
        BytesIn in(about);
        check_same_work(in.text(), options_.identity);
        if (in.number<std::uint64_t>() != built_.hash) throw std::runtime_error("it makes another plan than rank 0");
        TrialWork here = work;
        here.wanted = static_cast<Wanted>(in.number<std::uint8_t>());
        here.rows_begin = in.number<std::uint64_t>();
        return [this, here](const Seat& seat) { return hire(here, seat); };
      },
      stop_);
}

TrialFound Trial::found() && {
  TrialFound found;
  const bool is_partial = !options_.part && !is_whole_so_far();
  tell_parts(found);
  Results& results = found.results;
  results = collect(built_, ledger_, patients_, engine_.cpu->run);
  results.tests = std::move(tests_);
  results.columns = std::move(kept_).found();
  results.notes.insert(results.notes.end(), said_.begin(), said_.end());
  if (is_partial) {
    const std::uint64_t all = patients_ * plan().replicates, done = ledger_.lives();
    mark_partial(fmt::format("{} of {} patients", done, all), static_cast<double>(done) / static_cast<double>(all),
                 results.title, results.notes);
  }
  results.records.resize(records_.size() * sizeof(Record));
  if (!records_.empty()) std::memcpy(results.records.data(), records_.data(), results.records.size());
  if (recording_) recording_->finish(engine_.cpu->run, results);
  fill_patient_table(built_, options_.first, patients_, ledger_.done,
                     options_.threads > 0 ? options_.threads : usable_cores(), results);
  results.first_patient = results.columns.first = options_.first;
  describe_work(engine_, options_, crew_.threads, results.provenance);
  results.provenance.notes = std::move(noted_);
  if (options_.checkpoint != nullptr && !options_.checkpoint->flaw().empty())
    results.provenance.notes.push_back(unsaved_note(*options_.checkpoint));
  if (resumed_ > 0)
    results.provenance.notes.push_back(
        fmt::format("{} of {} patients were done when the run was resumed", resumed_, places_.count()));
  if (!crew_.flaw.empty())
    results.provenance.notes.push_back(fmt::format("the run had {} of {} threads ({}), and the numbers of any",
                                                   crew_.threads, wanted_threads_, crew_.flaw));
  return found;
}

}  // namespace vt
