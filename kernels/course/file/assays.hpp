#pragma once
#include "kernels/drug/disposition_day.hpp"
#include "kernels/numerics/normal.hpp"
#include "kernels/tables.hpp"

/// \file From the body to the laboratory's report.

namespace vt { inline namespace VT_ISA {

/// Total concentration in ng/mL, unscaled, `t_h` after the day's start, before any of today's doses.
template <int L>
VT_COLD double concentration(const Plan& plan, const Cohort<L>& cohort, int lane, double t_h) {
  const PkDay day = cohort.today[lane];
  const double central_mg = with_variant(plan.drug.pharmacokinetics, [&]<Variant variant>() {
    if constexpr (variant == Variant::general) {
      return amounts_at(plan, cohort, lane, t_h).central;
    } else {
      using In = InputOf<variant>;
      double mg = In::eliminate(cohort.body[lane], day, t_h).central_mg;
      for (std::uint32_t i = 0; i < plan.intakes; ++i)
        mg += In::contribution(cohort.pending[i][lane], day, t_h).central_mg;
      return mg;
    }
  });
  return central_mg / day.volume_L * kNgPerMlPerMgPerL;
}

inline constexpr double kLn10 = 0x1.26bb1bbb55516p+1;
inline constexpr double kLeastPercent = 1e-30;  ///< keeps logarithms of an extinct clone finite

/// A log-normal error with this SD of log10.
VT_HD double assay_level(double percent, double sd_log10, const Words& words) {
  const double error = normal_quantile(uniform(words.w[0], words.w[1]));
  return exp(fma(kLn10 * sd_log10, error, log(greater(percent, kLeastPercent))));
}

/// SD of log10 at every patient's level, linear between the nodes of the curve and constant beyond them.
template <int L>
VT_COLD void find_pcr_sds(const Plan& plan, const Cohort<L>& cohort, std::uint64_t who, double (&sd)[L]) {
  const AssayPlan& assay = plan.assays;
  const double* level = begin(plan, assay.pcr_log10);
  const double* node = begin(plan, assay.pcr_sd);
  const double lowest = assay.pcr_log10.count == 0 ? 0.0 : node[0];
  double log10_percent[L];
  for_these<L>(who, [&](int lane) VT_INLINE {
    log10_percent[lane] = log(greater(load_percent(cohort.leukaemia[lane]), kLeastPercent)) / kLn10;
    sd[lane] = lowest;
  });
  for (std::uint32_t i = 1; i < assay.pcr_log10.count; ++i) {
    const double from = level[i - 1], step = level[i] - from, rise = node[i] - node[i - 1];
    for_these<L>(who, [&](int lane) VT_INLINE {
      sd[lane] = fma(clamp((log10_percent[lane] - from) / step, 0.0, 1.0), rise, sd[lane]);
    });
  }
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

/// Share of Ph-positive metaphases at a BCR-ABL level: odds·(level/anchor)^slope, with another slope above the anchor.
VT_HD double ph_positive_share(const AssayPlan& assay, double percent) {
  const double relative = greater(percent, kLeastPercent) / assay.metaphase_anchor_percent;
  const double slope = relative > 1.0 ? assay.metaphase_slope_high : assay.metaphase_slope_low;
  const double odds = assay.metaphase_odds * pow(relative, slope);
  return 1.0 - 1.0 / (1.0 + odds);
}

/// What is found of a true value with an error of this size; z: standard normal.
template <ErrorLaw law>
VT_HD double with_error(double value, double size, double z) {
  if constexpr (law == ErrorLaw::log_normal)
    return value * exp(size * z);
  else
    return greater(0.0, value * fma(size, z, 1.0));
}

}}  // namespace vt
