#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "host/plan/build_plan.hpp"

namespace vt {

/// Patients after which a run that may end early looks at its errors: 10,000, 20,000, 40,000 … and `most`.
std::uint64_t next_look(std::uint64_t done, std::uint64_t most);

/// The largest Monte-Carlo standard error of the tally's cells: of the share of randomised patients or its estimand's
/// (half of Wilson's interval over 1.96, so that a share of 0 has one), of the mean, or of the share without event at
/// the end. Cells without patients and cells "not measured" are left out; infinite where a cell has too few patients.
double largest_error(const ResultTally&);

/// Is the tally that a run waits for known well enough? \pre built.stopping
bool is_known(const BuiltPlan& built, const std::vector<std::uint64_t>& words);

/// "10000 of 100000 patients were simulated: …" \pre built.stopping
std::string how_it_ended(const BuiltPlan& built, std::uint64_t patients, bool is_enough);

}  // namespace vt
