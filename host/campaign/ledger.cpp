#include "host/campaign/ledger.hpp"

#include <utility>

#include "host/campaign/failures.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

void add_words(std::vector<std::uint64_t>& into, const std::vector<std::uint64_t>& from) {
  for (std::size_t i = 0; i < from.size(); ++i) into[i] += from[i];
}

}  // namespace

Ledger::Ledger(const Plan& plan, std::uint64_t parts) : words(parts), failing(ways_to_fail(plan)), lives_in(parts) {}

std::vector<std::uint64_t>& Ledger::words_of(const Plan& plan, std::size_t part) {
  if (words[part].empty()) words[part].assign(all_words(plan), 0);
  return words[part];
}

void Ledger::note_failure(std::size_t way, const WorkUnit& unit) {
  if (failing[way].count == 0 || unit.first < failing[way].first) failing[way] = unit;
}

void Ledger::add(Ledger&& other) {
  for (std::size_t p = 0; p < words.size(); ++p) {
    if (words[p].empty())
      words[p] = std::move(other.words[p]);
    else
      add_words(words[p], other.words[p]);
  }
  for (std::size_t way = 0; way < failing.size(); ++way)
    if (other.failing[way].count != 0) note_failure(way, other.failing[way]);
  add_words(lives_in, other.lives_in);
  done.add(other.done);
}

void Ledger::save(BytesOut& out) const {
  out.put(lives_in);
  for (const std::vector<std::uint64_t>& part : words) out.put(part);
  for (const WorkUnit& unit : failing) {
    for (const std::uint64_t number : {unit.first, unit.count, unit.replicates}) out.put(number);
  }
  std::vector<std::uint64_t> ranges;
  for (const auto& [begin, end] : done.ranges()) ranges.insert(ranges.end(), {begin, end});
  out.put(ranges);
}

Ledger Ledger::load(BytesIn& in, const Plan& plan, std::uint64_t parts) {
  Ledger ledger(plan, parts);
  ledger.lives_in = in.numbers<std::uint64_t>();
  if (ledger.lives_in.size() != parts) throw BadBytes("it has other parts");
  for (std::vector<std::uint64_t>& part : ledger.words) {
    part = in.numbers<std::uint64_t>();
    if (!part.empty() && part.size() != all_words(plan)) throw BadBytes("it has other counts");
  }
  for (WorkUnit& unit : ledger.failing) {
    unit.first = in.number<std::uint64_t>();
    unit.count = in.number<std::uint64_t>();
    unit.replicates = in.number<std::uint64_t>();
  }
  const std::vector<std::uint64_t> ranges = in.numbers<std::uint64_t>();
  for (std::size_t i = 0; i + 1 < ranges.size(); i += 2) ledger.done.add(ranges[i], ranges[i + 1]);
  return ledger;
}

std::vector<std::uint64_t> Ledger::total(const Plan& plan, std::size_t without) const {
  std::vector<std::uint64_t> sum(all_words(plan));
  for (std::size_t p = 0; p < words.size(); ++p)
    if (p != without) add_words(sum, words[p]);
  return sum;
}

}  // namespace vt
