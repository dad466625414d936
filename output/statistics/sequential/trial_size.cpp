#include "output/statistics/sequential/trial_size.hpp"

#include <cmath>

#include "kernels/numerics/elementary.hpp"
#include "output/statistics/distributions.hpp"

namespace vt {
namespace {

/// Standard errors of the difference for a single control.
struct UnitErrors {
  double null, expected;
};

UnitErrors unit_errors(const SharesPlan& plan, Variance variance) {
  const auto error = [&](const TwoShares& p) {
    return std::sqrt(p.treated * (1 - p.treated) / plan.ratio + p.control * (1 - p.control));
  };
  const double expected = error(plan.expected);
  return {variance == Variance::null ? error(restricted_shares(plan.expected, plan.ratio, -plan.margin)) : expected,
          expected};
}

double effect(const SharesPlan& plan) { return plan.expected.treated - plan.expected.control + plan.margin; }

/// Mean of the test statistic for a single event.
double effect(const HazardPlan& plan) {
  return log(plan.null_ratio / plan.ratio) * std::sqrt(plan.share_treated * (1 - plan.share_treated));
}

}  // namespace

double controls_for_power(const SharesPlan& plan, double alpha, double power, Variance variance) {
  if (!(effect(plan) > 0)) return kNaN;
  const UnitErrors error = unit_errors(plan, variance);
  const double root = (z_above(alpha) * error.null + z_above(1 - power) * error.expected) / effect(plan);
  return root * root;
}

double power_with_controls(const SharesPlan& plan, double alpha, double controls, Variance variance) {
  const UnitErrors error = unit_errors(plan, variance);
  return normal_above((z_above(alpha) * error.null - effect(plan) * std::sqrt(controls)) / error.expected);
}

double controls_with_continuity(const SharesPlan& plan, double controls) {
  const double root = 1 + std::sqrt(1 + 2 * (plan.ratio + 1) / (controls * plan.ratio * std::fabs(effect(plan))));
  return controls / 4 * root * root;
}

double events_for_power(const HazardPlan& plan, double alpha, double power) {
  if (!(effect(plan) > 0)) return kNaN;
  const double root = (z_above(alpha) + z_above(1 - power)) / effect(plan);
  return root * root;
}

double power_with_events(const HazardPlan& plan, double alpha, double events) {
  return normal_above(z_above(alpha) - effect(plan) * std::sqrt(events));
}

}  // namespace vt
