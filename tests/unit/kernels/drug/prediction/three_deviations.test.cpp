#include "kernels/drug/prediction/three_deviations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <tuple>
#include <vector>

#include "kernels/drug/prediction/prediction.hpp"

namespace vt { namespace {

constexpr SteadyPk kYamakawa{8.7, 430, 2.06, 0, 1};
constexpr SteadyPk kMenon{10.8, 284, 1.67, 0, 1};

/// Sizes of the spread and of the error.
struct Prior {
  double clearance_sd, volume_sd, correlation, absorption_sd, cv, sd, sd_log;
};

PredictionPlan plan_of(Variant variant, const Prior& prior) {
  PredictionPlan plan{};
  plan.is_set = 1;
  plan.variant = variant;
  plan.input = variant == Variant::zero_order ? AbsorptionModel::zero_order : AbsorptionModel::first_order;
  plan.levels = 4;
  plan.residual_cv = prior.cv;
  plan.residual_sd_ng_per_mL = prior.sd;
  plan.residual_sd_log = prior.sd_log;
  const double rest = prior.volume_sd > 0 ? 1 - prior.correlation * prior.correlation : 1;
  plan.precision_clearance = 1 / (prior.clearance_sd * prior.clearance_sd * rest);
  if (prior.volume_sd > 0) {
    plan.estimates_volume = 1;
    plan.precision_volume = 1 / (prior.volume_sd * prior.volume_sd * rest);
    plan.precision_both = -prior.correlation / (prior.clearance_sd * prior.volume_sd * rest);
  }
  if (prior.absorption_sd > 0) {
    plan.estimates_absorption = 1;
    plan.precision_absorption = 1 / (prior.absorption_sd * prior.absorption_sd);
  }
  return plan;
}

/// A level by the formulas, with the library of the host.
double level_by(Variant variant, double cl, double v, double absorption, const Level& level) {
  const double k = cl / v, tau = level.interval_h, t = level.after_h;
  double f = 0;
  if (variant == Variant::first_order) {
    const double ka = std::abs(absorption - k) < 1e-5 * k ? k * (1 + 1e-5) : absorption;
    f = ka / (v * (ka - k)) * (std::exp(-k * t) / -std::expm1(-k * tau) - std::exp(-ka * t) / -std::expm1(-ka * tau));
  } else {
    const double d = absorption;
    double since = t;
    for (; since < d; since += tau) f += -std::expm1(-k * since);
    f += -std::expm1(-k * d) * std::exp(-k * (since - d)) / -std::expm1(-k * tau);
    f /= d * cl;
  }
  return std::max(1000 * level.dose_mg * f, 1e-100);
}

double log_phi(double z) {
  return z < -30 ? -0.5 * z * z - std::log(-z * std::sqrt(2 * M_PI)) : std::log(0.5 * std::erfc(-z / std::sqrt(2.0)));
}

/// A level's part of the objective once more, from its definition.
double part_by(const PredictionPlan& plan, const Level& level, double f) {
  const bool is_low = plan.below_limit == BelowLimit::censored && level.ng_per_mL < plan.limit_ng_per_mL;
  const double y = level.ng_per_mL, limit = plan.limit_ng_per_mL;
  if (plan.residual_sd_log > 0) {
    const double sd = plan.residual_sd_log;
    if (is_low) return -2 * log_phi((std::log(limit) - std::log(f)) / sd);
    return std::pow((std::log(y) - std::log(f)) / sd, 2);
  }
  const double variance = std::pow(plan.residual_cv * f, 2) + std::pow(plan.residual_sd_ng_per_mL, 2);
  if (is_low) return -2 * log_phi((limit - f) / std::sqrt(variance));
  return (y - f) * (y - f) / variance + std::log(variance);
}

double objective(const PredictionPlan& plan, const Evidence& e, const Deviation& eta) {
  const double a = eta.clearance, b = eta.volume, c = eta.absorption;
  double sum = plan.precision_clearance * a * a + 2 * plan.precision_both * a * b + plan.precision_volume * b * b +
               plan.precision_absorption * c * c;
  for (int i = 0; i < e.levels; ++i)
    sum += part_by(plan, e.level[i],
                   level_by(plan.variant, e.prior.clearance_L_per_h * std::exp(a), e.prior.volume_L * std::exp(b),
                            e.prior.absorption * std::exp(c), e.level[i]));
  return sum;
}

/// The lowest of many places all over, each of the lowest few of them gone down from by a pattern that halves.
double lowest(const PredictionPlan& plan, const Evidence& e, double mesh) {
  struct At {
    double value;
    Deviation eta;
  };
  std::vector<At> found;
  for (double k = -4; k <= 4; k += mesh)
    for (double v = plan.estimates_volume ? -3 : 0; v <= (plan.estimates_volume ? 3 : 0); v += mesh)
      for (double a = plan.estimates_absorption ? -3.2 : 0; a <= (plan.estimates_absorption ? 3.2 : 0); a += mesh)
        found.push_back({objective(plan, e, {k + v, v, a}), {k + v, v, a}});
  const std::size_t few = 12;
  std::partial_sort(found.begin(), found.begin() + few, found.end(),
                    [](const At& x, const At& y) { return x.value < y.value; });
  double best = 1e300;
  for (std::size_t i = 0; i < few; ++i) {
    At at = found[i];
    for (double step = mesh; step > 1e-5;) {
      const At before = at;
      for (int j = 0; j < 27; ++j) {
        const double x = j % 3 - 1, y = j / 3 % 3 - 1, z = j / 9 - 1;
        if ((!plan.estimates_volume && y != 0) || (!plan.estimates_absorption && z != 0)) continue;
        const Deviation eta = {before.eta.clearance + step * x, before.eta.volume + step * y,
                               before.eta.absorption + step * z};
        if (const double value = objective(plan, e, eta); value < at.value) at = {value, eta};
      }
      if (!(at.value < before.value)) step /= 2;
    }
    best = std::min(best, at.value);
  }
  return best;
}

// Levels about what is expected, and such that agree with each other and the prior badly: several valleys. The search
// that is compared may miss the deepest one as well; what is found may then be lower, but never higher.
TEST(MostLikely, with_a_spread_of_absorption_is_the_deepest_valley) {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> u(0, 1);
  std::normal_distribution<double> z;
  for (int trial = 0; trial < 150; ++trial) {
    const bool first_order = trial % 2 == 0;
    const int error = trial / 2 % 3;
    Prior prior{.clearance_sd = 0.2 + 0.4 * u(random),
                .volume_sd = trial % 5 == 0 ? 0.0 : 0.2 + 0.5 * u(random),
                .correlation = 1.6 * u(random) - 0.8,
                .absorption_sd = 0.3 + 0.8 * u(random),
                .cv = error == 0   ? 0.1 + 0.3 * u(random)
                      : error == 1 ? 0.2 * u(random)
                                   : 0.0,
                .sd = error == 1 ? 20 + 400 * u(random) : 0.0,
                .sd_log = error == 2 ? 0.1 + 0.3 * u(random) : 0.0};
    PredictionPlan plan = plan_of(first_order ? Variant::first_order : Variant::zero_order, prior);
    plan.below_limit = trial % 4 < 2 ? BelowLimit::half : BelowLimit::censored;
    plan.limit_ng_per_mL = trial % 3 == 0 ? 200 : 10;
    Evidence e{};
    e.prior = first_order ? kYamakawa : kMenon;
    e.levels = 1 + trial % 4;
    const double wild = trial % 7 < 4 ? 0.3 : 0.9;
    for (int i = 0; i < e.levels; ++i) {
      const double interval = trial % 3 == 0 ? 12 : 24, after = 0.5 + (interval + 2) * u(random);
      const double typical = steady_level(plan.variant, e.prior, 400, interval, after);
      const double level = typical * std::exp(wild * z(random));
      e.level[i] = {level < plan.limit_ng_per_mL ? 0.5 * plan.limit_ng_per_mL : level, after, 400, interval, 0, 0};
    }
    const Deviation found = most_likely(plan, e);
    EXPECT_LT(objective(plan, e, found), lowest(plan, e, 0.2) + 1e-5) << trial;
  }
}

// A level that lies higher than any duration of the input could make it: the estimate ends in an edge, where the input
// ends as the level is drawn.
TEST(MostLikely, may_lie_where_an_input_ends) {
  const PredictionPlan plan = plan_of(
      Variant::zero_order,
      {.clearance_sd = 0.05, .volume_sd = 0, .correlation = 0, .absorption_sd = 2, .cv = 0.05, .sd = 0, .sd_log = 0});
  Evidence e{};
  e.prior = kMenon;
  e.levels = 1;
  e.level[0] = {2600, 4, 400, 24, 0, 0};
  const Deviation found = most_likely(plan, e);
  EXPECT_NEAR(kMenon.absorption * std::exp(found.absorption), 4, 1e-9);
  EXPECT_LT(objective(plan, e, found), lowest(plan, e, 0.1) + 1e-6);
}

// The same bits as without the third deviation.
TEST(MostLikely, without_a_spread_of_absorption_leaves_it_alone) {
  Prior prior{
      .clearance_sd = 0.36, .volume_sd = 0.5, .correlation = 0.5, .absorption_sd = 0, .cv = 0.3, .sd = 0, .sd_log = 0};
  Evidence e{};
  e.prior = kYamakawa;
  e.levels = 1;
  e.level[0] = {6000, 1, 400, 24, 0, 0};
  EXPECT_EQ(most_likely(plan_of(Variant::first_order, prior), e).absorption, 0);
  prior.absorption_sd = 0.7;
  EXPECT_GT(std::abs(most_likely(plan_of(Variant::first_order, prior), e).absorption), 0.01);
}

Level level_of(double ng_per_mL) { return {ng_per_mL, 24, 400, 24, 0, 0}; }

// By central differences, as in prediction.test.cpp, and by the definition.
TEST(PartOfLevel, of_further_errors_has_the_derivatives_it_says) {
  constexpr double h = 1e-4;
  for (const auto& [cv, sd, sd_log] :
       {std::tuple(0.3, 50.0, 0.0), std::tuple(0.0, 400.0, 0.0), std::tuple(0.0, 0.0, 0.4)}) {
    PredictionPlan plan = plan_of(Variant::first_order, {.clearance_sd = 0.36,
                                                         .volume_sd = 0,
                                                         .correlation = 0,
                                                         .absorption_sd = 0,
                                                         .cv = cv,
                                                         .sd = sd,
                                                         .sd_log = sd_log});
    plan.limit_ng_per_mL = 100;
    for (const double measured : {50.0, 400.0})
      for (const double f : {1.0, 60.0, 100.0, 150.0, 400.0, 5000.0}) {
        const Level level = level_of(measured);
        const auto at = [&](double shift) { return part_of(plan, level, f * std::exp(shift)); };
        const double size = 1 + std::abs(at(0).slope) + std::abs(at(0).bend) + std::abs(at(0).misfit);
        EXPECT_NEAR(at(0).misfit, part_by(plan, level, f), 1e-9 * size) << cv << ", " << measured << ", " << f;
        EXPECT_NEAR(at(0).slope, (at(h).misfit - at(-h).misfit) / (4 * h), 1e-5 * size) << measured << ", " << f;
        EXPECT_NEAR(at(0).bend, (at(h).slope - at(-h).slope) / (2 * h), 1e-5 * size) << measured << ", " << f;
      }
  }
}

// The bound prunes the search: it may be no more than the part anywhere, and is the part somewhere.
TEST(LeastMisfit, is_the_least_of_all_errors) {
  for (const double cv : {0.0, 1e-3, 0.1, 0.3, 2.0, 10.0})
    for (const double sd : {1e-3, 5.0, 400.0, 1e5})
      for (const double y : {0.0, 1.0, 300.0, 2e4}) {
        const PredictionPlan plan = plan_of(Variant::first_order, {.clearance_sd = 0.36,
                                                                   .volume_sd = 0,
                                                                   .correlation = 0,
                                                                   .absorption_sd = 0,
                                                                   .cv = cv,
                                                                   .sd = sd,
                                                                   .sd_log = 0});
        const double least = least_misfit(plan, level_of(y));
        double lowest = part_of(plan, level_of(y), std::max(y, 1e-6)).misfit;
        for (double x = -14; x < 14; x += 1e-3)
          lowest = std::min(lowest, part_of(plan, level_of(y), std::exp(x)).misfit);
        const double rounding = 1e-13 * (1 + std::abs(least));
        EXPECT_LE(least, lowest + rounding) << cv << ", " << sd << ", " << y;
        EXPECT_GE(least, lowest - 0.5) << cv << ", " << sd << ", " << y;
      }
}

// A level of 0 has no logarithm: it says nothing.
TEST(KnownLevels, of_nothing_are_left_out_where_the_error_is_of_the_logarithm) {
  PredictionPlan plan = plan_of(
      Variant::first_order,
      {.clearance_sd = 0.36, .volume_sd = 0, .correlation = 0, .absorption_sd = 0, .cv = 0, .sd = 0, .sd_log = 0.3});
  Course course{};
  course.levels.newest[0] = level_of(0), course.levels.newest[1] = level_of(500), course.levels.count = 2;
  EXPECT_EQ(known_levels(plan, course, 1).levels, 1);
  plan.limit_ng_per_mL = 10;  // now it is known to be below that
  EXPECT_EQ(known_levels(plan, course, 1).levels, 2);
}

// Two levels, one before and one after half of a fall of clearance: each is judged with the clearance of its day.
TEST(Trends, hold_for_each_level_by_its_own_day) {
  PredictionPlan plan = plan_of(
      Variant::first_order,
      {.clearance_sd = 0.36, .volume_sd = 0, .correlation = 0, .absorption_sd = 0, .cv = 0.1, .sd = 0, .sd_log = 0});
  plan.has_trend = 1;
  plan.clearance_trend = {0.5, 0.1};
  plan.volume_trend = {-0.2, 0.05};
  plan.bioavailability_trend = {0.3, 0.02};
  plan.absorption_trend = {1.0, 0.04};
  Course course{};
  const double own[] = {kYamakawa.clearance_L_per_h, kYamakawa.volume_L, kYamakawa.absorption, 0, 1};
  std::copy(std::begin(own), std::end(own), course.prior);
  for (const int day : {2, 30}) {
    SteadyPk then = kYamakawa;
    then.clearance_L_per_h *= 1 + 0.5 * std::exp(-0.1 * day);
    then.volume_L *= 1 - 0.2 * std::exp(-0.05 * day);
    then.bioavailability *= 1 + 0.3 * std::exp(-0.02 * day);
    then.absorption *= 1 + 1.0 * std::exp(-0.04 * day);
    const double level = steady_level(Variant::first_order, then, 400, 24, 6);
    course.levels.newest[course.levels.count++] = {level, 6, 400, 24, day, day};
    const Evidence e = known_levels(plan, course, day);
    const int newest = static_cast<int>(course.levels.count) - 1;
    EXPECT_NEAR(expected(plan, e, e.prior, newest) / level, 1, 1e-12) << day;
  }
  // what is expected is what was measured, so that the prior pulls nowhere but by the term in log f
  EXPECT_NEAR(most_likely(plan, known_levels(plan, course, 30)).clearance, 0, 0.02);
  plan.has_trend = 0;
  EXPECT_GT(std::abs(most_likely(plan, known_levels(plan, course, 30)).clearance), 0.05);
}

}  // namespace
}  // namespace vt
