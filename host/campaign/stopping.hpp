#pragma once
#include "output/results.hpp"

namespace vt {

/// Patients after which a run that may end early looks at its errors: 10,000, 20,000, 40,000 … and `most`.
std::uint64_t next_look(std::uint64_t done, std::uint64_t most);

/// The largest Monte-Carlo standard error of the tally's cells: of the share of randomised patients or its estimand's
/// (half of Wilson's interval over 1.96, so that a share of 0 has one), of the mean, or of the share without event at
/// the end. Cells without patients and cells "not measured" are left out; infinite where a cell has too few patients.
double largest_error(const ResultTally&);

}  // namespace vt
