#include "host/campaign/collect.hpp"

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

}  // namespace

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

}  // namespace vt
