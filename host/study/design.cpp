#include <algorithm>
#include <cmath>
#include <utility>

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
  switch (law.distribution) {
    case Distribution::normal:
      return law.first + law.second * normal_quantile(off_the_ends(u));
    case Distribution::lognormal:
      return law.first * exp(law.second * normal_quantile(off_the_ends(u)));
    default:
      return law.first + (law.second - law.first) * u;
  }
}

/// Where a law has no end, the lowest and highest level stand for the lowest and highest part of its values.
double level_share(const FactorSpec& factor, double u) {
  if (!factor.law || factor.law->distribution == Distribution::uniform) return u;
  return (0.5 + u * (kMorrisLevels - 1.0)) / kMorrisLevels;
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

/// A grid of the factors with values; those that are drawn stand at their medians, or first values.
Design with_replicates(const StudySpec& study) {
  Design design;
  design.points.emplace_back(study.factors.size());
  for (std::size_t f = 0; f < study.factors.size(); ++f) {
    const FactorSpec& factor = study.factors[f];
    std::vector<std::vector<double>> before = std::exchange(design.points, {});
    for (const std::vector<double>& point : before)
      for (std::size_t level = 0; level < (factor.is_drawn() ? 1 : factor.levels.size()); ++level) {
        design.points.push_back(point);
        design.points.back()[f] = factor.law ? value_at(factor, 0.5) : static_cast<double>(level);
      }
  }
  return design;
}

/// All factors at their first values, then every other value alone.
Design one_at_a_time(const StudySpec& study) {
  const std::vector<double> first(study.factors.size());
  Design design;
  design.points.push_back(first);
  for (std::size_t f = 0; f < study.factors.size(); ++f)
    for (std::size_t level = 1; level < study.factors[f].levels.size(); ++level) {
      design.points.push_back(first);
      design.points.back()[f] = static_cast<double>(level);
    }
  return design;
}

Design listed(const StudySpec& study) {
  Design design;
  design.points.assign(study.points, std::vector<double>(study.factors.size()));
  for (std::size_t f = 0; f < study.factors.size(); ++f)
    for (std::size_t p = 0; p < study.points; ++p)
      design.points[p][f] = static_cast<double>(study.factors[f].listed[p]);
  return design;
}

/// Base points of two halves of a sequence, A and B, and what lies between them.
Design saltelli(const StudySpec& study) {
  const std::size_t k = study.factors.size();
  const std::vector<FactorGroup> groups = groups_of(study);
  Design design;
  for (std::uint64_t r = 0; r < study.randomisations; ++r) {
    const SobolSequence sequence(2 * k, study.seed + r);
    for (std::size_t i = 0; i < study.points; ++i) {
      std::vector<double> a(k), b(k);
      for (std::size_t f = 0; f < k; ++f) {
        a[f] = value_at(study.factors[f], sequence.at(i, f));
        b[f] = value_at(study.factors[f], sequence.at(i, k + f));
      }
      const auto with_one_of = [&](const std::vector<double>& most, const std::vector<double>& other) {
        for (const FactorGroup& group : groups) {
          design.points.push_back(most);
          for (const std::size_t f : group.factors) design.points.back()[f] = other[f];
        }
      };
      design.points.push_back(a);
      with_one_of(a, b);
      if (study.second_order) with_one_of(b, a);
      design.points.push_back(b);
    }
  }
  return design;
}

/// Trajectories over kMorrisLevels levels, in which every factor moves once by half of them, in a random order.
Design morris(const StudySpec& study) {
  constexpr double last = kMorrisLevels - 1.0, step = kMorrisLevels / (2.0 * last);
  const std::size_t k = study.factors.size();
  Design design;
  for (std::size_t t = 0; t < study.points; ++t) {
    const auto random = [&](std::size_t i) { return random_share(study.seed, t, i); };
    std::vector<double> at(k), move(k);
    std::vector<std::uint32_t> order(k);
    for (std::size_t f = 0; f < k; ++f) {
      const double level = std::floor(random(f) * kMorrisLevels);
      at[f] = level / last;
      move[f] = level < kMorrisLevels / 2.0 ? step : -step;
      order[f] = static_cast<std::uint32_t>(f);
    }
    for (std::size_t f = k; f > 1; --f)
      std::swap(order[f - 1], order[static_cast<std::size_t>(random(k + f) * static_cast<double>(f))]);
    const auto add = [&] {
      std::vector<double> point(k);
      for (std::size_t f = 0; f < k; ++f) point[f] = value_at(study.factors[f], level_share(study.factors[f], at[f]));
      design.points.push_back(std::move(point));
    };
    add();
    for (const std::uint32_t f : order) {
      at[f] += move[f];
      add();
    }
    design.steps.insert(design.steps.end(), move.begin(), move.end());
    design.order.insert(design.order.end(), order.begin(), order.end());
  }
  return design;
}

}  // namespace

