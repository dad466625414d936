#include "output/statistics/sequential/sequential_density.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "kernels/numerics/normal.hpp"
#include "output/statistics/distributions.hpp"
#include "output/statistics/sequential/root.hpp"

namespace vt {
namespace {

using Quadrature = boost::math::quadrature::gauss<double, 20>;
constexpr double kPanel = 3;          // in standard deviations
constexpr double kNegligible = 1e-8;  // share of the least probability that may be cut off
constexpr double kFar = 38;           // |Z − mean| is never above, in doubles
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

double SequentialDensity::density(double b, double reach) const {
  const double step = fraction_ - earlier_, sd = std::sqrt(step), from = b - drift_ * step;
  const auto first = std::ranges::lower_bound(node_, from - reach * sd) - node_.begin();
  double sum = 0;
  for (std::size_t i = first; i < node_.size() && node_[i] <= from + reach * sd; ++i) {
    const double z = (from - node_[i]) / sd;
    sum += mass_[i] * exp(-0.5 * z * z);
  }
  return sum / (normal::root_two_pi * sd);
}

void SequentialDensity::move_nodes(double next_step, double reach) {
  const double root = std::sqrt(fraction_), mean = drift_ * root;
  const double low = std::max(lower_, mean - reach) * root, high = std::min(upper_, mean + reach) * root;
  const double width = kPanel * std::sqrt(std::min(fraction_ - earlier_, next_step));
  const int panels = high > low ? static_cast<int>(std::ceil((high - low) / width)) : 0;
  const double half = (high - low) / (2 * panels);
  std::vector<double> node, mass;
  const auto add = [&](double b, double weight) {
    node.push_back(b);
    mass.push_back(weight * half * density(b, reach));
  };
  const auto& x = Quadrature::abscissa();  // the positive half
  const auto& weight = Quadrature::weights();
  for (int panel = 0; panel < panels; ++panel) {
    const double centre = low + (2 * panel + 1) * half;
    for (std::size_t i = x.size(); i-- > 0;) add(centre - half * x[i], weight[i]);
    for (std::size_t i = 0; i < x.size(); ++i) add(centre + half * x[i], weight[i]);
  }
  node_ = std::move(node), mass_ = std::move(mass);
}

void SequentialDensity::go_to(double fraction, double least) {
  constexpr double shortest = 1e-6;
  if (!(fraction - fraction_ >= shortest && std::isfinite(fraction)))
    throw std::invalid_argument("information fractions of looks must rise by at least 1e-6");
  if (fraction_ > 0)
    move_nodes(fraction - fraction_, std::min(kFar, z_above(kNegligible * std::clamp(least, kNoChance, 1e-15))));
  earlier_ = fraction_, fraction_ = fraction;
  lower_ = -kInfinity, upper_ = kInfinity;
}

double SequentialDensity::above(double z) const {
  const double step = fraction_ - earlier_, from = z * std::sqrt(fraction_) - drift_ * step;
  double sum = 0;
  for (std::size_t i = 0; i < node_.size(); ++i) sum += mass_[i] * normal_above((from - node_[i]) / std::sqrt(step));
  return sum;
}

double SequentialDensity::below(double z) const {
  const double step = fraction_ - earlier_, from = z * std::sqrt(fraction_) - drift_ * step;
  double sum = 0;
  for (std::size_t i = 0; i < node_.size(); ++i) sum += mass_[i] * normal_above((node_[i] - from) / std::sqrt(step));
  return sum;
}

double SequentialDensity::z_with_above(double p) const {
  if (!(p >= kNoChance)) return kInfinity;
  const double mean = drift_ * std::sqrt(fraction_);
  const auto excess = [&](double z) { return log(std::max(above(z), std::numeric_limits<double>::min()) / p); };
  return excess(mean - kFar) > 0 ? root_between(excess, mean - kFar, mean + kFar) : -kInfinity;
}

double SequentialDensity::z_with_below(double p) const {
  if (!(p >= kNoChance)) return -kInfinity;
  const double mean = drift_ * std::sqrt(fraction_);
  const auto excess = [&](double z) { return log(std::max(below(z), std::numeric_limits<double>::min()) / p); };
  return excess(mean + kFar) > 0 ? root_between(excess, mean - kFar, mean + kFar) : kInfinity;
}

}  // namespace vt
