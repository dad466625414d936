#pragma once
/// \file The test of a difference of two shares.

#include "output/statistics/two_by_two.hpp"

namespace vt {

/// The standard error under the hypothesis that is tested (pooled where that is no difference), or as observed.
enum class Variance { null, unpooled };

/// Shares of two groups.
struct TwoShares {
  double treated, control;
};

/// The most likely shares whose difference, treated − control, is as given; of shares as observed or expected.
/// Farrington & Manning 1990, Stat Med 9:1447. \param ratio patients treated for each control
/// \param difference between −1 and 1
TwoShares restricted_shares(const TwoShares&, double ratio, double difference);

/// z = (estimate − null difference)/standard error.
struct ZTest {
  double estimate, standard_error, z;
};

/// Tests that share treated − share control is `null_difference`; a positive z says it is more. Non-inferiority by a
/// margin, where more events are better, is null_difference = −margin (the score test of Farrington & Manning with
/// Variance::null). NaN where a group is empty, the error is 0 or the difference is not between −1 and 1.
ZTest test_difference(const TwoByTwo&, double null_difference, Variance);

}  // namespace vt
