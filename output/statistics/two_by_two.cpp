#include "output/statistics/two_by_two.hpp"

#include <cmath>
#include <limits>

#include "output/statistics/distributions.hpp"

namespace vt {
namespace {

Ratio with_log_error(double value, double error) {
  if (!(value > 0) || !std::isfinite(value) || !std::isfinite(error)) return {kNaN, kNaN, {kNaN, kNaN}, kNaN};
  const double spread = std::exp(kZ95 * error);
  return {value, error, {value / spread, value * spread}, two_sided_p(std::log(value) / error)};
}

}  // namespace

Ratio odds_ratio(const TwoByTwo& t) {
  return with_log_error(
      t.treated_events * t.control_none / (t.treated_none * t.control_events),
      std::sqrt(1 / t.treated_events + 1 / t.treated_none + 1 / t.control_events + 1 / t.control_none));
}

Ratio risk_ratio(const TwoByTwo& t) {
  const double treated = t.treated_events + t.treated_none, control = t.control_events + t.control_none;
  return with_log_error((t.treated_events / treated) / (t.control_events / control),
                        std::sqrt(1 / t.treated_events - 1 / treated + 1 / t.control_events - 1 / control));
}

Estimate risk_difference(const TwoByTwo& t) {
  const double treated = t.treated_events + t.treated_none, control = t.control_events + t.control_none;
  if (!(treated > 0 && control > 0)) return {kNaN, kNaN, {kNaN, kNaN}, 0};
  const double p = t.treated_events / treated, q = t.control_events / control;
  const Interval a = wilson(p, treated), b = wilson(q, control);
  const double error = std::sqrt(p * (1 - p) / treated + q * (1 - q) / control);
  return {p - q,
          error,
          {p - q - std::hypot(p - a.low, b.high - q), p - q + std::hypot(a.high - p, q - b.low)},
          static_cast<std::int64_t>(treated + control)};
}

NumberNeeded number_needed(const Estimate& difference) {
  const auto [low, high] = difference.interval;
  return {1 / difference.value, {1 / high, 1 / low}, low < 0 && high > 0};
}

}  // namespace vt
