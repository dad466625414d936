#include <algorithm>
#include <cmath>

#include "host/study/points.hpp"
#include "host/study/sequences.hpp"
#include "kernels/numerics/elementary.hpp"
#include "kernels/numerics/normal.hpp"

namespace vt {

namespace {

/// Of a factor where a share u of its values lies below.
double value_at(const FactorSpec& factor, double u) {
  if (!factor.law) {
    const auto levels = static_cast<double>(factor.levels.size());
    return std::min(levels - 1.0, std::floor(u * levels));
  }
  const FactorLaw& law = *factor.law;
  // Half a step of the sequence from 0 and 1, where a normal quantile has no value.
  const double inside = std::clamp(u, 0x1p-33, 1.0 - 0x1p-33);
  switch (law.distribution) {
    case Distribution::normal:
      return law.first + law.second * normal_quantile(inside);
    case Distribution::lognormal:
      return law.first * exp(law.second * normal_quantile(inside));
    default:
      return law.first + (law.second - law.first) * u;
  }
}

Design grid(const StudySpec& study) {
  Design design;
  std::size_t points = 1;
  for (const FactorSpec& factor : study.factors) {
    design.shape.push_back(factor.levels.size());
    points *= factor.levels.size();
  }
  for (std::size_t p = 0; p < points; ++p) {
    std::vector<double> point(study.factors.size());
    std::size_t rest = p;
    for (std::size_t f = point.size(); f-- > 0; rest /= design.shape[f])
      point[f] = static_cast<double>(rest % design.shape[f]);
    design.points.push_back(std::move(point));
  }
  return design;
}

}  // namespace

Design make_design(const StudySpec& study) {
  if (study.design == DesignKind::grid) return grid(study);
  const std::size_t factors = study.factors.size();
  Design design{{}, std::vector<std::vector<double>>(study.points, std::vector<double>(factors))};
  if (study.design == DesignKind::latin_hypercube) {
    design.points = latin_hypercube(study.points, factors, study.seed);
  } else {
    const SobolSequence sequence(factors, study.seed);
    for (std::size_t p = 0; p < study.points; ++p)
      for (std::size_t f = 0; f < factors; ++f) design.points[p][f] = sequence.at(p, f);
  }
  for (std::vector<double>& point : design.points)
    for (std::size_t f = 0; f < factors; ++f) point[f] = value_at(study.factors[f], point[f]);
  return design;
}

}  // namespace vt
