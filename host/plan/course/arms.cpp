#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "host/plan/plan_parts.hpp"
#include "host/scenario/units/units.hpp"
#include "kernels/calendar.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

/// Day of an arm's first dose.
std::int32_t starts_on(const ArmSpec& arm) {
  return arm.regimen.schedule.empty() ? 0 : arm.regimen.schedule.front().from_day;
}

/// What counts from the first dose for all patients together.
std::string shared_clock(const PlanParts& parts) {
  const PharmacokineticsPlan& pk = parts.plan.drug.pharmacokinetics;
  for (const Trend& trend : {pk.clearance_trend, pk.volume_trend, pk.absorption_trend, pk.bioavailability_trend})
    if (trend.change != 0.0) return "a trend of [pk]";
  const Expression* fading = find_entry(parts.scenario.model<Tumour>(), "fading");
  return fading != nullptr && !(fading->number && *fading->number == 0.0) ? "tumour.fading" : "";
}

/// From when trends count.
void find_start(PlanParts& parts) {
  const std::vector<ArmSpec>& arms = parts.scenario.arms;
  if (arms.empty()) return;
  parts.plan.treated_from_day = starts_on(arms[0]);
  const std::string shared = shared_clock(parts);
  for (const ArmSpec& arm : arms)
    if (starts_on(arm) != starts_on(arms[0]) && !shared.empty())
      return parts.problems.add(
          arm.where,
          fmt::format("the first dose of arm '{}' is on day {}, that of arm '{}' on day {} ({} counts from the "
                      "first dose, and is the same for all); let them begin on one day",
                      arm.name, starts_on(arm), arms[0].name, starts_on(arms[0]), shared));
}

}  // namespace

void build_arms(PlanParts& parts) {
  find_start(parts);
  std::vector<Arm> arms;
  if (parts.scenario.arms.size() > kMaxArms)
    parts.problems.add(parts.scenario.arms[kMaxArms].where,
                       fmt::format("{} arms (at most {}); remove some", parts.scenario.arms.size(), kMaxArms));
  std::uint32_t shares = 0;
  const bool is_shared_out = parts.scenario.allocation != "counterfactual";
  for (const ArmSpec& spec : parts.scenario.arms) {
    Arm arm{};
    if (spec.regimen.schedule.empty())
      arm.regimen = parts.regimens.regimen(spec.regimen);
    else
      std::tie(arm.schedule, arm.regimen) = parts.regimens.schedule(spec.regimen);
    if (arm.schedule != 0)
      parts.plan.first_dose_day = std::min(parts.plan.first_dose_day, spec.regimen.schedule.front().from_day);
    arm.share = spec.share;
    arm.leave_per_day = spec.leave_per_year / kDaysPerYear;
    shares += spec.share;
    std::vector<std::uint32_t> steps;
    for (const LadderSpec& ladder : parts.scenario.ladders)
      if (ladder.name == spec.ladder.value)
        for (const RegimenSpec& step : ladder.steps) steps.push_back(parts.regimens.regimen(step));
    arm.ladder = parts.built.buffer.add(steps);
    arms.push_back(arm);
    parts.built.arms.push_back({spec.name, in_words(spec.regimen), 0, is_shared_out ? spec.share : 0});
  }
  parts.plan.block = parts.scenario.block ? parts.scenario.block : shares;
  if (parts.scenario.arms.empty() && parts.problems.empty())
    parts.problems.add({parts.scenario.path, 1, 1},
                       "the scenario has no arm (there is nobody to treat); add an [[arm]]");
  if (!parts.problems.empty()) return;
  if (parts.plan.block == 0 || parts.plan.block > kMaxBlock || (shares && parts.plan.block % shares != 0))
    parts.problems.add(
        parts.scenario.arms.empty() ? Position{parts.scenario.path, 1, 1} : parts.scenario.arms[0].where,
        fmt::format("a randomisation block of {} patients for shares that add up to {} (a block is a multiple of "
                    "the shares, at most {}); change the shares or trial.block",
                    parts.plan.block, shares, kMaxBlock));
  parts.plan.arms = parts.built.buffer.add(arms);
}

}  // namespace vt
