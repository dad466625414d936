#pragma once
#include "kernels/models/model.hpp"
#include "kernels/numerics/elementary.hpp"

namespace vt { inline namespace VT_ISA {

/// A solid tumour under a kinase inhibitor: size and radiological density (Schindler et al., CPT Pharmacometrics Syst
/// Pharmacol 2017;6:449).
struct Tumour {
  static constexpr std::string_view section = "tumour", name = "size_and_density", title = "tumour";
  static constexpr Subject subject = Subject::response;

  struct Parameters {
    double baseline, limit, growth_per_day, kill_per_day, exponent, fading_per_day;
    double density, density_per_day, density_effect;
  };
  static constexpr Parameter<Parameters> parameters[] = {
      {&Parameters::baseline, "baseline", "", Need::required, 0, 1e-9, 1e9},
      {&Parameters::limit, "limit", "", Need::required, 0, 1e-9, 1e12, Zero::refused},
      {&Parameters::growth_per_day, "growth", "1/day", Need::required, 0, 0, 10},
      {&Parameters::kill_per_day, "kill", "1/day", Need::required, 0, 0, 10},
      {&Parameters::exponent, "exponent", "", Need::optional, 1, 0, 10},
      {&Parameters::fading_per_day, "fading", "1/day", Need::optional, 0, 0, 10},
      {&Parameters::density, "density", "", Need::optional, 0, 0, 1e6},
      {&Parameters::density_per_day, "density_turnover", "1/day", Need::optional, 0, 0, 10},
      {&Parameters::density_effect, "density_effect", "", Need::optional, 0, 0, 1e3},
  };

  struct Traits {
    double limit, growth_per_day, kill_per_day, exponent, fading_per_day;
    double density, density_per_day, density_effect;
  };
  static VT_HD Traits traits_of(const Parameters& p) {
    return {p.limit,          p.growth_per_day, p.kill_per_day,    p.exponent,
            p.fading_per_day, p.density,        p.density_per_day, p.density_effect};
  }

  /// Size in mm or mL, density in HU: whatever the baselines are in.
  struct State {
    double size, density;
  };
  static VT_HD State start(const Parameters& p, const Traits& t) { return {p.baseline, t.density}; }

  static constexpr Effect effect = Effect::on_disease;
  /// One day at a constant relative exposure ρ, `treated_day` days after the first dose. Exact for rates that stand
  /// over the day: dS/dt = growth·S·(1 − S/limit) − kill·ρ^p·exp(−fading·t)·S;  dD/dt = k·(baseline − D·(1 +
  /// effect·ρ)).
  static VT_HD State step(const State& now, const Traits& t, double exposure, double treated_day) {
    const double power = t.exponent == 1.0 ? exposure : pow(greater(exposure, 1e-300), t.exponent);
    const double strength = exposure > 0.0 ? power : 0.0;
    const double rate = t.growth_per_day - t.kill_per_day * strength * exp(-t.fading_per_day * treated_day);
    const double crowding = t.growth_per_day * (now.size / t.limit) * expm1_over(rate);
    const double turnover = fma(t.density_effect, exposure, 1.0);
    const double goal = t.density / turnover;
    return {now.size * exp(rate) / (1.0 + crowding), fma(now.density - goal, exp(-t.density_per_day * turnover), goal)};
  }

  static VT_HD double size(const State& now) { return now.size; }
  static VT_HD double density(const State& now) { return now.density; }
  static constexpr ModelQuantity<State> quantities[] = {
      {size, "tumour_size_true", "1", kFromZero, kUsual, "model tumour size", "with a tumour"},
      {density, "tumour_density_true", "1", kFromZero, kUsual, "model tumour density", "with a tumour"},
  };
  static constexpr MeasuredQuantity<State> measured[] = {
      {size,
       "tumour_size",
       "1",
       kFromZero,
       kUsual,
       "tumour size at the last imaging, in the unit of tumour.baseline",
       "tumour size",
       "imaging",
       log_normal("tumour_size_sd_log"),
       {Stream::imaging, 0, 0}},
      {density,
       "tumour_density",
       "1",
       kFromZero,
       kUsual,
       "tumour density at the last imaging, in the unit of tumour.density",
       "tumour density",
       "imaging",
       log_normal("tumour_density_sd_log"),
       {Stream::imaging, 0, 2}},
  };
  static constexpr Vital<State> vitals[] = {{size, "the size of the tumour"}, {density, "the density of the tumour"}};
  static constexpr int recorded = 2;
};

}}  // namespace vt
