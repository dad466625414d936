#include "output/statistics/regression.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "output/statistics/cholesky.hpp"
#include "output/statistics/distributions.hpp"

namespace vt {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using Rows = std::vector<std::vector<double>>;

/// Log-likelihood at some coefficients, with its gradient and negative second derivative.
struct Likelihood {
  double value = 0;
  VectorXd gradient;
  MatrixXd information;
  explicit Likelihood(Eigen::Index n) : gradient(VectorXd::Zero(n)), information(MatrixXd::Zero(n, n)) {}
};
using Model = std::function<Likelihood(const VectorXd&)>;

/// [covariate, patient]
MatrixXd columns(std::size_t n, const Rows& rows) {
  const auto fits = [&](const std::vector<double>& row) { return row.size() == rows[0].size(); };
  if (n == 0 || rows.size() != n || !std::ranges::all_of(rows, fits))
    throw std::invalid_argument("a regression needs as many covariates for each patient");
  MatrixXd x(rows[0].size(), n);
  for (std::size_t i = 0; i < n; ++i) x.col(i) = VectorXd::Map(rows[i].data(), x.rows());
  return x;
}

/// Climbs from coefficients of 0 to the maximum.
Fit maximise(const Model& model, Eigen::Index size) {
  constexpr int most_iterations = 50;
  constexpr double most_digits = 1e-11;
  Fit fit;
  VectorXd at = VectorXd::Zero(size);
  MatrixXd covariance = MatrixXd::Constant(size, size, kNaN);
  Likelihood here = model(at);
  for (fit.flaw = "no convergence"; fit.iterations < most_iterations; ++fit.iterations) {
    const auto factors = cholesky(here.information);
    if (!factors) {
      fit.flaw = "the covariates do not determine the coefficients";
      break;
    }
    covariance = factors->solve(MatrixXd::Identity(size, size));
    VectorXd step = factors->solve(here.gradient);
    const double promised = step.dot(here.gradient);  // the rise that the step would bring to a parabola, twice
    if (promised < most_digits * most_digits * (1 + std::fabs(here.value))) {
      fit.flaw.clear();
      break;
    }
    for (int halvings = 0; halvings < 30; ++halvings) {
      Likelihood there = model(at + step);
      if (there.value >= here.value - 1e-10 * std::fabs(here.value)) {
        at += step, here = std::move(there);
        break;
      }
      step *= 0.5;
    }
  }
  // A likelihood without a maximum (one group without events) ends with huge coefficients that nothing supports.
  const VectorXd variance = covariance.diagonal();
  if (fit.flaw.empty() && (variance.array() > 1e6 * (1 + at.array().square())).any())
    fit.flaw = "a coefficient is infinite";
  const VectorXd error = variance.cwiseSqrt();
  fit.coefficient.assign(at.begin(), at.end());
  fit.standard_error.assign(error.begin(), error.end());
  fit.covariance.assign(covariance.data(), covariance.data() + covariance.size());
  fit.log_likelihood = here.value;
  return fit;
}

/// Sums over the patients at risk: Σ r, Σ r x, Σ r x xᵀ with r = exp(β x).
struct Sums {
  double weight = 0;
  VectorXd x;
  MatrixXd xx;
  explicit Sums(Eigen::Index n) : x(VectorXd::Zero(n)), xx(MatrixXd::Zero(n, n)) {}
  void add(double r, const Eigen::Ref<const VectorXd>& row) {
    weight += r;
    x += r * row;
    xx.noalias() += r * row * row.transpose();
  }
};

/// The deaths at one time: efron takes them out of the risk set one by one, in equal parts.
void add_deaths(const Sums& risk, const Sums& deaths, int n, Ties ties, Likelihood& sum) {
  for (int k = 0; k < n; ++k) {
    const double out = ties == Ties::efron ? static_cast<double>(k) / n : 0;
    const double weight = risk.weight - out * deaths.weight;
    const VectorXd mean = (risk.x - out * deaths.x) / weight;
    sum.value -= std::log(weight);
    sum.gradient -= mean;
    sum.information += (risk.xx - out * deaths.xx) / weight - mean * mean.transpose();
  }
}

}  // namespace

