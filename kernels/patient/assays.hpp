#pragma once
#include "kernels/numerics/normal.hpp"
#include "kernels/patient/disposition_day.hpp"
#include "kernels/tables.hpp"

/// \file From the body to the laboratory's report.

namespace vt { inline namespace VT_ISA {

/// Total concentration in ng/mL, unscaled, `t_h` after the day's start, before any of today's doses.
template <int L>
VT_COLD double concentration(const Plan& plan, const Cohort<L>& cohort, int lane, double t_h) {
  const PkDay day = cohort.today[lane];
  if (plan.pharmacokinetics.absorption == Absorption::general)
    return amounts_at(plan, cohort, lane, t_h).central / day.volume_L * kNgPerMlPerMgPerL;
  const bool zero_order = plan.pharmacokinetics.absorption == Absorption::zero_order;
  double mg = zero_order ? eliminate<Absorption::zero_order>(cohort.body[lane], day, t_h).central_mg
                         : eliminate<Absorption::first_order>(cohort.body[lane], day, t_h).central_mg;
  for (std::uint32_t i = 0; i < plan.intakes; ++i) {
    const Input input = cohort.pending[i][lane];
    mg += zero_order ? contribution<Absorption::zero_order>(input, day, t_h).central_mg
                     : contribution<Absorption::first_order>(input, day, t_h).central_mg;
  }
  return mg / day.volume_L * kNgPerMlPerMgPerL;
}

/// c·e^(log-normal error)·(1 + proportional error) + additive error; below the limit of quantification half the limit
/// is reported. `slot` tells the samples of one day apart.
VT_COLD double assay_trough(const Plan& plan, double ng_per_mL, Id id, std::int32_t day, int slot) {
  const AssayPlan& assay = plan.assays;
  const Words words = draw(plan, id, Stream::trough_assay, day, 2 * slot);
  const double error = normal_quantile(uniform(words.w[0], words.w[1]));
  double measured = ng_per_mL * fma(assay.trough_cv, error, 1.0);
  if (assay.trough_sd_log > 0.0) {
    const Words more = draw(plan, id, Stream::trough_assay, day, 2 * slot + 1);
    measured *= exp(assay.trough_sd_log * normal_quantile(uniform(more.w[0], more.w[1])));
  }
  if (assay.trough_sd_ng_per_mL > 0.0)
    measured = fma(assay.trough_sd_ng_per_mL, normal_quantile(uniform(words.w[2], words.w[3])), measured);
  measured = greater(0.0, measured);
  return measured < assay.trough_limit_ng_per_mL ? 0.5 * assay.trough_limit_ng_per_mL : measured;
}

/// SD of log10 at a level, linear between the nodes of the curve and constant beyond them.
VT_HD double pcr_sd(const Plan& plan, double log10_percent) {
  const AssayPlan& assay = plan.assays;
  if (assay.pcr_log10.count == 0) return 0.0;
  const double* level = begin(plan, assay.pcr_log10);
  const double* sd = begin(plan, assay.pcr_sd);
  double value = sd[0];
  for (std::uint32_t i = 1; i < assay.pcr_log10.count; ++i) {
    const double share = clamp((log10_percent - level[i - 1]) / (level[i] - level[i - 1]), 0.0, 1.0);
    value = fma(share, sd[i] - sd[i - 1], value);
  }
  return value;
}

inline constexpr double kLn10 = 0x1.26bb1bbb55516p+1;
inline constexpr double kLeastPercent = 1e-30;  ///< keeps logarithms of an extinct clone finite

/// A log-normal error with this SD of log10.
VT_COLD double assay_level(double percent, double sd_log10, const Words& words) {
  const double error = normal_quantile(uniform(words.w[0], words.w[1]));
  return exp(fma(kLn10 * sd_log10, error, log(greater(percent, kLeastPercent))));
}

/// RQ-PCR: the size of the error depends on the level.
VT_COLD double assay_pcr(const Plan& plan, double percent, const Words& words) {
  return assay_level(percent, pcr_sd(plan, log(greater(percent, kLeastPercent)) / kLn10), words);
}

/// Copies of the control gene in a sample, and whether any of the target is among them.
struct Sample {
  double control_copies;
  bool is_detected;
};

/// The target's copies are Poisson with mean percent/100 · control copies. Without a number of copies all is detected.
VT_COLD Sample take_sample(double median_copies, double spread, double percent, const Words& size, const Words& found) {
  if (!(median_copies > 0.0)) return {0.0, true};
  const double copies = median_copies * exp(spread * normal_quantile(uniform(size.w[0], size.w[1])));
  const double none = exp(-0.01 * percent * copies);
  return {copies, uniform(found.w[0], found.w[1]) >= none};
}

/// Measured size or density of a tumour: a log-normal error with this SD of ln.
VT_HD double assay_image(double value, double sd_log, std::uint32_t high, std::uint32_t low) {
  return value * exp(sd_log * normal_quantile(uniform(high, low)));
}

/// Share of Ph-positive metaphases at a BCR-ABL level: odds·(level/anchor)^slope, with another slope above the anchor.
VT_COLD double ph_positive_share(const AssayPlan& assay, double percent) {
  const double relative = greater(percent, kLeastPercent) / assay.metaphase_anchor_percent;
  const double slope = relative > 1.0 ? assay.metaphase_slope_high : assay.metaphase_slope_low;
  const double odds = assay.metaphase_odds * pow(relative, slope);
  return 1.0 - 1.0 / (1.0 + odds);
}

/// Ph-positive cells among `assay.metaphases` looked at, in percent.
VT_COLD double count_metaphases(const Plan& plan, Id id, std::int32_t day, double share) {
  const std::uint32_t n = plan.assays.metaphases;
  const std::uint64_t below = bernoulli_threshold(share);
  double positive = 0.0;
  for (std::uint32_t first = 0; first < n; first += 4) {
    const Words words = draw(plan, id, Stream::metaphases, day, static_cast<int>(first / 4));
    for (std::uint32_t i = 0; i < 4; ++i) positive += first + i < n && std::uint64_t{words.w[i]} < below ? 1.0 : 0.0;
  }
  return 100.0 * positive / static_cast<double>(n);
}

/// Counting error, proportional.
VT_COLD double assay_count(double cells, const AssayPlan& assay, std::uint32_t high, std::uint32_t low) {
  if (assay.count_cv == 0.0) return greater(0.0, cells);
  return greater(0.0, cells * fma(assay.count_cv, normal_quantile(uniform(high, low)), 1.0));
}

}}  // namespace vt
