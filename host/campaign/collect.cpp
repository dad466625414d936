#include "host/campaign/collect.hpp"

#include <string>
#include <utility>

#include "kernels/tally/layout.hpp"

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
  const std::uint64_t* cell = words + plan.first_word;
  if (tally.kind == ResultKind::number) tally.histogram.reserve(plan.cells * tally.binning.bins());
  for (std::uint64_t i = 0; i < plan.cells; ++i, cell += plan.words_per_cell) {
    tally.randomised.push_back(as_count(cell[0]));
    tally.evaluable.push_back(as_count(cell[1]));
    if (plan.kind == TallyKind::proportion) {
      tally.events.push_back(as_count(cell[2]));
      continue;
    }
    if (tally.kind != ResultKind::number) {
      for (std::uint32_t w = 2; w < plan.words_per_cell; ++w) tally.counts.push_back(as_count(cell[w]));
      continue;
    }
    tally.clamped.push_back(as_count(cell[2]));
    std::uint64_t w = kNumberWords;
    for (std::uint64_t octave = 0; octave < tally.binning.summed_octaves(); ++octave) {
      tally.sum.push_back(as_count(cell[w++]));
      tally.square_low.push_back(as_count(cell[w++]));
      tally.square_high.push_back(as_count(cell[w++]));
    }
    const std::uint64_t bins_end = w + tally.binning.bins();
    for (; w < plan.words_per_cell; ++w) (w < bins_end ? tally.histogram : tally.above).push_back(as_count(cell[w]));
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
