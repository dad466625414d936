#pragma once
#include <cstdint>
#include <vector>

#include "host/scenario/people/correlation.hpp"

/// \file Points that fill a cube, in [0, 1) by dimension. The same on every machine.

namespace vt {

/// Sobol's sequence in Gray-code order, its origin included, with the direction numbers of Joe and Kuo (2008, SIAM J
/// Sci Comput 30:2635): any 2^m first points have as many in each of 2^m slices of every dimension.
class SobolSequence {
 public:
  static constexpr std::size_t kMostDimensions = 3667;
  /// \param seed  of a digital shift, for every dimension its own
  SobolSequence(std::size_t dimensions, std::uint64_t seed);
  /// Without a shift: the sequence itself.
  explicit SobolSequence(std::size_t dimensions);
  std::size_t dimensions() const { return shift_.size(); }
  double at(std::uint64_t point, std::size_t dimension) const;

 private:
  static constexpr int kBits = 32;
  std::vector<std::uint32_t> direction_;  ///< [dimension][bit]
  std::vector<std::uint32_t> shift_;
};

/// A number in [0, 1) of the i-th of a series.
double random_share(std::uint64_t seed, std::uint64_t series, std::uint64_t i);

/// points × dimensions numbers: in each dimension every of `points` slices has one point, at a random place.
/// McKay 1979, Technometrics 21:239.
std::vector<std::vector<double>> latin_hypercube(std::size_t points, std::size_t dimensions, std::uint64_t seed);

/// A share that has a normal quantile: half a step of the sequence from 0 and 1 at least.
double off_the_ends(double u);

/// Joins some dimensions of points by a Gaussian copula: `correlation` is that of their normal scores. Either keeps all
/// other dimensions, and of those named the first, as they are.
///
/// Rearranges the numbers of each dimension, which keeps every one of them: Iman and Conover 1982, Commun Stat Simul
/// Comput 11:311, with the correlation that the points have by chance taken out. \pre no number twice in a dimension
void correlate_by_rank(std::vector<std::vector<double>>& points, const std::vector<std::size_t>& dimensions,
                       const Matrix& correlation);
/// Moves each point by itself, z to L·z for L·Lᵀ = correlation: what fills a cube evenly then fills the copula so. Of
/// 256 and 2,048 points of Sobol's sequence the dimensions that move are half as far from uniform as those of random
/// points.
void correlate_by_score(std::vector<std::vector<double>>& points, const std::vector<std::size_t>& dimensions,
                        const Matrix& correlation);

}  // namespace vt
