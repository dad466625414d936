#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "host/plan/build_plan.hpp"
#include "kernels/run.hpp"
#include "output/results.hpp"

namespace vt {

/// Runs a unit: a CPU's build, or a trial on the GPU.
using Runner = std::function<void(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records)>;

/// How many ways there are for a patient to fail: words from failure_word on (kernels/tally/layout.hpp).
std::size_t ways_to_fail(const Plan& plan);

/// A row for each way in which patients have failed. words: of the run. first: for each way the first unit in which
/// some did; parts of it are run again to find the patient.
std::vector<FailureCount> collect_failures(const BuiltPlan& built, const std::uint64_t* words,
                                           std::span<const WorkUnit> first, const Runner& run);

/// A row for each formula that had no value where that is no failure.
std::vector<WithoutValue> collect_without_value(const BuiltPlan& built, const std::uint64_t* words);

/// A row for each condition `among` of which it could not be told whether it holds.
std::vector<WithoutValue> collect_unclear(const BuiltPlan& built, const std::uint64_t* words);
std::string note_of_unclear(const WithoutValue& condition);

/// "the condition of rule 'x' had no value 12 times …"
std::string note_of(const WithoutValue& formula);

}  // namespace vt
