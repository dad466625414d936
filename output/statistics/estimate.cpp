#include "output/statistics/estimate.hpp"

#include <algorithm>
#include <cmath>

#include "output/tally/kinds.hpp"

namespace vt {
namespace {

using Kind = Statistic::Kind;

constexpr StatisticOfKind kOfEveryKind[] = {
    {Kind::evaluable, [](const ResultTally&, const Pooled& p,
                         const Statistic&) { return share_of(p.evaluable, p.randomised, p.repeats); }},
    {Kind::n,
     [](const ResultTally&, const Pooled& p, const Statistic&) {
       return Estimate{static_cast<double>(p.evaluable), kNaN, {kNaN, kNaN}, p.evaluable};
     }},
};

/// Null: the kind of tally does not have it.
const StatisticOfKind* find_statistic(Kind wanted, ResultKind kind) {
  for (const std::span<const StatisticOfKind> list : {std::span<const StatisticOfKind>(kOfEveryKind), kind->statistics})
    for (const StatisticOfKind& one : list)
      if (one.kind == wanted) return &one;
  return nullptr;
}

}  // namespace

Estimate with_error(double value, double error, std::int64_t n) {
  return {value, error, {value - kZ95 * error, value + kZ95 * error}, n};
}

Estimate share_of(std::int64_t events, std::int64_t n, std::int64_t repeats) {
  if (n <= 0) return kNoEstimate;
  const double p = static_cast<double>(events) / static_cast<double>(n);
  const double independent = static_cast<double>(n) / static_cast<double>(repeats);
  return {p, std::sqrt(p * (1 - p) / independent), wilson(p, independent), n};
}

Interval wilson(double p, double n) {
  if (!(n > 0)) return {kNaN, kNaN};
  const double z2 = kZ95 * kZ95;
  const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kZ95 / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return {p <= 0 ? 0 : std::max(0.0, centre - half), p >= 1 ? 1 : std::min(1.0, centre + half)};
}

bool applies(const Statistic& statistic, ResultKind kind) { return find_statistic(statistic.kind, kind) != nullptr; }

Estimate estimate(const ResultTally& tally, const Pooled& pooled, const Statistic& statistic) {
  const StatisticOfKind* found = find_statistic(statistic.kind, tally.kind);
  return found != nullptr ? found->estimate(tally, pooled, statistic) : kNoEstimate;
}

double value_of(const ResultTally& tally, const Pooled& pooled, const Statistic& statistic) {
  const StatisticOfKind* found = find_statistic(statistic.kind, tally.kind);
  if (found == nullptr) return kNaN;
  return found->value != nullptr ? found->value(tally, pooled, statistic)
                                 : found->estimate(tally, pooled, statistic).value;
}

}  // namespace vt
