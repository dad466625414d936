#pragma once
/// \file What follows from the estimates of a test.

#include "output/statistics/estimate.hpp"

namespace vt {

/// Is the estimate the logarithm of a ratio?
bool is_of_ratio(TestKind);

/// What it estimates, of a ratio the ratio: "hazard ratio", "difference" …
std::string_view estimate_name(TestKind);

/// Estimate ± 1.96 standard errors, of paired-t as many as Student's t has; NaN of kinds without an error. \param at
/// its place, [replicate][term]
Interval interval_of(const ResultTest&, std::size_t at);

/// Numbers of every replicate and term that follow from estimate and error.
struct DerivedOfTest {
  const char* name;
  const char* long_name;
  bool is_of_ratios;  ///< there is one where the estimate is the logarithm of a ratio
  double (*number)(const ResultTest&, std::size_t at);
};
extern const DerivedOfTest kDerivedOfTests[5];

/// One of them of every replicate and term. Empty: this kind has none.
std::vector<double> numbers_of(const DerivedOfTest&, const ResultTest&);

/// Over the replicates of a test, one term of it. Replicates without a number (no convergence) count as not
/// significant.
struct TestSummary {
  std::int64_t estimates, replicates;  ///< with a number; all
  double mean, sd;                     ///< of the estimates that there are
  double significant;                  ///< share of all with p < 0.05: the power, where there is an effect
};
TestSummary summary_of(const ResultTest&, std::size_t term);

/// Its numbers under their names in files.
struct NumberOfSummary {
  const char* name;
  const char* long_name;
  double TestSummary::*member;
};
inline constexpr NumberOfSummary kNumbersOfSummary[] = {
    {"mean_of_estimates", "mean over the replicates with an estimate", &TestSummary::mean},
    {"sd_of_estimates", "standard deviation over the replicates with an estimate", &TestSummary::sd},
    {"share_significant_of_all", "share of all replicates with p < 0.05", &TestSummary::significant},
};

}  // namespace vt
