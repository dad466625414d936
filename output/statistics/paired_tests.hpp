#pragma once
/// \file Tests of two values of the same patients. Differences are second minus first; NaN without an answer. Where no
/// pair differs, estimate and error are 0 and p is 1.

#include <span>

namespace vt {

/// Numbers are the same where they differ by no more than this times the larger of the two: lives that reach the same
/// number along two ways differ by some units of the last place, which is 1.1e-16 to 2.2e-16 of it.
inline constexpr double kRounding = 1e-12;

/// What is compared: responses are 0 or not.
enum class PairedKind { responses, numbers };
bool differ(PairedKind, double first, double second);

struct PairedTest {
  double estimate, standard_error, p;
};

/// Of a condition (not 0). Estimate: difference of the shares. Exact: of the pairs that differ half would change in
/// either direction. McNemar 1947, Psychometrika 12:153.
PairedTest mcnemar(std::span<const double> first, std::span<const double> second);

/// Estimate: mean difference. Student's t with n − 1 degrees of freedom. No p where all differ by the same: the error
/// is 0 then.
PairedTest paired_t(std::span<const double> first, std::span<const double> second);

/// Estimate: (W₊ − W₋)/(W₊ + W₋) of the rank sums of positive and negative differences, those of 0 left out; no error
/// but where no pair differs. p by the normal approximation with ties and the correction for continuity. Wilcoxon 1945,
/// Biometrics Bull 1:80.
PairedTest signed_rank(std::span<const double> first, std::span<const double> second);

}  // namespace vt
