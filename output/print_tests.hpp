#pragma once
/// \file Tests of the trial table in words, for a terminal.

#include <string>
#include <vector>

#include "output/results.hpp"

namespace vt {

/// Of one replicate: estimate, standard error, ratio with its interval, p. Of several: mean and SD of the estimates,
/// and the power with its Monte-Carlo interval.
std::string print_test(const ResultTest&);

/// The same, a line for each term.
std::vector<std::string> test_lines(const ResultTest&);

}  // namespace vt
