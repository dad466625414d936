#include "output/statistics/regression.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "output/statistics/distributions.hpp"

namespace vt {
namespace {

using Rows = std::vector<std::vector<double>>;
/// Log-likelihood at some coefficients, with its gradient and negative second derivative.
struct Likelihood {
  double value = 0;
  std::vector<double> gradient;
  Matrix information;
  explicit Likelihood(std::size_t n) : gradient(n), information(n) {}
};
using Model = std::function<Likelihood(const std::vector<double>&)>;

void check_rows(std::size_t n, const Rows& rows) {
  const auto fits = [&](const std::vector<double>& row) { return row.size() == rows[0].size(); };
  if (n == 0 || rows.size() != n || !std::ranges::all_of(rows, fits))
    throw std::invalid_argument("a regression needs as many covariates for each patient");
}

/// Covariates about their means: the numbers fitted are the same, the exponentials tamer.
Rows centred(Rows rows) {
  for (std::size_t c = 0; c < rows[0].size(); ++c) {
    double sum = 0;
    for (const auto& row : rows) sum += row[c];
    const double mean = sum / static_cast<double>(rows.size());
    for (auto& row : rows) row[c] -= mean;
  }
  return rows;
}

/// Climbs from `start` to the maximum.
Fit maximise(const Model& model, std::vector<double> at) {
  constexpr int most_iterations = 50;
  constexpr double most_digits = 1e-11;
  Fit fit;
  Likelihood here = model(at);
  for (fit.flaw = "no convergence"; fit.iterations < most_iterations; ++fit.iterations) {
    const auto covariance = inverse(here.information);
    if (!covariance) {
      fit.flaw = "the covariates do not determine the coefficients";
      break;
    }
    fit.covariance = *covariance;
    std::vector<double> step = fit.covariance * here.gradient;
    double promised = 0;  // the rise that the step would bring to a parabola, twice
    for (std::size_t i = 0; i < step.size(); ++i) promised += step[i] * here.gradient[i];
    if (promised < most_digits * most_digits * (1 + std::fabs(here.value))) {
      fit.flaw.clear();
      break;
    }
    for (int halvings = 0; halvings < 30; ++halvings) {
      std::vector<double> to = at;
      for (std::size_t i = 0; i < to.size(); ++i) to[i] += step[i];
      Likelihood there = model(to);
      if (there.value >= here.value - 1e-10 * std::fabs(here.value)) {
        at = std::move(to), here = std::move(there);
        break;
      }
      for (double& x : step) x *= 0.5;
    }
  }
  // A likelihood without a maximum (one group without events) ends with huge coefficients that nothing supports.
  for (std::size_t i = 0; i < at.size(); ++i)
    if (fit.flaw.empty() && fit.covariance(i, i) > 1e6 * (1 + at[i] * at[i])) fit.flaw = "a coefficient is infinite";
  fit.coefficient = at;
  fit.log_likelihood = here.value;
  for (std::size_t i = 0; i < at.size(); ++i)
    fit.standard_error.push_back(fit.covariance.n ? std::sqrt(fit.covariance(i, i)) : kNaN);
  return fit;
}

/// Sums over the patients at risk: Σ r, Σ r x, Σ r x xᵀ with r = exp(β x).
struct Sums {
  double weight = 0;
  std::vector<double> x;
  Matrix xx;
  explicit Sums(std::size_t n) : x(n), xx(n) {}
  void add(double r, const std::vector<double>& row) {
    weight += r;
    for (std::size_t i = 0; i < row.size(); ++i) {
      x[i] += r * row[i];
      for (std::size_t j = 0; j < row.size(); ++j) xx(i, j) += r * row[i] * row[j];
    }
  }
};

/// The deaths at one time: efron takes them out of the risk set one by one, in equal parts.
void add_deaths(const Sums& risk, const Sums& deaths, int n, Ties ties, Likelihood& sum) {
  const std::size_t size = sum.gradient.size();
  for (int k = 0; k < n; ++k) {
    const double out = ties == Ties::efron ? static_cast<double>(k) / n : 0;
    const double weight = risk.weight - out * deaths.weight;
    sum.value -= std::log(weight);
    std::vector<double> mean(size);
    for (std::size_t i = 0; i < size; ++i) {
      mean[i] = (risk.x[i] - out * deaths.x[i]) / weight;
      sum.gradient[i] -= mean[i];
    }
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < size; ++j)
        sum.information(i, j) += (risk.xx(i, j) - out * deaths.xx(i, j)) / weight - mean[i] * mean[j];
  }
}

double product(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace

double Fit::p(std::size_t i) const { return two_sided_p(coefficient[i] / standard_error[i]); }
double Fit::ratio(std::size_t i) const { return std::exp(coefficient[i]); }
Interval Fit::ratio_interval(std::size_t i) const {
  const double half = kZ95 * standard_error[i];
  return {std::exp(coefficient[i] - half), std::exp(coefficient[i] + half)};
}

double Fit::wald_test() const {
  const std::size_t skip = intercepts;
  if (covariance.n <= skip) return kNaN;
  Matrix part(covariance.n - skip);
  for (std::size_t i = 0; i < part.n; ++i)
    for (std::size_t j = 0; j < part.n; ++j) part(i, j) = covariance(i + skip, j + skip);
  const auto precision = inverse(part);
  const std::vector<double> b(coefficient.begin() + static_cast<std::ptrdiff_t>(skip), coefficient.end());
  return precision ? quadratic_form(*precision, b) : kNaN;
}

Fit cox(std::span<const double> time, std::span<const int> event, const Rows& covariates, Ties ties,
        std::span<const int> stratum) {
  const std::size_t n = time.size();
  check_rows(n, covariates);
  if (event.size() != n || (!stratum.empty() && stratum.size() != n))
    throw std::invalid_argument("times, events and strata differ in length");
  const Rows rows = centred(covariates);
  const std::size_t size = rows[0].size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  const auto stratum_of = [&](std::size_t i) { return stratum.empty() ? 0 : stratum[i]; };
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {  // latest first, so that the risk set grows
    return stratum_of(a) != stratum_of(b) ? stratum_of(a) < stratum_of(b) : time[a] > time[b];
  });
  const Model model = [&](const std::vector<double>& beta) {
    Likelihood sum(size);
    Sums risk(size);
    for (std::size_t i = 0; i < n;) {
      if (i > 0 && stratum_of(order[i]) != stratum_of(order[i - 1])) risk = Sums(size);
      Sums deaths(size);
      int died = 0;
      const std::size_t first = i;
      for (; i < n && time[order[i]] == time[order[first]] && stratum_of(order[i]) == stratum_of(order[first]); ++i) {
        const std::vector<double>& row = rows[order[i]];
        const double log_risk = product(beta, row), r = std::exp(log_risk);
        risk.add(r, row);
        if (!event[order[i]]) continue;
        deaths.add(r, row);
        ++died;
        sum.value += log_risk;
        for (std::size_t c = 0; c < size; ++c) sum.gradient[c] += row[c];
      }
      add_deaths(risk, deaths, died, ties, sum);
    }
    return sum;
  };
  const Likelihood null = model(std::vector<double>(size));
  Fit fit = maximise(model, std::vector<double>(size));
  fit.null_log_likelihood = null.value;
  if (const auto covariance = inverse(null.information)) fit.score_test = quadratic_form(*covariance, null.gradient);
  return fit;
}

Fit logistic(std::span<const int> event, const Rows& covariates) {
  const std::size_t n = event.size();
  check_rows(n, covariates);
  Rows rows = covariates;
  for (auto& row : rows) row.insert(row.begin(), 1.0);
  const std::size_t size = rows[0].size();
  const Model model = [&](const std::vector<double>& beta) {
    Likelihood sum(size);
    for (std::size_t k = 0; k < n; ++k) {
      const double log_odds = product(beta, rows[k]), p = 1 / (1 + std::exp(-log_odds));
      sum.value += (event[k] ? log_odds : 0) -
                   (log_odds > 0 ? log_odds + std::log1p(std::exp(-log_odds)) : std::log1p(std::exp(log_odds)));
      for (std::size_t i = 0; i < size; ++i) {
        sum.gradient[i] += ((event[k] ? 1 : 0) - p) * rows[k][i];
        for (std::size_t j = 0; j < size; ++j) sum.information(i, j) += p * (1 - p) * rows[k][i] * rows[k][j];
      }
    }
    return sum;
  };
  Fit fit = maximise(model, std::vector<double>(size));
  fit.intercepts = 1;
  const double events = static_cast<double>(std::ranges::count_if(event, [](int e) { return e != 0; }));
  const double share = events / static_cast<double>(n);
  const auto term = [](double count, double p) { return count > 0 ? count * std::log(p) : 0.0; };
  fit.null_log_likelihood = term(events, share) + term(static_cast<double>(n) - events, 1 - share);
  return fit;
}

}  // namespace vt
