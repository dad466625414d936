#pragma once
#include "kernels/drug/prediction/three_deviations.hpp"

/// \file The way down the misfit: from a place to the bottom of its valley, and the best volume at each place of a
/// grid.

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

/// Steps downhill, each halved until it helps, until none does. `frees_absorption`: its deviation moves, too.
VT_COLD Descent descend(const PredictionPlan& plan, const Evidence& evidence, const Deviation& start,
                        bool frees_absorption) {
  constexpr int most_steps = 16, halvings = 8;
  constexpr double rest = 1e-5;
  Fit fit = {start, misfit(plan, evidence, start)};
  for (int i = 0; i < most_steps; ++i) {
    const Deviation step =
        frees_absorption ? newton_step_of_three(plan, evidence, fit.eta) : newton_step(plan, evidence, fit.eta);
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

VT_COLD Descent descend(const PredictionPlan& plan, const Evidence& evidence, const Deviation& start) {
  return descend(plan, evidence, start, plan.estimates_absorption != 0);
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

}}  // namespace vt
