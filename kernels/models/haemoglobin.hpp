#pragma once
#include "kernels/models/model.hpp"
#include "kernels/numerics/elementary.hpp"

namespace vt { inline namespace VT_ISA {

/// Haemoglobin in g/dL: made at a rate that the drug lowers, lost with the age of the red cells.
struct Haemoglobin {
  static constexpr std::string_view section = "blood_counts.haemoglobin", name = "turnover", title = "haemoglobin";
  static constexpr Subject subject = Subject::safety;

  struct Parameters {
    double baseline_g_per_dL, turnover_day, effect, exponent;
    double start;  ///< over the baseline
  };
  static constexpr Parameter<Parameters> parameters[] = {
      {&Parameters::baseline_g_per_dL, "baseline", "g/dL", Need::required, 0, 1e-3, 1e3},
      {&Parameters::turnover_day, "turnover", "day", Need::required, 0, 1e-2, 1e6, Zero::refused},
      {&Parameters::effect, "effect", "", Need::required, 0, 0, 10},
      {&Parameters::exponent, "exponent", "", Need::optional, 1, 0, 10},
      {&Parameters::start, "start", "", Need::optional, 1, 0, 10},
  };

  struct Traits {
    double baseline_g_per_dL, keep, effect, exponent;  ///< keep: share of the distance to its goal left after a day
  };
  static VT_HD Traits traits_of(const Parameters& p) {
    return {p.baseline_g_per_dL, exp(-1.0 / p.turnover_day), p.effect, p.exponent};
  }

  struct State {
    double g_per_dL;
  };
  static VT_HD State start(const Parameters& p, const Traits& t) { return {t.baseline_g_per_dL * p.start}; }

  static constexpr Effect effect = Effect::on_blood;
  /// One day at a constant relative exposure, exact: dH/dt = k·(baseline·(1 − effect·ρ^p) − H), the bracket at least 0.
  static VT_HD State step(const State& now, const Traits& t, double exposure, double /*treated_day*/) {
    const double power = pow(greater(exposure, 1e-300), t.exponent);
    const double goal = t.baseline_g_per_dL * greater(0.0, 1.0 - (exposure > 0.0 ? t.effect * power : 0.0));
    return {fma(now.g_per_dL - goal, t.keep, goal)};
  }

  static VT_HD double level(const State& now) { return now.g_per_dL; }
  static constexpr ModelQuantity<State> quantities[] = {
      {level, "haemoglobin_true", "g/dL", kHaemoglobin, kUsual, "model haemoglobin", "with haemoglobin"},
  };
  static constexpr MeasuredQuantity<State> measured[] = {
      {level,
       "haemoglobin",
       "g/dL",
       kHaemoglobin,
       kUsual,
       "haemoglobin at the last blood count",
       "haemoglobin",
       name_of(Measure::blood_count),
       proportional("count_cv"),
       {Stream::counting, 1, 0}},
  };
  static constexpr Vital<State> vitals[] = {{level, "the haemoglobin"}};
  static constexpr int recorded = 1;
};

}}  // namespace vt
