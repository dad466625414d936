#include "host/campaign/workers/do_units.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>
#include <vector>

#include "host/campaign/workers/isa.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

/// What patients who failed added before they did is subtracted, which is exact, after they have been simulated once
/// more. \param rows the unit's records, or null
void take_back_failed(const Doing& doing, const WorkUnit& unit, const Record* rows, std::vector<std::uint64_t>& words) {
  std::vector<Record> own;
  if (rows == nullptr) {
    own.resize(unit.count * unit.replicates);
    std::vector<std::uint64_t> unused(words.size());
    doing.plain(doing.plan, unit, unused.data(), own.data());
    rows = own.data();
  }
  std::vector<std::uint64_t> ids, added(words.size());
  for (std::uint64_t i = 0; i < unit.count * unit.replicates; ++i)
    if (rows[i].failure != 0) ids.push_back(rows[i].patient);
  choose_cpu_build().run(doing.plan, {.count = ids.size(), .ids = ids.data()}, added.data(), nullptr);
  for (std::uint64_t i = 0; i < doing.plan.tally_words; ++i) words[i] -= added[i];
}

/// Patients who failed are taken out again. \param before  the counts of failures before this unit
void book(const Doing& doing, const WorkSchedule::Unit& unit, const Record* rows,
          const std::vector<std::uint64_t>& before, std::vector<std::uint64_t>& words, Ledger& ledger) {
  ledger.lives_in[unit.part] += unit.work.count * unit.work.replicates;
  const std::uint64_t* failures = words.data() + failure_word(doing.plan);
  if (std::equal(before.begin(), before.end(), failures)) return;
  for (std::size_t way = 0; way < before.size(); ++way)
    if (failures[way] != before[way]) ledger.note_failure(way, unit.work);
  take_back_failed(doing, unit.work, rows, words);
}

void do_unit(const Doing& doing, const WorkSchedule::Unit& unit, Ledger& ledger, Record* records) {
  std::vector<std::uint64_t>& words = ledger.words_of(doing.plan, unit.part);
  const std::uint64_t* failures = words.data() + failure_word(doing.plan);
  const std::vector<std::uint64_t> before(failures, failures + ways_to_fail(doing.plan));
  Record* rows = records ? records + unit.rows_before : nullptr;
  doing.run(doing.plan, unit.work, words.data(), rows);
  book(doing, unit, rows, before, words, ledger);
}

}  // namespace

Crew do_units(const Doing& doing, const WorkSchedule& schedule, Ledger& ledger, Record* records,
              const Progress& progress, const std::atomic<bool>& stop, const Saving* saving) {
  using Clock = std::chrono::steady_clock;
  constexpr auto keeps_to_itself = std::chrono::milliseconds(100);  // before it is part of what is saved
  std::mutex mutex;
  std::uint64_t done = ledger.lives();
  const std::uint64_t before = done;
  return share_out(schedule.count(), doing.threads, stop, [&](const Next& next) {
    Ledger own(doing.plan, ledger.words.size());
    Clock::time_point handed_over = Clock::now();
    while (const auto i = next()) {
      const WorkSchedule::Unit unit = schedule.at(*i);
      do_unit(doing, unit, own, records);
      schedule.note(unit, own.done);
      const bool hands_over = saving != nullptr && Clock::now() - handed_over >= keeps_to_itself;
      const std::lock_guard lock(mutex);
      done += unit.work.count * unit.work.replicates;
      if (progress) progress(static_cast<double>(done - before) / static_cast<double>(schedule.lives()));
      if (!hands_over) continue;
      ledger.add(std::exchange(own, Ledger(doing.plan, ledger.words.size())));
      if (saving->is_due()) saving->save(ledger);
      handed_over = Clock::now();
    }
    const std::lock_guard lock(mutex);
    ledger.add(std::move(own));
  });
}

void add_unit(const Doing& doing, const WorkSchedule::Unit& unit, std::vector<std::uint64_t> words, Ledger& ledger) {
  book(doing, unit, nullptr, std::vector<std::uint64_t>(ways_to_fail(doing.plan)), words, ledger);
  std::vector<std::uint64_t>& sums = ledger.words_of(doing.plan, unit.part);
  for (std::size_t i = 0; i < words.size(); ++i) sums[i] += words[i];
}

}  // namespace vt
