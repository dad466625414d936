#include "host/campaign/workers/do_unit.hpp"

#include <algorithm>
#include <utility>

#include "host/campaign/workers/isa.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

/// What patients who failed added before they did is subtracted, which is exact, after they have been simulated once
/// more. \param rows the unit's records, or null
void take_back_failed(const Plan& plan, const Runner& plain, const WorkUnit& unit, const Record* rows,
                      std::vector<std::uint64_t>& words) {
  std::vector<Record> own;
  if (rows == nullptr) {
    own.resize(unit.count * unit.replicates);
    std::vector<std::uint64_t> unused(words.size());
    plain(plan, unit, unused.data(), own.data());
    rows = own.data();
  }
  std::vector<std::uint64_t> ids, added(words.size());
  for (std::uint64_t i = 0; i < unit.count * unit.replicates; ++i)
    if (rows[i].failure != 0) ids.push_back(rows[i].patient);
  choose_cpu_build().run(plan, {.count = ids.size(), .ids = ids.data()}, added.data(), nullptr);
  for (std::uint64_t i = 0; i < plan.tally_words; ++i) words[i] -= added[i];
}

/// Patients who failed are taken out again. \param before  the counts of failures before this unit
void book(const Plan& plan, const Runner& plain, const PlacedUnit& unit, const Record* rows,
          const std::vector<std::uint64_t>& before, std::vector<std::uint64_t>& words, Ledger& ledger) {
  const std::uint64_t* failures = words.data() + failure_word(plan);
  if (!std::equal(before.begin(), before.end(), failures)) {
    for (std::size_t way = 0; way < before.size(); ++way)
      if (failures[way] != before[way]) ledger.note_failure(way, unit.work);
    take_back_failed(plan, plain, unit.work, rows, words);
  }
  ledger.lives_in[unit.part] += unit.end - unit.begin;
  ledger.done.add(unit.begin, unit.end);
}

}  // namespace

void do_unit(const Plan& plan, const Runner& run, const Runner& plain, const PlacedUnit& unit, Ledger& ledger,
             Record* rows) {
  std::vector<std::uint64_t>& words = ledger.words_of(plan, unit.part);
  const std::uint64_t* failures = words.data() + failure_word(plan);
  const std::vector<std::uint64_t> before(failures, failures + ways_to_fail(plan));
  run(plan, unit.work, words.data(), rows);
  book(plan, plain, unit, rows, before, words, ledger);
}

void do_unit_or_nothing(const Plan& plan, const Runner& run, const PlacedUnit& unit, Ledger& ledger, Record* rows) {
  std::vector<std::uint64_t> words(all_words(plan));
  run(plan, unit.work, words.data(), rows);
  add_unit(plan, choose_cpu_build().run, unit, std::move(words), rows, ledger);
}

void add_unit(const Plan& plan, const Runner& plain, const PlacedUnit& unit, std::vector<std::uint64_t> words,
              const Record* rows, Ledger& ledger) {
  book(plan, plain, unit, rows, std::vector<std::uint64_t>(ways_to_fail(plan)), words, ledger);
  std::vector<std::uint64_t>& sums = ledger.words_of(plan, unit.part);
  for (std::size_t i = 0; i < words.size(); ++i) sums[i] += words[i];
}

}  // namespace vt
