#include "output/statistics/over_replicates.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "output/tally/kinds.hpp"
#include "output/text.hpp"

namespace vt {
namespace {

using Kind = Statistic::Kind;

/// Cells of the tally at each cell of the other axes, by replicate.
struct Strides {
  std::size_t outer = 1, replicates = 1, inner = 1;
  std::size_t cell(std::size_t place, std::size_t replicate) const {
    return (place / inner * replicates + replicate) * inner + place % inner;
  }
};

Strides strides_of(const ResultTally& tally, std::size_t axis) {
  const std::vector<std::size_t> sizes = axis_sizes(tally);
  Strides strides;
  for (std::size_t a = 0; a < sizes.size(); ++a)
    (a < axis ? strides.outer : a == axis ? strides.replicates : strides.inner) *= sizes[a];
  return strides;
}

/// Of ascending values, the first of which has place 0: between two of them linear.
double at_place(const std::vector<double>& sorted, double place) {
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double share = place - static_cast<double>(below);
  if (share == 0 || sorted[above] == sorted[below]) return sorted[below];
  return sorted[below] + share * (sorted[above] - sorted[below]);
}

double sample_quantile(const std::vector<double>& sorted, double p) {
  return sorted.empty() ? kNaN : at_place(sorted, std::clamp(p, 0.0, 1.0) * static_cast<double>(sorted.size() - 1));
}

}  // namespace

std::optional<std::size_t> replicate_axis(const ResultTally& tally) {
  for (std::size_t a = 0; a < tally.axes.size(); ++a)
    if (tally.axes[a].kind == ResultAxisKind::replicate) return a;
  return std::nullopt;
}

ResultTally without_replicates(const ResultTally& tally) {
  const auto axis = replicate_axis(tally);
  if (!axis) return tally;
  const Strides strides = strides_of(tally, *axis);
  ResultTally sum = tally;
  sum.axes.erase(sum.axes.begin() + static_cast<std::ptrdiff_t>(*axis));
  for (const CountTable& table : count_tables(tally.kind)) {
    const std::vector<std::int64_t>& from = tally.*table.member;
    std::vector<std::int64_t>& to = sum.*table.member;
    const std::size_t each = per_cell(table.axes, tally);
    to.assign(strides.outer * strides.inner * each, 0);
    for (std::size_t place = 0; place < strides.outer * strides.inner; ++place)
      for (std::size_t r = 0; r < strides.replicates; ++r)
        for (std::size_t i = 0; i < each; ++i) to[place * each + i] += from[strides.cell(place, r) * each + i];
  }
  return sum;
}

double value_in_replicate(const ResultTally& tally, const Pooled& pooled, const Statistic& statistic) {
  const double value = value_of(tally, pooled, statistic);
  const bool is_unreached = std::isnan(value) && pooled.evaluable > 0 && statistic.kind == Kind::quantile;
  return is_unreached ? std::numeric_limits<double>::infinity() : value;
}

bool is_of_samples(const Statistic& statistic) {
  return statistic.kind == Kind::quantile || statistic.kind == Kind::mean || statistic.kind == Kind::sd;
}

Estimate of_sample(std::span<const double> sample, const Statistic& statistic) {
  std::vector<double> values;
  for (const double x : sample)
    if (!std::isnan(x)) values.push_back(x);
  if (values.empty()) return kNoEstimate;
  const auto n = static_cast<double>(values.size());
  const auto count = static_cast<std::int64_t>(values.size());
  if (statistic.kind == Kind::quantile) {
    std::ranges::sort(values);
    const double error = std::sqrt(statistic.p * (1 - statistic.p) / n);
    const auto at = [&](double z) { return sample_quantile(values, statistic.p + z * error); };
    return {at(0), (at(1) - at(-1)) / 2, {at(-kZ95), at(kZ95)}, count};
  }
  if (std::isinf(*std::ranges::max_element(values))) return {kNaN, kNaN, {kNaN, kNaN}, count};
  double mean = 0, squares = 0;
  for (const double x : values) mean += x / n;
  for (const double x : values) squares += (x - mean) * (x - mean);
  const double sd = values.size() > 1 ? std::sqrt(squares / (n - 1)) : kNaN;
  if (statistic.kind == Kind::mean) return with_error(mean, sd / std::sqrt(n), count);
  return statistic.kind == Kind::sd ? with_error(sd, sd / std::sqrt(2 * (n - 1)), count) : kNoEstimate;
}

Interval predictive_of_sample(std::vector<double> values) {
  if (values.empty()) return {kNaN, kNaN};
  std::ranges::sort(values);
  const auto last = static_cast<double>(values.size() - 1);
  const auto at = [&](double p) { return at_place(values, std::clamp((last + 2) * p - 1, 0.0, last)); };
  return {at(0.025), at(0.975)};
}

std::vector<std::string> spread_texts(const Statistic& statistic, std::span<const double> values) {
  std::vector<std::string> texts = {std::to_string(of_sample(values, {Kind::mean}).n)};
  for (const Statistic& of : {Statistic{Kind::quantile, 0.025}, Statistic{Kind::quantile, 0.5},
                              Statistic{Kind::quantile, 0.975}, Statistic{Kind::sd}}) {
    const double x = of_sample(values, of).value;
    texts.push_back(is_share(statistic) ? percent(x) : short_number(x));
  }
  return texts;
}

std::vector<Statistic> headline_statistics(const ResultTally& tally) {
  std::vector<Statistic> asked;
  for (const Statistic& statistic :
       {Statistic{Kind::proportion}, Statistic{Kind::itt}, Statistic{Kind::mean}, Statistic{Kind::quantile, 0.5},
        Statistic{Kind::survival}, Statistic{Kind::difference}})
    if (applies(statistic, tally.kind)) asked.push_back(statistic);
  return asked;
}

std::vector<OverReplicates> over_replicates(const ResultTally& tally, const Statistic& statistic) {
  const Strides strides = strides_of(tally, *replicate_axis(tally));
  std::vector<OverReplicates> rows;
  for (std::size_t place = 0; place < strides.outer * strides.inner; ++place) {
    OverReplicates row{place, {}};
    for (std::size_t r = 0; r < strides.replicates; ++r)
      row.values.push_back(value_in_replicate(tally, single_cell(tally, strides.cell(place, r)), statistic));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace vt
