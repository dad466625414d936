#include <fmt/format.h>

#include <algorithm>

#include "host/plan/plan_parts.hpp"
#include "kernels/drug/variant.hpp"

namespace vt {

namespace {

/// The key that says how long doses enter, where they do over a time; else "".
std::string_view duration_key(const PlanParts& parts) {
  return input_lasts(parts.plan.drug.pharmacokinetics) ? entry_of(parts.scenario.pk.absorption).rate_key : "";
}

/// Whether an input may run past midnight: always assumed where lag or duration differ between patients.
bool may_carry_over(const PlanParts& parts) {
  const Expression* duration = find_entry(parts.scenario.pk, duration_key(parts));
  const Expression* lag = find_entry(parts.scenario.pk, "lag");
  if ((duration && !duration->number) || (lag && !lag->number)) return true;
  const double longest = (duration ? *duration->number : 0.0) + (lag ? *lag->number : 0.0);
  return std::max(parts.regimens.latest_intake_h(), parts.latest_sample_h) + longest >= kHoursPerDay;
}

}  // namespace

/// An input is carried past one midnight: it is over by the second one.
void limit_input(PlanParts& parts) {
  parts.plan.drug.pharmacokinetics.carries_over = may_carry_over(parts) ? 1 : 0;
  const double latest = std::max(parts.regimens.latest_intake_h(), parts.latest_sample_h);
  parts.plan.drug.pharmacokinetics.longest_input_h = 2 * kHoursPerDay - latest;
  const std::string_view key = duration_key(parts);
  const Expression *duration = find_entry(parts.scenario.pk, key), *lag = find_entry(parts.scenario.pk, "lag");
  if (!duration || !duration->number || !lag || !lag->number) return;
  const double longest = *duration->number + *lag->number;
  if (longest > parts.plan.drug.pharmacokinetics.longest_input_h)
    parts.problems.add(
        lag->where,
        fmt::format("pk.lag and pk.{} are {:.4g} h together (an input is carried past one "
                    "midnight, 18 h after the nominal morning dose: with doses as late as {:.3g} h after that "
                    "dose it lasts at most {:.4g} h with its lag); shorten one of them",
                    key, longest, latest - kMorning_h, parts.plan.drug.pharmacokinetics.longest_input_h));
}

}  // namespace vt
