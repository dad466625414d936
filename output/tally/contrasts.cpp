#include "output/tally/contrasts.hpp"

#include <cmath>

namespace vt {
namespace {

/// Cells from one arm to the next, and how many arms there are.
struct ArmSteps {
  std::size_t inner = 1, arms = 1;
  std::size_t arm_of(std::size_t cell) const { return cell / inner % arms; }
};

ArmSteps arm_steps(const ResultTally& tally) {
  const std::vector<std::size_t> sizes = axis_sizes(tally);
  const std::size_t axis = *arm_axis(tally);
  ArmSteps steps{1, sizes[axis]};
  for (std::size_t a = axis + 1; a < sizes.size(); ++a) steps.inner *= sizes[a];
  return steps;
}

std::pair<double, double> events_and_none(const ResultTally& tally, const Pooled& p) {
  const std::int64_t patients = tally.estimand == Estimand::itt ? p.randomised : p.evaluable;
  return {static_cast<double>(p.events), static_cast<double>(patients - p.events)};
}

}  // namespace

std::optional<std::size_t> arm_axis(const ResultTally& tally) {
  for (std::size_t a = 0; a < tally.axes.size(); ++a)
    if (tally.axes[a].kind == ResultAxisKind::arm) return a;
  return std::nullopt;
}

std::size_t cell_of_first_arm(const ResultTally& tally, std::size_t cell) {
  const ArmSteps steps = arm_steps(tally);
  return cell - steps.arm_of(cell) * steps.inner;
}

Estimate difference_from(const Pooled& first, const ResultTally& tally, const Pooled& p) {
  const auto [events, none] = events_and_none(tally, p);
  const auto [first_events, first_none] = events_and_none(tally, first);
  Estimate difference = risk_difference({events, none, first_events, first_none});
  if (tally.is_of_lives) difference.standard_error = kNaN, difference.interval = {kNaN, kNaN};
  return difference;
}

std::vector<Contrast> contrasts(const ResultTally& tally) {
  std::vector<Contrast> list;
  const auto axis = arm_axis(tally);
  if (!axis) return list;
  const ArmSteps steps = arm_steps(tally);
  const auto& arms = tally.axes[*axis].labels;
  for (std::size_t cell = 0; cell < tally.cells(); ++cell) {
    const std::size_t arm = steps.arm_of(cell);
    if (arm == 0) continue;
    const Pooled first = single_cell(tally, cell - arm * steps.inner);
    const Estimate difference = difference_from(first, tally, single_cell(tally, cell));
    if (std::isnan(difference.value)) continue;
    std::string where;
    for (std::size_t a = tally.axes.size(), rest = cell; a-- > 0; rest /= tally.axes[a].labels.size())
      if (a != *axis)
        where = tally.axes[a].labels[rest % tally.axes[a].labels.size()] + (where.empty() ? "" : ", ") + where;
    list.push_back({where, arms[arm], arms[0], difference, number_needed(difference)});
  }
  return list;
}

}  // namespace vt
