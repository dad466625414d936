#include "host/campaign/collect.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "kernels/tally/layout.hpp"
#include "output/tally/kinds.hpp"

namespace vt {

namespace {

std::string reason_of(Left left) {
  switch (left) {
    case Left::no:
      return "in the trial to its end";
    case Left::discontinued:
      return "discontinued";
    case Left::stopped:
      return "stopped by a rule";
    case Left::died:
      return "died";
    case Left::event:
      return "left after an event";
    case Left::not_included:
    case Left::count:
      break;
  }
  return "";
}

/// The counts by rule and arm, and by way of leaving and arm.
void collect_rules(const BuiltPlan& built, const std::uint64_t* words, Results& results) {
  const Plan& plan = built.buffer.plan();
  for (std::uint32_t r = 0; r < plan.rules.count; ++r) {
    RuleResult rule{built.rules[r].name, built.rules[r].action, {}, {}};
    for (std::uint32_t a = 0; a < plan.arms.count; ++a) {
      rule.fired.push_back(as_count(words[rule_word(plan, r, a)]));
      rule.patients.push_back(as_count(words[rule_word(plan, r, a) + 1]));
    }
    results.rules.push_back(std::move(rule));
  }
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(kLeft); ++i) {
    if (static_cast<Left>(i) == Left::not_included) continue;  // these are counted by criterion
    LeavingResult left{reason_of(static_cast<Left>(i)), {}};
    for (std::uint32_t a = 0; a < plan.arms.count; ++a)
      left.patients.push_back(as_count(words[leaving_word(plan) + i * plan.arms.count + a]));
    results.leaving.push_back(std::move(left));
  }
}
}  // namespace

const TallyPlan* tally_plans(const Plan& plan) {
  return reinterpret_cast<const TallyPlan*>(reinterpret_cast<const char*>(&plan) + plan.tallies.offset);
}

void fill(ResultTally& tally, const TallyPlan& plan, const std::uint64_t* words) {
  for (const CountTable& table : count_tables(tally.kind))
    (tally.*table.member).reserve(plan.cells * per_cell(table.axes, tally));
  const auto* cell = reinterpret_cast<const std::int64_t*>(words + plan.first_word);
  for (std::uint64_t i = 0; i < plan.cells; ++i, cell += plan.words_per_cell) {
    tally.randomised.push_back(cell[0]);
    tally.evaluable.push_back(cell[1]);
    tally.kind->add_words(tally, {cell + 2, cell + plan.words_per_cell});
  }
}

Results collect(BuiltPlan& built, const Ledger& ledger, std::uint64_t patients, const Runner& run) {
  const Plan& plan = built.buffer.plan();
  const TallyPlan* tallies = tally_plans(plan);
  const std::vector<std::uint64_t> words = ledger.total(plan);
  Results results;
  results.seed = plan.seed;
  results.patients = patients;
  results.replicates = plan.replicates;
  results.first_day = plan.first_day;
  results.last_day = plan.last_day;
  results.plan_hash = built.hash;
  collect_rules(built, words.data(), results);
  results.arms = std::move(built.arms);
  results.sources = std::move(built.sources);
  for (std::size_t a = 0; a < results.arms.size(); ++a) results.arms[a].patients = as_count(words[arm_word(plan) + a]);
  results.screening = std::move(built.screening);
  for (std::size_t c = 0; c < results.screening.size(); ++c)
    results.screening[c].rejected = as_count(words[criterion_word(plan) + c]);
  for (std::size_t t = 0; t < built.tallies.size(); ++t) fill(built.tallies[t], tallies[t], words.data());
  results.tallies = std::move(built.tallies);
  std::ranges::sort(results.tallies, {}, &ResultTally::name);
  results.failures = collect_failures(built, words.data(), ledger.failing, run);
  results.without_value = collect_without_value(built, words.data());
  for (const WithoutValue& formula : results.without_value) results.notes.push_back(note_of(formula));
  results.unclear = collect_unclear(built, words.data());
  for (const WithoutValue& condition : results.unclear) results.notes.push_back(note_of_unclear(condition));
  return results;
}

Results collect_without(const BuiltPlan& built, const Ledger& ledger, std::size_t part) {
  const Plan& plan = built.buffer.plan();
  const std::vector<std::uint64_t> words = ledger.total(plan, part);
  Results results;
  results.tallies = built.tallies;
  for (std::size_t t = 0; t < results.tallies.size(); ++t) fill(results.tallies[t], tally_plans(plan)[t], words.data());
  return results;
}

}  // namespace vt
