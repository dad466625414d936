#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

/// \file Global sensitivity of a number to factors, from its values at the points of a design. Names as in SALib.

namespace vt {

/// Values at the rows of Saltelli's design: n at A and at B, n × k at A with one column of B (ab) and, for
/// interactions, at B with one column of A (ba). Row-major: [base point][factor].
struct SaltelliValues {
  std::size_t n = 0, k = 0;
  std::vector<double> a, b, ab, ba;
};

/// Shares of the variance: of a factor by itself (S1), with all its interactions (ST), of two of them beyond both (S2,
/// [i][j] for i < j, else NaN). conf: half the width of the 95 % interval.
struct SobolIndices {
  std::vector<double> S1, S1_conf, ST, ST_conf, S2, S2_conf;
  double freedom = std::numeric_limits<double>::infinity();  ///< of the intervals: of a t distribution
};

/// S1 by Saltelli 2010 (Comput Phys Commun 181:259), ST by Jansen 1999, S2 by Saltelli 2002; intervals by a bootstrap
/// of base points: 1.96 standard deviations of `resamples` estimates. S2 only where there is ba. NaN throughout where
/// all values are the same.
SobolIndices sobol_indices(const SaltelliValues& values, int resamples, std::uint64_t seed);

/// Of independent randomisations of a design: their mean, and a t interval of it. \pre at least two
SobolIndices combined(const std::vector<SobolIndices>& randomisations);

/// Of which two factors S2 is above 0 with 97.5 % confidence for all pairs at once (Bonferroni), [i·k + j]. One
/// interval of 95 % excludes 0 by chance from below in 1 of 40 pairs that do nothing together.
std::vector<std::size_t> pairs_beyond_chance(const SobolIndices& indices);
/// Among how many pairs: those with an interval.
std::size_t pairs_of(const SobolIndices& indices);

/// Spearman's, in which equal values share the mean of their ranks; NaN where all values of one are the same.
double rank_correlation(const std::vector<double>& x, const std::vector<double>& y);

/// Partial rank correlations with each factor, the others held (Marino 2008, J Theor Biol 254:178), and 95 % intervals
/// by Fisher's transformation with as many values less as there are other factors. \param x  [point][factor]
struct RankCorrelations {
  std::vector<double> prcc, prcc_low, prcc_high;
};
/// NaN of a factor whose ranks, or where those of the values, follow from the others' or are all the same; of all where
/// there are fewer than factors + 4 points or one without a value.
RankCorrelations partial_rank_correlations(const std::vector<std::vector<double>>& x, const std::vector<double>& y);

/// Elementary effects of trajectories (Morris 1991, Technometrics 33:161), [trajectory][factor].
struct MorrisIndices {
  std::vector<double> mu, mu_star, sigma, mu_star_conf;
};
MorrisIndices morris_indices(const std::vector<double>& effects, std::size_t factors, int resamples,
                             std::uint64_t seed);

/// How much the distribution of the values moves when one factor is held: Kolmogorov and Smirnov's distance between the
/// values of a slice of the factor's range and all values, over slices with equally many points (PAWN: Pianosi and
/// Wagener 2018, Environ Model Softw 108:33). dummy: what 95 % of medians lie below where the values are shuffled, so
/// that no factor matters.
struct PawnIndices {
  std::vector<double> minimum, mean, median, maximum;
  double dummy = 0;
};
/// Slices without a point are passed over; of a factor with fewer values than slices a slice is a value. NaN throughout
/// where a value is missing. \param x  [point][factor]
PawnIndices pawn_indices(const std::vector<std::vector<double>>& x, const std::vector<double>& y, std::size_t slices,
                         int shuffles, std::uint64_t seed);

}  // namespace vt
