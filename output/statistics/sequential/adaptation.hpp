#pragma once
/// \file What a trial may do with what it has seen so far, without a larger error. Z at information fraction t is
/// normal with mean drift·√t and variance 1 (`SequentialDensity`); a higher Z is better.

#include <span>

namespace vt {

/// The drift that Z at fraction t suggests: Z/√t.
double trend(double z, double fraction);

/// The chance that the test at t = 1 will have Z ≥ critical, after this z at this fraction, 0 < fraction < 1. `drift`
/// is the planned one or `trend`. Lan & Wittes 1988, Biometrics 44:579.
double conditional_power(double z, double fraction, double drift, double critical);

/// Z of the data between two looks, from Z of all data at either. \pre 0 < earlier_fraction < fraction
double stage_z(double earlier_z, double earlier_fraction, double z, double fraction);

/// Inverse-normal combination of independent stages: Σ√wᵢ·zᵢ/√Σwᵢ, normal under the hypothesis if the weights were
/// fixed in advance, whatever the stages' sizes have become. Lehmacher & Wassmer 1999, Biometrics 55:1286. \param z of
/// each stage's own data  \param weight its planned information  \throws std::invalid_argument on lengths that differ
/// and on negative weights
double inverse_normal(std::span<const double> z, std::span<const double> weight);

/// A trial whose size may be raised once. Mehta & Pocock 2011, Stat Med 30:3267. Sizes are patients or events.
struct PromisingZone {
  double first, planned, most;     ///< size at the interim look, of the trial, of the trial at most
  double critical;                 ///< of Z at the end
  double power;                    ///< conditional power to come to
  double least_conditional_power;  ///< from which the size is raised
};

enum class Zone { unfavourable, promising, favourable };

/// What is decided on Z at the interim look. `size`: as planned but in the promising zone, where it is that with the
/// wanted conditional power, or the largest allowed. Conditional power is that of the trend.
struct Resized {
  Zone zone;
  double conditional_power;  ///< with the planned size
  double size;
};
Resized resize(const PromisingZone&, double z);

/// For Z of all data, without weights, at a new size: the critical value that keeps the error. Where it is not above
/// that of the plan, the plan's may be used. Gao, Ware & Mehta 2008, J Biopharm Stat 18:1184.
double critical_at_size(const PromisingZone&, double z, double size);

/// The least conditional power from which, up to `power`, critical_at_size of `resize` is not above that of the plan.
/// \pre most > planned, power > ½
double safe_conditional_power(PromisingZone);

}  // namespace vt
