#include "output/statistics/sensitivity.hpp"

#include <Eigen/QR>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "output/statistics/estimate.hpp"

namespace vt {

namespace {

struct MeanAndSd {
  double mean, sd;
};

/// The SD with n − freedom in the denominator.
MeanAndSd mean_and_sd(const std::vector<double>& values, double freedom) {
  double sum = 0, squares = 0;
  for (const double v : values) sum += v;
  const auto n = static_cast<double>(values.size());
  const double mean = sum / n;
  for (const double v : values) squares += (v - mean) * (v - mean);
  return {mean, std::sqrt(squares / (n - freedom))};
}

/// Which base points an estimate is made of.
using BasePoints = std::vector<std::size_t>;

double variance_of(const SaltelliValues& v, const BasePoints& rows) {
  double sum = 0, squares = 0;
  for (const std::size_t r : rows) sum += v.a[r] + v.b[r];
  const double n = 2.0 * static_cast<double>(rows.size()), mean = sum / n;
  for (const std::size_t r : rows) squares += (v.a[r] - mean) * (v.a[r] - mean) + (v.b[r] - mean) * (v.b[r] - mean);
  return squares / n;
}

/// mean of(row) over rows
template <class Of>
double mean_over(const BasePoints& rows, Of of) {
  double sum = 0;
  for (const std::size_t r : rows) sum += of(r);
  return sum / static_cast<double>(rows.size());
}

struct PointEstimate {
  std::vector<double> first, total, second;
};

PointEstimate estimate_from(const SaltelliValues& v, const BasePoints& rows) {
  PointEstimate e;
  const double variance = variance_of(v, rows);
  for (std::size_t j = 0; j < v.k; ++j) {
    const auto ab = [&](std::size_t r) { return v.ab[r * v.k + j]; };
    e.first.push_back(mean_over(rows, [&](std::size_t r) { return v.b[r] * (ab(r) - v.a[r]); }) / variance);
    e.total.push_back(0.5 * mean_over(rows, [&](std::size_t r) { return (v.a[r] - ab(r)) * (v.a[r] - ab(r)); }) /
                      variance);
  }
  if (v.ba.empty()) return e;
  e.second.assign(v.k * v.k, kNaN);
  for (std::size_t i = 0; i < v.k; ++i)
    for (std::size_t j = i + 1; j < v.k; ++j) {
      const double both =
          mean_over(rows, [&](std::size_t r) { return v.ba[r * v.k + i] * v.ab[r * v.k + j] - v.a[r] * v.b[r]; });
      e.second[i * v.k + j] = both / variance - e.first[i] - e.first[j];
    }
  return e;
}

/// Of each place, the standard deviation over estimates.
std::vector<double> spread_of(const std::vector<std::vector<double>>& estimates) {
  std::vector<double> sd;
  for (std::size_t i = 0; i < estimates[0].size(); ++i) {
    std::vector<double> one;
    for (const auto& e : estimates) one.push_back(e[i]);
    sd.push_back(mean_and_sd(one, 1).sd);
  }
  return sd;
}

std::vector<double> scaled(double factor, std::vector<double> values) {
  for (double& v : values) v *= factor;
  return values;
}

/// Of 95 % intervals for so many numbers at once, in standard errors (Bonferroni). \param freedom  infinite: normal
double half_width_in_errors(double freedom, std::size_t numbers) {
  const double outside = 0.025 / static_cast<double>(numbers);
  return std::isfinite(freedom) ? boost::math::quantile(complement(boost::math::students_t(freedom), outside))
                                : boost::math::quantile(complement(boost::math::normal(), outside));
}

/// BasePoints drawn with replacement. The engine's numbers are the standard's, so the same everywhere.
BasePoints resampled(std::size_t n, std::mt19937_64& engine) {
  BasePoints rows(n);
  for (std::size_t& row : rows)
    row = static_cast<std::size_t>(static_cast<double>(engine() >> 11) * 0x1p-53 * static_cast<double>(n));
  return rows;
}

}  // namespace

SobolIndices sobol_indices(const SaltelliValues& values, int resamples, std::uint64_t seed) {
  // Centred and scaled: the estimators' errors grow with the mean.
  std::vector<double> all = values.a;
  for (const auto* more : {&values.b, &values.ab, &values.ba}) all.insert(all.end(), more->begin(), more->end());
  const bool is_constant = std::ranges::all_of(all, [&](double y) { return y == all[0]; });  // rounding has a spread
  const auto [mean, spread] = mean_and_sd(all, 0);
  const double sd = is_constant ? 0.0 : spread, centre = is_constant ? all[0] : mean;
  SaltelliValues v = values;
  for (auto* some : {&v.a, &v.b, &v.ab, &v.ba})
    for (double& y : *some) y = (y - centre) / sd;
  BasePoints rows(v.n);
  for (std::size_t r = 0; r < v.n; ++r) rows[r] = r;
  const PointEstimate point = estimate_from(v, rows);
  SobolIndices found{point.first, {}, point.total, {}, point.second, {}};
  std::mt19937_64 engine(seed);
  std::vector<std::vector<double>> first, total, second;
  for (int i = 0; i < resamples; ++i) {
    PointEstimate again = estimate_from(v, resampled(v.n, engine));
    first.push_back(std::move(again.first));
    total.push_back(std::move(again.total));
    second.push_back(std::move(again.second));
  }
  if (resamples < 2) return found;
  found.S1_conf = scaled(kZ95, spread_of(first));
  found.ST_conf = scaled(kZ95, spread_of(total));
  if (!found.S2.empty()) found.S2_conf = scaled(kZ95, spread_of(second));
  return found;
}

SobolIndices combined(const std::vector<SobolIndices>& randomisations) {
  const auto n = static_cast<double>(randomisations.size());
  const double t = half_width_in_errors(n - 1, 1);
  SobolIndices found;
  found.freedom = n - 1;
  const auto combine = [&](std::vector<double> SobolIndices::*member, std::vector<double> SobolIndices::*conf) {
    for (std::size_t i = 0; i < (randomisations[0].*member).size(); ++i) {
      std::vector<double> one;
      for (const SobolIndices& r : randomisations) one.push_back((r.*member)[i]);
      const auto [mean, sd] = mean_and_sd(one, 1);
      (found.*member).push_back(mean);
      (found.*conf).push_back(t * sd / std::sqrt(n));
    }
  };
  combine(&SobolIndices::S1, &SobolIndices::S1_conf);
  combine(&SobolIndices::ST, &SobolIndices::ST_conf);
  combine(&SobolIndices::S2, &SobolIndices::S2_conf);
  return found;
}

std::size_t pairs_of(const SobolIndices& indices) {
  return static_cast<std::size_t>(std::ranges::count_if(indices.S2_conf, [](double x) { return std::isfinite(x); }));
}

std::vector<std::size_t> pairs_beyond_chance(const SobolIndices& indices) {
  std::vector<std::size_t> found;
  const std::size_t pairs = pairs_of(indices);
  if (pairs == 0) return found;
  const double wider = half_width_in_errors(indices.freedom, pairs) / half_width_in_errors(indices.freedom, 1);
  for (std::size_t at = 0; at < indices.S2.size(); ++at)
    if (indices.S2[at] > wider * indices.S2_conf[at]) found.push_back(at);
  return found;
}

namespace {

/// From 1; equal values share the mean of theirs.
Eigen::VectorXd ranks_of(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  Eigen::VectorXd ranks(static_cast<Eigen::Index>(values.size()));
  for (std::size_t from = 0, to = 0; from < order.size(); from = to) {
    while (to < order.size() && values[order[to]] == values[order[from]]) ++to;
    for (std::size_t i = from; i < to; ++i)
      ranks[static_cast<Eigen::Index>(order[i])] = 0.5 * static_cast<double>(from + to + 1);
  }
  return ranks;
}

}  // namespace

double rank_correlation(const std::vector<double>& x, const std::vector<double>& y) {
  Eigen::VectorXd a = ranks_of(x), b = ranks_of(y);
  a.array() -= a.mean();
  b.array() -= b.mean();
  return a.dot(b) / std::sqrt(a.squaredNorm() * b.squaredNorm());
}

RankCorrelations partial_rank_correlations(const std::vector<std::vector<double>>& x, const std::vector<double>& y) {
  const std::size_t k = x.empty() ? 0 : x[0].size(), n = y.size();
  RankCorrelations found{std::vector<double>(k, kNaN), std::vector<double>(k, kNaN), std::vector<double>(k, kNaN)};
  if (n < k + 4 || !std::ranges::all_of(y, [](double value) { return std::isfinite(value); })) return found;
  const auto size = static_cast<Eigen::Index>(k + 1), rows = static_cast<Eigen::Index>(n);
  Eigen::MatrixXd ranks(rows, size);
  for (std::size_t f = 0; f < k; ++f) {
    std::vector<double> column;
    for (const auto& point : x) column.push_back(point[f]);
    ranks.col(static_cast<Eigen::Index>(f)) = ranks_of(column);
  }
  ranks.col(size - 1) = ranks_of(y);
  ranks.rowwise() -= ranks.colwise().mean().eval();
  const double error = 1.0 / std::sqrt(static_cast<double>(n - (k - 1) - 3));
  for (std::size_t f = 0; f < k; ++f) {
    const auto own = static_cast<Eigen::Index>(f);
    Eigen::MatrixXd others(rows, size - 2);
    for (Eigen::Index c = 0, to = 0; c + 1 < size; ++c)
      if (c != own) others.col(to++) = ranks.col(c);
    const auto rest_of = [&](Eigen::Index c) -> Eigen::VectorXd {
      if (others.cols() == 0) return ranks.col(c);
      return ranks.col(c) - others * others.colPivHouseholderQr().solve(ranks.col(c));
    };
    const Eigen::VectorXd factor = rest_of(own), value = rest_of(size - 1);
    constexpr double nothing = 1e-9;  // of the ranks themselves: what is left is rounding
    if (factor.norm() <= nothing * ranks.col(own).norm() || value.norm() <= nothing * ranks.col(size - 1).norm())
      continue;
    found.prcc[f] = std::clamp(factor.dot(value) / (factor.norm() * value.norm()), -1.0, 1.0);
    const double z = std::atanh(found.prcc[f]);
    found.prcc_low[f] = std::tanh(z - kZ95 * error);
    found.prcc_high[f] = std::tanh(z + kZ95 * error);
  }
  return found;
}

MorrisIndices morris_indices(const std::vector<double>& effects, std::size_t factors, int resamples,
                             std::uint64_t seed) {
  MorrisIndices found;
  const std::size_t trajectories = effects.size() / factors;
  std::mt19937_64 engine(seed);
  for (std::size_t f = 0; f < factors; ++f) {
    std::vector<double> own, sizes;
    for (std::size_t t = 0; t < trajectories; ++t) {
      own.push_back(effects[t * factors + f]);
      sizes.push_back(std::fabs(own.back()));
    }
    const auto [mu, sigma] = mean_and_sd(own, 1);
    found.mu.push_back(mu);
    found.sigma.push_back(sigma);
    found.mu_star.push_back(mean_and_sd(sizes, 1).mean);
    std::vector<double> again;
    for (int i = 0; i < resamples; ++i)
      again.push_back(mean_over(resampled(trajectories, engine), [&](std::size_t t) { return sizes[t]; }));
    found.mu_star_conf.push_back(kZ95 * mean_and_sd(again, 1).sd);
  }
  return found;
}

}  // namespace vt
