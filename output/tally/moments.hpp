#pragma once
/// \file Of a number tally: means, standard deviations and quantiles, with their errors.

#include "output/statistics/estimate.hpp"

namespace vt {

double mean(const ResultTally&, const Pooled&);

/// With n − 1. Within an octave exact integers up to the final division; octaves are combined by their means.
double standard_deviation(const ResultTally&, const Pooled&);

/// The value below which a share p of the histogram lies, linear within a bin; 0 in the bin that begins there.
double quantile(const std::vector<std::int64_t>& histogram, const Binning&, double p);

/// Within the tally's range; NaN without values.
double clamped_quantile(const ResultTally&, const Pooled&, double p);

/// SE of an SD = √((μ₄ − σ⁴)/n) / 2σ, μ₄ from the middles of the histogram's bins.
double sd_error(const ResultTally&, const Pooled&);

/// Half the distance between the quantiles one standard error of p below and above; and the 95 % interval likewise.
Estimate quantile_estimate(const ResultTally&, const Pooled&, double p);

}  // namespace vt
