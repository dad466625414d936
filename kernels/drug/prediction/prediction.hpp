#pragma once
#include "kernels/drug/prediction/search_of_three.hpp"

/// \file What a physician can tell from levels and a population model: the maximum a posteriori (MAP) trough, and plain
/// log-linear extrapolation. Concentrations in ng/mL, times in h, doses in mg of one intake.

namespace vt { inline namespace VT_ISA {

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
