#include "output/tally/contrasts.hpp"

#include <cmath>

namespace vt {
namespace {

/// Events and no events of a cell under the tally's estimand.
std::pair<double, double> outcome(const ResultTally& tally, std::size_t cell) {
  const std::int64_t patients = tally.estimand == Estimand::itt ? tally.randomised[cell] : tally.evaluable[cell];
  return {static_cast<double>(tally.events[cell]), static_cast<double>(patients - tally.events[cell])};
}

}  // namespace

std::vector<Contrast> contrasts(const ResultTally& tally) {
  std::vector<Contrast> list;
  const auto axis = find_axis(tally, "arm");
  if (!axis) return list;
  const std::vector<std::size_t> sizes = axis_sizes(tally);
  std::size_t inner = 1;  // cells from one arm to the next
  for (std::size_t a = *axis + 1; a < sizes.size(); ++a) inner *= sizes[a];
  for (std::size_t cell = 0; cell < tally.cells(); ++cell) {
    const std::size_t arm = cell / inner % sizes[*axis];
    if (arm == 0) continue;
    const auto [events, none] = outcome(tally, cell);
    const auto [first_events, first_none] = outcome(tally, cell - arm * inner);
    const Estimate difference = risk_difference({events, none, first_events, first_none});
    if (std::isnan(difference.value)) continue;
    std::string where;
    for (std::size_t a = sizes.size(), rest = cell; a-- > 0; rest /= sizes[a])
      if (a != *axis) where = tally.axes[a].labels[rest % sizes[a]] + (where.empty() ? "" : ", ") + where;
    const auto& arms = tally.axes[*axis].labels;
    list.push_back({where, arms[arm], arms[0], difference, number_needed(difference)});
  }
  return list;
}

}  // namespace vt
