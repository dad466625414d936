#pragma once
#include "host/campaign/intervals.hpp"
#include "host/plan/build_plan.hpp"
#include "output/results.hpp"

namespace vt {

/// The table of patients and the doses of recorded ones, as the scenario's [record] asks: who is in it lives again, on
/// a CPU, with the bits of the run. Takes the place of the columns that are kept, which are in the table, too.
///
/// first: the number of the first patient of every replicate. patients: of a replicate, that were simulated. done:
/// places of those who were.
void fill_patient_table(const BuiltPlan& built, std::uint64_t first, std::uint64_t patients, const Intervals& done,
                        int threads, Results& results);

/// How many lives that takes.
std::uint64_t lives_again(const BuiltPlan& built);

}  // namespace vt
