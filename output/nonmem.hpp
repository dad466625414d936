#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "output/results.hpp"

namespace vt {

/// Doses and concentrations of recorded patients as a table of events, which NONMEM, mrgsolve, rxode2 and nlmixr2 read:
/// ID TIME EVID AMT RATE CMT DV MDV, the individual parameters that stand from the row's time on, the arm and the
/// covariates. output/README.md describes it. \pre results.has_doses
std::string nonmem_table(const Results& results);

/// Whether the first line of a file is that of such a table.
bool is_nonmem_table(std::string_view heading);

/// A covariate's name as NONMEM takes it: at most 20 capital letters, digits and underscores, the first a letter; none
/// of those in `taken`, and none by which these programs know something else.
std::string nonmem_name(const std::string& name, const std::vector<std::string>& taken);

}  // namespace vt
