#pragma once
#include <atomic>

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

/// Adds what a schedule's units find to the ledger, unless `stop` ends it before. Patients who failed are in no tally.
/// \param records  null, or a row for each patient
Crew do_units(const Doing& doing, const WorkSchedule& schedule, Ledger& ledger, Record* records,
              const Progress& progress, const std::atomic<bool>& stop);

/// What a unit that was done elsewhere has added, all words but these 0 before.
void add_unit(const Doing& doing, const WorkSchedule::Unit& unit, std::vector<std::uint64_t> words, Ledger& ledger);

}  // namespace vt
