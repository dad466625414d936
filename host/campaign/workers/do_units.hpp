#pragma once
#include <atomic>
#include <functional>

#include "host/campaign/campaign.hpp"
#include "host/campaign/failures.hpp"
#include "host/campaign/ledger.hpp"
#include "host/campaign/schedule.hpp"
#include "host/campaign/workers/worker.hpp"

namespace vt {

/// Who does units, and how.
struct Doing {
  const Plan& plan;
  Runner run;
  Runner plain;  ///< as `run`, without writing anything down
  int threads = 1;
};

/// Called from one thread at a time, with all that is done; false: there is no need yet.
struct Saving {
  std::function<bool()> is_due;
  std::function<void(const Ledger&)> save;
};

/// Adds what a schedule's units find to the ledger, unless `stop` ends it before. Patients who failed are in no tally.
/// \param records  null, or a row for each patient  \param saving  null, or what is done is saved from time to time
Crew do_units(const Doing& doing, const WorkSchedule& schedule, Ledger& ledger, Record* records,
              const Progress& progress, const std::atomic<bool>& stop, const Saving* saving = nullptr);

/// What a unit that was done elsewhere has added, all words but these 0 before.
void add_unit(const Doing& doing, const WorkSchedule::Unit& unit, std::vector<std::uint64_t> words, Ledger& ledger);

}  // namespace vt
