#pragma once
/// \file Cox's proportional hazards and logistic regression, for a few covariates. Newton's method with halved steps.

#include <span>
#include <string>
#include <vector>

#include "output/statistics/estimate.hpp"

namespace vt {

/// What a regression found. Coefficients are logs of hazard ratios or odds ratios.
struct Fit {
  std::vector<double> coefficient, standard_error;
  double log_likelihood = 0, null_log_likelihood = 0;  ///< null: all coefficients 0; logistic: the intercept alone
  double score_test = 0;  ///< Cox: chi-square of the score at 0; with one two-level group and no ties the log-rank test
  int iterations = 0;
  std::string flaw;                ///< "" = converged; otherwise why the numbers cannot be used
  std::vector<double> covariance;  ///< [coefficient][coefficient]
  std::size_t intercepts = 0;      ///< coefficients that come first and are no covariate's: 1 in a logistic regression

  double p(std::size_t i) const;                 ///< Wald, two-sided
  double ratio(std::size_t i) const;             ///< exp(coefficient)
  Interval ratio_interval(std::size_t i) const;  ///< 95 %, Wald
  double wald_test() const;                      ///< chi-square of all covariates' coefficients
};

enum class Ties { efron, breslow };

/// Cox 1972, J R Stat Soc B 34:187. Efron 1977, J Am Stat Assoc 72:557; Breslow 1974, Biometrics 30:89.
///
/// \param event 1 or 0 (censored)  \param covariates [patient][covariate]
/// \param stratum own baseline hazards: 0, 1, 2 …; empty = one  \throws std::invalid_argument on lengths that differ
Fit cox(std::span<const double> time, std::span<const int> event, const std::vector<std::vector<double>>& covariates,
        Ties ties = Ties::efron, std::span<const int> stratum = {});

/// log odds of an event = coefficient[0] + Σ coefficient[i]·covariate[i − 1], by iteratively reweighted least squares.
Fit logistic(std::span<const int> event, const std::vector<std::vector<double>>& covariates);

}  // namespace vt
