#include "output/statistics/sequential/group_sequential.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "kernels/numerics/elementary.hpp"
#include "output/statistics/distributions.hpp"
#include "output/statistics/sequential/root.hpp"
#include "output/statistics/sequential/sequential_density.hpp"

namespace vt {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kMostDrift = 64;

void need(bool holds, const char* what) {
  if (!holds) throw std::invalid_argument(what);
}

/// What is spent at each look, of what has been spent by then.
std::vector<double> increments(std::span<const double> fraction, std::span<const double> spent) {
  need(!fraction.empty() && fraction.size() == spent.size(), "each look needs an error that has been spent by then");
  std::vector<double> at_look(spent.begin(), spent.end());
  std::adjacent_difference(spent.begin(), spent.end(), at_look.begin());
  need(std::ranges::all_of(at_look, [](double p) { return p >= 0; }) && spent.back() < 1,
       "the error that has been spent must never fall, from at least 0 to below 1");
  return at_look;
}

void need_alpha(std::span<const double> fraction, double alpha) {
  need(!fraction.empty(), "a sequential test needs a look");
  need(alpha > 0 && alpha < 0.5, "the error of one side must lie between 0 and 1/2");
}

void add_look(SequentialBounds& bounds, double fraction, double lower, double upper) {
  bounds.fraction.push_back(fraction);
  bounds.lower.push_back(lower);
  bounds.upper.push_back(upper);
}

double lower_of(double upper, Sides sides) { return sides == Sides::two ? -upper : -kNever; }

}  // namespace

SequentialBounds efficacy_bounds(std::span<const double> fraction, std::span<const double> spent, Sides sides) {
  const std::vector<double> alpha = increments(fraction, spent);
  SequentialBounds bounds;
  SequentialDensity none(0);
  for (std::size_t k = 0; k < fraction.size(); ++k) {
    none.go_to(fraction[k], alpha[k]);
    const double upper = none.z_with_above(alpha[k]);
    need(sides == Sides::one || upper > 0, "the error to spend on two sides is more than there is left");
    add_look(bounds, fraction[k], lower_of(upper, sides), upper);
    none.go_on_between(bounds.lower[k], upper);
  }
  return bounds;
}

SequentialBounds futility_bounds(std::span<const double> fraction, std::span<const double> alpha_spent,
                                 std::span<const double> beta_spent, double drift, Futility futility) {
  const std::vector<double> alpha = increments(fraction, alpha_spent), beta = increments(fraction, beta_spent);
  SequentialBounds bounds;
  SequentialDensity none(0), some(drift);
  for (std::size_t k = 0; k < fraction.size(); ++k) {
    none.go_to(fraction[k], alpha[k]);
    some.go_to(fraction[k], beta[k]);
    const double upper = none.z_with_above(alpha[k]);
    const double lower = std::min(upper, some.z_with_below(beta[k]));
    add_look(bounds, fraction[k], lower, upper);
    none.go_on_between(futility == Futility::binding ? lower : -kNever, upper);
    some.go_on_between(lower, upper);
  }
  return bounds;
}

double drift_of_spending(std::span<const double> fraction, std::span<const double> alpha_spent,
                         std::span<const double> beta_spent, Futility futility) {
  const auto excess = [&](double drift) {
    return chance_above(futility_bounds(fraction, alpha_spent, beta_spent, drift, futility), drift) -
           (1 - beta_spent.back());
  };
  need(!alpha_spent.empty() && !beta_spent.empty() && alpha_spent.back() + beta_spent.back() < 1,
       "the errors must have a sum below 1");
  double high = 1;
  while (excess(high) < 0 && high < kMostDrift) high *= 2;
  return excess(high) < 0 ? std::nan("") : root_between(excess, high > 1 ? high / 2 : 0, high);
}

SequentialBounds wang_tsiatis_bounds(std::span<const double> fraction, double shape, double alpha, Sides sides) {
  need_alpha(fraction, alpha);
  const auto with_last = [&](double last) {
    SequentialBounds bounds;
    for (const double t : fraction) {
      const double upper = last * pow(t / fraction.back(), shape - 0.5);
      add_look(bounds, t, lower_of(upper, sides), upper);
    }
    return bounds;
  };
  const auto excess = [&](double last) { return chance_above(with_last(last), 0) - alpha; };
  double high = std::max(1.0, z_above(alpha / static_cast<double>(fraction.size())));  // Bonferroni's, for shapes to ½
  while (excess(high) > 0) high *= 2;
  return with_last(root_between(excess, 0, high));
}

SequentialBounds haybittle_peto_bounds(std::span<const double> fraction, double early, double alpha, Sides sides) {
  need_alpha(fraction, alpha);
  SequentialBounds bounds;
  SequentialDensity none(0);
  double left = alpha;
  for (const double t : fraction) {
    none.go_to(t);
    const double upper = bounds.fraction.size() + 1 < fraction.size() ? early : none.z_with_above(left);
    left -= none.above(upper);
    need(left > -alpha * 1e-9 && (sides == Sides::one || upper > 0), "the early bound spends more than the error");
    add_look(bounds, t, lower_of(upper, sides), upper);
    none.go_on_between(bounds.lower.back(), upper);
  }
  return bounds;
}

ExitChances exit_chances(const SequentialBounds& bounds, double drift) {
  need(std::isfinite(drift), "a drift must be a number");
  ExitChances chances;
  SequentialDensity trials(drift);
  for (std::size_t k = 0; k < bounds.fraction.size(); ++k) {
    trials.go_to(bounds.fraction[k]);
    chances.above.push_back(trials.above(bounds.upper[k]));
    chances.below.push_back(trials.below(bounds.lower[k]));
    trials.go_on_between(bounds.lower[k], bounds.upper[k]);
  }
  return chances;
}

double chance_above(const SequentialBounds& bounds, double drift) {
  const std::vector<double> above = exit_chances(bounds, drift).above;
  return std::accumulate(above.begin(), above.end(), 0.0);
}

double expected_fraction(const SequentialBounds& bounds, double drift) {
  const ExitChances chances = exit_chances(bounds, drift);
  double fraction = bounds.fraction.back();
  for (std::size_t k = 0; k < bounds.fraction.size(); ++k)
    fraction -= (bounds.fraction.back() - bounds.fraction[k]) * (chances.above[k] + chances.below[k]);
  return fraction;
}

double drift_for_power(const SequentialBounds& bounds, double power) {
  need(power > 0 && power < 1, "a power must lie between 0 and 1");
  const auto excess = [&](double drift) { return chance_above(bounds, drift) - power; };
  return excess(-kMostDrift) < 0 && excess(kMostDrift) > 0 ? root_between(excess, -kMostDrift, kMostDrift)
                                                           : std::nan("");
}

double fixed_drift(double alpha, double power) { return z_above(alpha) + z_above(1 - power); }

}  // namespace vt
