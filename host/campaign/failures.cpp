#include "host/campaign/failures.hpp"

#include <fmt/format.h>

#include "host/trace/failure.hpp"
#include "kernels/failure.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {
namespace {

/// The first of a unit's patients who fails in one way: halves are run until one patient is left.
std::uint64_t first_to_fail(const Plan& plan, const Runner& run, WorkUnit unit, std::uint64_t word) {
  const auto fails_in = [&](const WorkUnit& part) {
    std::vector<std::uint64_t> words(all_words(plan));
    run(plan, part, words.data(), nullptr);
    return words[word] != 0;
  };
  while (unit.replicates > 1) {
    const std::uint64_t half = unit.replicates / 2;
    if (fails_in({unit.first, unit.count, half}))
      unit.replicates = half;
    else
      unit = {unit.first + half * kNextReplicate, unit.count, unit.replicates - half};
  }
  while (unit.count > 1) {
    const std::uint64_t half = unit.count / 2;
    if (fails_in({unit.first, half, 1}))
      unit.count = half;
    else
      unit = {unit.first + half, unit.count - half, 1};
  }
  return unit.first;
}

}  // namespace

std::size_t ways_to_fail(const Plan& plan) { return arm_word(plan) - failure_word(plan); }

std::vector<FailureCount> collect_failures(const BuiltPlan& built, const std::uint64_t* words,
                                           std::span<const WorkUnit> first, const Runner& run) {
  const Plan& plan = built.buffer.plan();
  std::vector<FailureCount> rows;
  for (std::size_t way = 0; way < first.size(); ++way) {
    const std::uint64_t word = failure_word(plan) + way;
    if (words[word] == 0) continue;
    const auto place = static_cast<std::uint32_t>(way % plan.failure_places);
    const std::uint32_t failure = failed(static_cast<Failure>(way / plan.failure_places), place);
    const std::uint64_t id = first_to_fail(plan, run, first[way], word);
    rows.push_back({reason_of_failure(built, failure), circumstances(built, failure, id), words[word], id});
  }
  return rows;
}

std::vector<WithoutValue> collect_without_value(const BuiltPlan& built, const std::uint64_t* words) {
  const Plan& plan = built.buffer.plan();
  std::vector<WithoutValue> rows;
  for (std::uint32_t site = 0; site < built.formulas.size(); ++site)
    if (const std::uint64_t times = words[without_value_word(plan, site)]; times != 0)
      rows.push_back({built.formulas[site].what, built.formulas[site].text, times});
  return rows;
}

std::vector<WithoutValue> collect_unclear(const BuiltPlan& built, const std::uint64_t* words) {
  const Plan& plan = built.buffer.plan();
  std::vector<WithoutValue> rows;
  for (std::uint32_t site = 0; site < built.formulas.size(); ++site)
    if (const std::uint64_t times = words[unclear_word(plan, site)]; times != 0)
      rows.push_back({built.formulas[site].what, built.formulas[site].text, times});
  return rows;
}

std::string note_of_unclear(const WithoutValue& condition) {
  return fmt::format(
      "{} ({}) was undefined {} time{} (it reads what was not measured): these are not counted; say what "
      "holds there with otherwise(…, 0)",
      condition.what, condition.formula, condition.times, condition.times == 1 ? "" : "s");
}

std::string note_of(const WithoutValue& formula) {
  return fmt::format(
      "{} ({}) had no value {} time{} (division by 0, or a logarithm, root or power outside its domain), as though it "
      "had not been measured; say what holds there with if(…)",
      formula.what, formula.formula, formula.times, formula.times == 1 ? "" : "s");
}

}  // namespace vt
