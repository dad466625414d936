#pragma once
#include "kernels/drug/prediction/three_deviations.hpp"

/// \file What a physician can tell from levels and a population model: the maximum a posteriori (MAP) trough, and plain
/// log-linear extrapolation. Concentrations in ng/mL, times in h, doses in mg of one intake.

namespace vt { inline namespace VT_ISA {

struct Fit {
  Deviation eta;
  double misfit;
};

/// A Fit, and whether Newton's steps ended because there was nowhere left to go, not in a valley too narrow for them.
struct Descent {
  Fit fit;
  bool is_at_rest;
};

/// Steps downhill, each halved until it helps, until none does.
VT_COLD Descent descend(const PredictionPlan& plan, const Evidence& evidence, const Deviation& start) {
  constexpr int most_steps = 16, halvings = 8;
  constexpr double rest = 1e-5;
  Fit fit = {start, misfit(plan, evidence, start)};
  for (int i = 0; i < most_steps; ++i) {
    const Deviation step = plan.estimates_absorption ? newton_step_of_three(plan, evidence, fit.eta)
                                                     : newton_step(plan, evidence, fit.eta);
    const double length = greater(step.clearance, -step.clearance) + greater(step.volume, -step.volume);
    const bool is_at_rest = length + greater(step.absorption, -step.absorption) < rest;
    bool moves = false;
    double share = 1.0;
    for (int j = 0; j < halvings && !moves; ++j, share *= 0.5) {
      const Deviation there = {fma(share, step.clearance, fit.eta.clearance), fma(share, step.volume, fit.eta.volume),
                               fma(share, step.absorption, fit.eta.absorption)};
      const double value = misfit(plan, evidence, there);
      if (!(value < fit.misfit)) continue;
      fit = {there, value};
      moves = true;
    }
    if (is_at_rest || !moves) return {fit, is_at_rest};
  }
  return {fit, false};
}

/// A place in the grid that is searched: deviations of the elimination rate, ln k, and of absorption.
struct Place {
  double log_k, absorption;
};
VT_HD Place place_of(const Deviation& eta) { return {eta.clearance - eta.volume, eta.absorption}; }

/// What the levels are expected to be there with the prior's volume: another volume divides them all.
struct Profile {
  double f[kLevels];
  Place place;
};
VT_COLD Profile profile_at(const PredictionPlan& plan, const Evidence& evidence, const Place& place) {
  Profile profile{};
  profile.place = place;
  const SteadyPk pk = deviate(evidence.prior, {place.log_k, 0.0, place.absorption});
  for (int i = 0; i < evidence.levels; ++i) profile.f[i] = expected(plan, evidence, pk, i);
  return profile;
}

/// The misfit on a Profile, and half its derivatives by the deviation of the volume.
VT_COLD Part part_along(const PredictionPlan& plan, const Evidence& evidence, const Profile& profile, double volume) {
  const Deviation eta = {profile.place.log_k + volume, volume, profile.place.absorption};
  const double both = plan.precision_both, curve = plan.precision_clearance + 2.0 * both + plan.precision_volume;
  Part sum = {prior_misfit(plan, eta),
              fma(plan.precision_clearance + both, eta.clearance, (plan.precision_volume + both) * volume), curve,
              curve};
  const double share = exp(-volume);
  for (int i = 0; i < evidence.levels; ++i) {
    const Part part = part_of(plan, evidence.level[i], greater(share * profile.f[i], kLeastLevel));
    sum = {sum.misfit + part.misfit, sum.slope - part.slope, sum.bend + part.bend, sum.safe_bend + part.safe_bend};
  }
  return sum;
}

/// The prior's part of the misfit as curve·(volume − lean·log_k)² + precision·log_k².
struct Ellipse {
  double curve, lean, precision;
};
VT_HD Ellipse ellipse_of(const PredictionPlan& plan) {
  const double c = plan.precision_clearance, v = plan.precision_volume, both = plan.precision_both;
  if (!plan.estimates_volume) return {1.0, 0.0, c};
  const double curve = c + 2.0 * both + v;
  return {curve, -(c + both) / curve, (c * v - both * both) / curve};
}

/// The best volume at one place of the grid: the lowest place of a grid over all that the prior does not make worse by
/// `room` than its best, up to factors of e^8, then Newton's steps downhill.
VT_COLD Fit best_at(const PredictionPlan& plan, const Evidence& evidence, const Place& place, double room) {
  constexpr int most = 20, steps = 8;
  constexpr double mesh = 0.4, longest = 0.5;
  const Profile profile = profile_at(plan, evidence, place);
  const Ellipse prior = ellipse_of(plan);
  const double middle = prior.lean * place.log_k, reach = square_root(greater(room, 0.0) / prior.curve);
  double best = middle, lowest = part_along(plan, evidence, profile, middle).misfit;
  if (!plan.estimates_volume) return {{place.log_k, 0.0, place.absorption}, lowest};
  for (int i = -most; i <= most; ++i) {
    const double volume = fma(mesh, static_cast<double>(i), middle);
    if (!(volume >= middle - reach && volume <= middle + reach)) continue;
    const double value = part_along(plan, evidence, profile, volume).misfit;
    if (value < lowest) best = volume, lowest = value;
  }
  for (int i = 0; i < steps; ++i) {
    const Part part = part_along(plan, evidence, profile, best);
    const double step = -part.slope / (part.bend > 0.0 ? part.bend : part.safe_bend);
    const double there = best + clamp(step, -longest, longest);
    const double value = part_along(plan, evidence, profile, there).misfit;
    if (!(value < lowest)) break;
    best = there, lowest = value;
  }
  return {{place.log_k + best, best, place.absorption}, lowest};
}

/// The bottom of a valley that lies within `width` to either side of an elimination rate; where Newton's steps do not
/// get there, golden sections do, which no bend of the valley misleads.
VT_COLD Fit bottom(const PredictionPlan& plan, const Evidence& evidence, const Fit& start, double width, double room) {
  constexpr double golden = 0x1.87722191a0334p-2;  // (3 − √5)/2
  constexpr int sections = 24;
  const Descent at_once = descend(plan, evidence, start.eta);
  if (at_once.is_at_rest) return at_once.fit;
  const Place middle = place_of(start.eta);
  const auto best_there = [&](double log_k) VT_INLINE {
    return best_at(plan, evidence, {log_k, middle.absorption}, room);
  };
  double low = middle.log_k - width, high = middle.log_k + width;
  Fit best = start, left = best_there(fma(golden, high - low, low));
  Fit right = best_there(fma(-golden, high - low, high));
  for (int i = 0; i < sections; ++i) {
    const bool goes_left = left.misfit < right.misfit;
    best = goes_left && left.misfit < best.misfit ? left : right.misfit < best.misfit ? right : best;
    if (goes_left) {
      high = place_of(right.eta).log_k;
      right = left;
      left = best_there(fma(golden, high - low, low));
    } else {
      low = place_of(left.eta).log_k;
      left = right;
      right = best_there(fma(-golden, high - low, high));
    }
  }
  const Fit found = descend(plan, evidence, best.eta).fit;
  return at_once.fit.misfit < found.misfit ? at_once.fit : found;
}

/// The least that the levels' parts can be, together.
VT_COLD double least_of_levels(const PredictionPlan& plan, const Evidence& evidence) {
  double least = 0.0;
  for (int i = 0; i < evidence.levels; ++i) least += least_misfit(plan, evidence.level[i]);
  return least;
}

/// Three rows of the grid over elimination rates and absorption: the best misfits there.
inline constexpr int kGridHalf = 40, kGridRow = 2 * kGridHalf + 3;  ///< with a margin on both sides
struct GridRows {
  double misfit[3][kGridRow];
};

/// As most_likely without a deviation of absorption, on a grid that has one, up to factors of e^4.
VT_COLD Deviation most_likely_of_three(const PredictionPlan& plan, const Evidence& evidence) {
  constexpr int rows = 10;
  constexpr double mesh = 0.2, row_mesh = 0.4, nowhere = 1e300;
  const double precision = ellipse_of(plan).precision, least = least_of_levels(plan, evidence);
  Fit best = descend(plan, evidence, {0.0, 0.0}).fit;
  GridRows grid;
  for (double& one : grid.misfit[0]) one = nowhere;
  for (double& one : grid.misfit[1]) one = nowhere;
  for (int j = -rows; j <= rows + 1; ++j) {
    const int now = (j + 3 * rows) % 3, last = (now + 2) % 3, before = (now + 1) % 3;
    const auto place = [](int i, int row) VT_INLINE {
      return Place{mesh * static_cast<double>(i - kGridHalf - 1), row_mesh * static_cast<double>(row)};
    };
    for (double& one : grid.misfit[now]) one = nowhere;
    for (int i = 1; j <= rows && i < kGridRow - 1; ++i) {
      const Place here = place(i, j);
      const double room = best.misfit - least - precision * here.log_k * here.log_k -
                          plan.precision_absorption * here.absorption * here.absorption;
      if (room >= 0.0) grid.misfit[now][i] = best_at(plan, evidence, here, room).misfit;
    }
    for (int i = 1; i < kGridRow - 1; ++i) {
      const double here = grid.misfit[last][i];
      const bool is_low = here < nowhere && here <= grid.misfit[last][i - 1] && here <= grid.misfit[last][i + 1] &&
                          here <= grid.misfit[before][i] && here <= grid.misfit[now][i];
      if (!is_low) continue;
      const double room = best.misfit - least;
      const Fit found = bottom(plan, evidence, best_at(plan, evidence, place(i, j - 1), room), mesh, room);
      if (found.misfit < best.misfit) best = found;
    }
  }
  return best.eta;
}

/// The most likely deviation. Several valleys are common where a level is far from what is expected: they are looked
/// for on a grid of elimination rates, each with the best volume, over all that the prior alone does not make worse
/// than the lowest place found, up to factors of e^8.
VT_COLD Deviation most_likely(const PredictionPlan& plan, const Evidence& evidence) {
  constexpr int most = 50;
  constexpr double mesh = 0.16, nowhere = 1e300;
  if (plan.estimates_absorption) return most_likely_of_three(plan, evidence);
  const double precision = ellipse_of(plan).precision, least = least_of_levels(plan, evidence);
  Fit best = descend(plan, evidence, {0.0, 0.0}).fit, before = {{0.0, 0.0}, nowhere}, here = before;
  for (int i = -most; i <= most + 1; ++i) {
    const double log_k = mesh * static_cast<double>(i);
    const double room = best.misfit - least - precision * log_k * log_k;
    const bool is_within = i <= most && room >= 0.0;
    const Fit after = is_within ? best_at(plan, evidence, {log_k, 0.0}, room) : Fit{{0.0, 0.0}, nowhere};
    if (here.misfit < nowhere && here.misfit <= before.misfit && here.misfit <= after.misfit) {
      const Fit found = bottom(plan, evidence, here, mesh, best.misfit - least);
      if (found.misfit < best.misfit) best = found;
    }
    before = here;
    here = after;
  }
  return best.eta;
}

/// The levels known on a day that say something about a patient; `history` is null where steady state is assumed.
VT_COLD Evidence known_levels(const PredictionPlan& plan, const Course& course, std::int32_t day,
                              const DoseHistory* history = nullptr) {
  Evidence evidence{};
  SteadyPk& prior = evidence.prior;
  prior = {course.prior[0],
           course.prior[1],
           course.prior[2],
           course.prior[3],
           course.prior[4],
           course.prior[5],
           course.prior[6],
           plan.input,
           0,
           {},
           {}};
  for (int i = 0; i < kMostInputParameters; ++i) prior.own[i] = course.prior[kSharedPriorTraits + i];
  for (int i = 0; i < kMostInputSettings; ++i) prior.setting[i] = plan.setting[i];
  for (std::uint32_t i = 0; i < kLevels; ++i) {
    const std::uint32_t place = (course.levels.count + i) % kLevels;  // the oldest first
    const Level& level = course.levels.newest[place];
    if (!(level.dose_mg > 0.0 && level.due <= day)) continue;
    if (plan.below_limit == BelowLimit::ignored && level.ng_per_mL < plan.limit_ng_per_mL) continue;
    const bool has_logarithm = level.ng_per_mL > 0.0 || is_censored(plan, level);
    if (plan.residual_sd_log > 0.0 && !has_logarithm) continue;
    const Recall* recall = history != nullptr ? &history->recall[place] : nullptr;
    if (recall != nullptr && !has_begun(*recall, evidence.prior.lag_h, level.interval_h)) continue;
    if (plan.has_trend) evidence.day[evidence.levels] = of_day(plan, level.treated);
    evidence.recall[evidence.levels] = recall;
    evidence.level[evidence.levels++] = level;
  }
  const int surplus = evidence.levels - static_cast<int>(plan.levels);
  for (int i = 0; surplus > 0 && i < static_cast<int>(plan.levels); ++i) {
    evidence.level[i] = evidence.level[i + surplus];
    evidence.day[i] = evidence.day[i + surplus];
    evidence.recall[i] = evidence.recall[i + surplus];
  }
  if (surplus > 0) evidence.levels = static_cast<int>(plan.levels);
  return evidence;
}

/// Trough of the present dose at steady state by extrapolating the last level with a fixed half-life, whatever the dose
/// was then; the level must lie behind the peak.
VT_COLD double extrapolate(const PredictionPlan& plan, const Level& level, double dose_mg, double interval_h) {
  constexpr double ln2 = 0x1.62e42fefa39efp-1;
  const double later_h = interval_h - level.after_h;
  return level.ng_per_mL * (dose_mg / level.dose_mg) * exp(-ln2 * later_h / plan.half_life_h);
}

}}  // namespace vt
