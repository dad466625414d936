#include "output/statistics/sequential/adaptation.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "output/statistics/distributions.hpp"
#include "output/statistics/sequential/root.hpp"

namespace vt {
namespace {

/// What Z of the planned second stage must reach.
double still_to_reach(const PromisingZone& plan, double z) {
  return (plan.critical * std::sqrt(plan.planned) - z * std::sqrt(plan.first)) / std::sqrt(plan.planned - plan.first);
}

/// By the weights of the plan, to have the wanted conditional power; no limit where z ≤ 0.
double wanted_size(const PromisingZone& plan, double z) {
  if (!(z > 0)) return plan.most;
  const double root = (still_to_reach(plan, z) + z_above(1 - plan.power)) / z;
  return plan.first * (1 + root * root);
}

}  // namespace

double trend(double z, double fraction) { return z / std::sqrt(fraction); }

double conditional_power(double z, double fraction, double drift, double critical) {
  return normal_above((critical - z * std::sqrt(fraction) - drift * (1 - fraction)) / std::sqrt(1 - fraction));
}

double stage_z(double earlier_z, double earlier_fraction, double z, double fraction) {
  return (z * std::sqrt(fraction) - earlier_z * std::sqrt(earlier_fraction)) / std::sqrt(fraction - earlier_fraction);
}

double inverse_normal(std::span<const double> z, std::span<const double> weight) {
  if (z.size() != weight.size()) throw std::invalid_argument("each stage needs a weight");
  double sum = 0, squares = 0;
  for (std::size_t stage = 0; stage < z.size(); ++stage) {
    if (!(weight[stage] >= 0)) throw std::invalid_argument("weights of stages must not be negative");
    sum += std::sqrt(weight[stage]) * z[stage], squares += weight[stage];
  }
  return sum / std::sqrt(squares);
}

Resized resize(const PromisingZone& plan, double z) {
  const double fraction = plan.first / plan.planned;
  const double chance = conditional_power(z, fraction, trend(z, fraction), plan.critical);
  if (chance >= plan.power) return {Zone::favourable, chance, plan.planned};
  if (!(chance >= plan.least_conditional_power)) return {Zone::unfavourable, chance, plan.planned};
  return {Zone::promising, chance, std::clamp(wanted_size(plan, z), plan.planned, plan.most)};
}

double critical_at_size(const PromisingZone& plan, double z, double size) {
  return (still_to_reach(plan, z) * std::sqrt(size - plan.first) + z * std::sqrt(plan.first)) / std::sqrt(size);
}

double safe_conditional_power(PromisingZone plan) {
  plan.least_conditional_power = 0;
  const double fraction = plan.first / plan.planned;
  const double even = plan.critical * std::sqrt(fraction);  // where conditional power is one half: safe at any size
  const auto excess = [&](double z) { return critical_at_size(plan, z, resize(plan, z).size) - plan.critical; };
  const double z = root_between(excess, 0, even * (1 - 1e-9));
  return conditional_power(z, fraction, trend(z, fraction), plan.critical);
}

}  // namespace vt
