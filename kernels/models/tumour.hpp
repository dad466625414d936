#pragma once
#include "kernels/numerics/elementary.hpp"

/// \file A solid tumour under a kinase inhibitor: size and radiological density (Schindler et al., CPT Pharmacometrics
/// Syst Pharmacol 2017;6:449).

namespace vt { inline namespace VT_ISA {

struct TumourTraits {
  double limit, growth_per_day, kill_per_day, fading_per_day;
  double density, density_per_day, density_effect;
};

/// Size in mm or mL, density in HU: whatever the baselines are in.
struct Tumour {
  double size, density;
};

/// One day at a constant relative exposure ρ, `treated_day` days after the first dose. Exact for rates that stand over
/// the day: dS/dt = growth·S·(1 − S/limit) − kill·ρ·exp(−fading·t)·S;  dD/dt = k·(baseline − D·(1 + effect·ρ)).
VT_HD Tumour grow_tumour(const Tumour& now, const TumourTraits& t, double exposure, double treated_day) {
  const double rate = t.growth_per_day - t.kill_per_day * exposure * exp(-t.fading_per_day * treated_day);
  const double crowding = t.growth_per_day * (now.size / t.limit) * expm1_over(rate);
  const double turnover = fma(t.density_effect, exposure, 1.0);
  const double goal = t.density / turnover;
  return {now.size * exp(rate) / (1.0 + crowding), fma(now.density - goal, exp(-t.density_per_day * turnover), goal)};
}

}}  // namespace vt
