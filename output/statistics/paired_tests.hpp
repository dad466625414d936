#pragma once
/// \file Tests of two values of the same patients. Differences are second minus first; NaN without an answer.

#include <span>

namespace vt {

struct PairedTest {
  double estimate, standard_error, p;
};

/// Of a condition (not 0). Estimate: difference of the shares. Exact: of the pairs that differ half would change in
/// either direction. McNemar 1947, Psychometrika 12:153.
PairedTest mcnemar(std::span<const double> first, std::span<const double> second);

/// Estimate: mean difference. Student's t with n − 1 degrees of freedom.
PairedTest paired_t(std::span<const double> first, std::span<const double> second);

/// Estimate: (W₊ − W₋)/(W₊ + W₋) of the rank sums of positive and negative differences, those of 0 left out; no error.
/// p by the normal approximation with ties and the correction for continuity. Wilcoxon 1945, Biometrics Bull 1:80.
PairedTest signed_rank(std::span<const double> first, std::span<const double> second);

}  // namespace vt
