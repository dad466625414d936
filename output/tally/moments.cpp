#include "output/tally/moments.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vt {
namespace {

/// The numbers of one octave: how many, their mean, Σ(x − mean)².
struct Octave {
  long double n, mean, squares;
};

/// n, Σ q and Σ q² of integers, in `unit`.
Octave octave_of(Int128 n, Int128 sum, Int128 sum_of_squares, long double unit) {
  Int128 whole = sum / n, rest = sum % n;
  if (rest < 0) rest += n, whole -= 1;
  const auto count = static_cast<long double>(n), remainder = static_cast<long double>(rest);
  Octave octave{count, (static_cast<long double>(whole) + remainder / count) * unit, kNaN};
  Int128 shift = 0, about = 0;  // Σ(q − whole)² = Σq² − whole·(Σq + rest)
  if (!__builtin_mul_overflow(whole, sum + rest, &shift) && !__builtin_sub_overflow(sum_of_squares, shift, &about))
    octave.squares = std::max(0.0L, static_cast<long double>(about) - remainder * remainder / count) * unit * unit;
  return octave;
}

std::vector<Octave> octaves_of(const ResultTally& tally, const Pooled& pooled) {
  std::vector<Octave> octaves;
  const std::size_t each = pooled.histogram.size() / pooled.sum.size();
  for (std::size_t o = 0; o < pooled.sum.size(); ++o) {
    const auto first = pooled.histogram.begin() + static_cast<std::ptrdiff_t>(o * each);
    const std::int64_t n = std::accumulate(first, first + static_cast<std::ptrdiff_t>(each), std::int64_t{0});
    if (n > 0) octaves.push_back(octave_of(n, pooled.sum[o], pooled.squares[o], tally.step(o)));
  }
  return octaves;
}

long double pooled_mean(const std::vector<Octave>& octaves) {
  long double n = 0, sum = 0;
  for (const Octave& o : octaves) n += o.n, sum += o.n * o.mean;
  return sum / n;
}

}  // namespace

double mean(const ResultTally& tally, const Pooled& pooled) {
  if (pooled.evaluable <= 0) return kNaN;
  return static_cast<double>(pooled_mean(octaves_of(tally, pooled)));
}

double standard_deviation(const ResultTally& tally, const Pooled& pooled) {
  if (pooled.evaluable < 2) return kNaN;
  const std::vector<Octave> octaves = octaves_of(tally, pooled);
  const long double centre = pooled_mean(octaves);
  long double squares = 0;
  for (const Octave& o : octaves) squares += o.squares + o.n * (o.mean - centre) * (o.mean - centre);
  return static_cast<double>(std::sqrt(squares / static_cast<long double>(pooled.evaluable - 1)));
}

double quantile(const std::vector<std::int64_t>& histogram, const Binning& binning, double p) {
  std::int64_t total = 0;
  for (const std::int64_t count : histogram) total += count;
  if (total <= 0) return kNaN;
  const double wanted = p * static_cast<double>(total);
  double below = 0;
  std::size_t last = 0;
  for (std::size_t b = 0; b < histogram.size(); ++b) {
    const double count = static_cast<double>(histogram[b]);
    if (count <= 0) continue;
    last = b;
    if (below + count >= wanted) {
      if (b == 0 && binning.linear > 0) return 0;
      return binning.edge(b) + (wanted - below) / count * (binning.edge(b + 1) - binning.edge(b));
    }
    below += count;
  }
  return binning.edge(last + 1);
}

double clamped_quantile(const ResultTally& tally, const Pooled& pooled, double p) {
  if (pooled.evaluable <= 0) return kNaN;
  return std::clamp(quantile(pooled.histogram, tally.binning, std::clamp(p, 0.0, 1.0)), tally.low, tally.high);
}

double sd_error(const ResultTally& tally, const Pooled& pooled) {
  const double centre = mean(tally, pooled), sd = standard_deviation(tally, pooled);
  double fourth = 0;
  for (std::size_t b = 0; b < pooled.histogram.size(); ++b) {
    if (pooled.histogram[b] == 0) continue;
    const double off = 0.5 * (tally.binning.edge(b) + tally.binning.edge(b + 1)) - centre;
    fourth += static_cast<double>(pooled.histogram[b]) * off * off * off * off;
  }
  fourth /= static_cast<double>(pooled.evaluable);
  return std::sqrt(std::max(0.0, fourth - sd * sd * sd * sd) / pooled.independent()) / (2 * sd);
}

Estimate quantile_estimate(const ResultTally& tally, const Pooled& pooled, double p) {
  if (pooled.evaluable <= 0) return kNoEstimate;
  const auto at = [&](double share) { return clamped_quantile(tally, pooled, share); };
  const double error = std::sqrt(p * (1 - p) / pooled.independent());
  return {at(p), 0.5 * (at(p + error) - at(p - error)), {at(p - kZ95 * error), at(p + kZ95 * error)}, pooled.evaluable};
}

}  // namespace vt
