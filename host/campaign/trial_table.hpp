#pragma once
#include <span>

#include "host/plan/build_plan.hpp"
#include "kernels/course/course.hpp"

namespace vt {

/// Whether a patient has every column that a test needs, and a life that could be computed.
bool is_usable(const AnalysisPlan& analysis, const Record& row);

/// Results of all tests, without replicates yet.
std::vector<ResultTest> empty_tests(const BuiltPlan&);

/// Adds a replicate. Patients with a column undefined that a test needs are left out of it; a test without an answer
/// (no convergence, nobody in it) is NaN. \param rows in the order of the patients' ids
void add_replicate(const BuiltPlan&, std::span<const Record> rows, std::vector<ResultTest>&);

/// But for those from `begin` on and before `end`.
ResultTest without_replicates(const ResultTest& test, std::size_t begin, std::size_t end);

}  // namespace vt
