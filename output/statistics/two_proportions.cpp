#include "output/statistics/two_proportions.hpp"

#include <algorithm>
#include <cmath>

namespace vt {

TwoShares restricted_shares(const TwoShares& p, double ratio, double difference) {
  // The slope of the log-likelihood, which is concave, times what is positive.
  const auto rises = [&](double treated) {
    const double control = treated - difference;
    return ratio * (p.treated - treated) * control * (1 - control) + (p.control - control) * treated * (1 - treated) >
           0;
  };
  double low = std::max(0.0, difference), high = std::min(1.0, 1 + difference);
  for (double middle = low + (high - low) / 2; middle > low && middle < high; middle = low + (high - low) / 2)
    (rises(middle) ? low : high) = middle;
  return {low, std::clamp(low - difference, 0.0, 1.0)};
}

ZTest test_difference(const TwoByTwo& t, double null_difference, Variance variance) {
  const double treated = t.treated_events + t.treated_none, control = t.control_events + t.control_none;
  if (!(treated > 0 && control > 0 && null_difference > -1 && null_difference < 1)) return {kNaN, kNaN, kNaN};
  const TwoShares observed = {t.treated_events / treated, t.control_events / control};
  const TwoShares p =
      variance == Variance::null ? restricted_shares(observed, treated / control, null_difference) : observed;
  const double estimate = observed.treated - observed.control;
  const double error = std::sqrt(p.treated * (1 - p.treated) / treated + p.control * (1 - p.control) / control);
  return {estimate, error, error > 0 ? (estimate - null_difference) / error : kNaN};
}

}  // namespace vt