std::vector<double> drawn_point(const StudySpec& study, std::vector<double> point, std::uint64_t replicate) {
  std::vector<std::vector<double>> shares(1, std::vector<double>(point.size()));
  for (std::size_t f = 0; f < point.size(); ++f) shares[0][f] = random_share(study.seed, replicate, f);
  correlate_by_score(shares, study.correlation.factors, study.correlation.matrix);
  for (std::size_t f = 0; f < point.size(); ++f)
    if (study.factors[f].is_drawn()) point[f] = value_at(study.factors[f], shares[0][f]);
  return point;
}

std::size_t points_of(const StudySpec& study) {
  if (study.design == DesignKind::one_at_a_time) {
    std::size_t points = 1;
    for (const FactorSpec& factor : study.factors) points += factor.levels.size() - (factor.levels.empty() ? 0 : 1);
    return points;
  }
  std::vector<std::size_t> factors;
  if (study.design == DesignKind::grid || study.design == DesignKind::replicates)
    for (const FactorSpec& factor : study.factors) factors.push_back(factor.is_drawn() ? 1 : factor.levels.size());
  else
    factors.push_back(study.points);
  if (study.design == DesignKind::saltelli) factors.insert(factors.end(), {saltelli_rows(study), study.randomisations});
  if (study.design == DesignKind::morris) factors.push_back(study.factors.size() + 1);
  std::size_t points = 1;
  for (const std::size_t more : factors) points = std::min(points * std::min(more, kMostPoints + 1), kMostPoints + 1);
  return points;
}

Design make_design(const StudySpec& study) {
  if (study.design == DesignKind::grid) return grid(study);
  if (study.design == DesignKind::one_at_a_time) return one_at_a_time(study);
  if (study.design == DesignKind::replicates) return with_replicates(study);
  if (study.design == DesignKind::list) return listed(study);
  if (study.design == DesignKind::saltelli) return saltelli(study);
  if (study.design == DesignKind::morris) return morris(study);
  const std::size_t factors = study.factors.size();
  Design design;
  design.points.assign(study.optimise ? 0 : study.points, std::vector<double>(factors));
  if (study.optimise) {
    design.points = latin_hypercube(study.optimise->population, factors, study.seed);
  } else if (study.design == DesignKind::latin_hypercube) {
    design.points = latin_hypercube(study.points, factors, study.seed);
    correlate_by_rank(design.points, study.correlation.factors, study.correlation.matrix);
  } else {
    const SobolSequence sequence(factors, study.seed);
    for (std::size_t p = 0; p < study.points; ++p)
      for (std::size_t f = 0; f < factors; ++f) design.points[p][f] = sequence.at(p, f);
    correlate_by_score(design.points, study.correlation.factors, study.correlation.matrix);
  }
  for (std::vector<double>& point : design.points)
    for (std::size_t f = 0; f < factors; ++f) point[f] = value_at(study.factors[f], point[f]);
  return design;
}

}  // namespace vt