double Fit::p(std::size_t i) const { return two_sided_p(coefficient[i] / standard_error[i]); }
double Fit::ratio(std::size_t i) const { return std::exp(coefficient[i]); }
Interval Fit::ratio_interval(std::size_t i) const {
  const double half = kZ95 * standard_error[i];
  return {std::exp(coefficient[i] - half), std::exp(coefficient[i] + half)};
}

double Fit::wald_test() const {
  if (coefficient.size() <= intercepts) return kNaN;
  const auto size = static_cast<Eigen::Index>(coefficient.size()), asked = size - static_cast<Eigen::Index>(intercepts);
  const VectorXd b = VectorXd::Map(coefficient.data(), size).tail(asked);
  const auto factors = cholesky(MatrixXd::Map(covariance.data(), size, size).bottomRightCorner(asked, asked));
  return factors ? b.dot(factors->solve(b)) : kNaN;
}

Fit cox(std::span<const double> time, std::span<const int> event, const Rows& covariates, Ties ties,
        std::span<const int> stratum) {
  const std::size_t n = time.size();
  MatrixXd x = columns(n, covariates);
  if (event.size() != n || (!stratum.empty() && stratum.size() != n))
    throw std::invalid_argument("times, events and strata differ in length");
  x.colwise() -= x.rowwise().mean().eval();  // the numbers fitted are the same, the exponentials tamer
  const Eigen::Index size = x.rows();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  const auto stratum_of = [&](std::size_t i) { return stratum.empty() ? 0 : stratum[i]; };
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {  // latest first, so that the risk set grows
    return stratum_of(a) != stratum_of(b) ? stratum_of(a) < stratum_of(b) : time[a] > time[b];
  });
  const Model model = [&](const VectorXd& beta) {
    Likelihood sum(size);
    Sums risk(size);
    for (std::size_t i = 0; i < n;) {
      if (i > 0 && stratum_of(order[i]) != stratum_of(order[i - 1])) risk = Sums(size);
      Sums deaths(size);
      int died = 0;
      const std::size_t first = i;
      for (; i < n && time[order[i]] == time[order[first]] && stratum_of(order[i]) == stratum_of(order[first]); ++i) {
        const auto row = x.col(order[i]);
        const double log_risk = beta.dot(row), r = std::exp(log_risk);
        risk.add(r, row);
        if (!event[order[i]]) continue;
        deaths.add(r, row);
        ++died;
        sum.value += log_risk;
        sum.gradient += row;
      }
      add_deaths(risk, deaths, died, ties, sum);
    }
    return sum;
  };
  const Likelihood null = model(VectorXd::Zero(size));
  Fit fit = maximise(model, size);
  fit.null_log_likelihood = null.value;
  if (const auto factors = cholesky(null.information))
    fit.score_test = null.gradient.dot(factors->solve(null.gradient));
  return fit;
}

Fit logistic(std::span<const int> event, const Rows& covariates) {
  const std::size_t n = event.size();
  const MatrixXd given = columns(n, covariates);
  const Eigen::Index size = given.rows() + 1;
  MatrixXd x = MatrixXd::Ones(size, given.cols());
  x.bottomRows(given.rows()) = given;
  const Model model = [&](const VectorXd& beta) {
    Likelihood sum(size);
    for (std::size_t k = 0; k < n; ++k) {
      const auto row = x.col(k);
      const double log_odds = beta.dot(row), p = 1 / (1 + std::exp(-log_odds));
      sum.value += (event[k] ? log_odds : 0) -
                   (log_odds > 0 ? log_odds + std::log1p(std::exp(-log_odds)) : std::log1p(std::exp(log_odds)));
      sum.gradient += ((event[k] ? 1 : 0) - p) * row;
      sum.information.noalias() += p * (1 - p) * row * row.transpose();
    }
    return sum;
  };
  Fit fit = maximise(model, size);
  fit.intercepts = 1;
  const double events = static_cast<double>(std::ranges::count_if(event, [](int e) { return e != 0; }));
  const double share = events / static_cast<double>(n);
  const auto term = [](double count, double p) { return count > 0 ? count * std::log(p) : 0.0; };
  fit.null_log_likelihood = term(events, share) + term(static_cast<double>(n) - events, 1 - share);
  return fit;
}

}  // namespace vt
