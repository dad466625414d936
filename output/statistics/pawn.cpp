#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "output/statistics/estimate.hpp"
#include "output/statistics/sensitivity.hpp"

namespace vt {

namespace {

/// Which points, and where the ordered values of y end that are the same: [0, ends[0]) and so on.
struct Ordered {
  std::vector<std::size_t> points, ends;
};

Ordered in_order(const std::vector<double>& y) {
  Ordered order;
  order.points.resize(y.size());
  std::iota(order.points.begin(), order.points.end(), std::size_t{0});
  std::ranges::stable_sort(order.points, {}, [&](std::size_t p) { return y[p]; });
  for (std::size_t i = 1; i <= y.size(); ++i)
    if (i == y.size() || y[order.points[i]] != y[order.points[i - 1]]) order.ends.push_back(i);
  return order;
}

/// Largest distance between the distribution of each slice's values and that of all; nothing for a slice without one.
std::vector<double> distances(const Ordered& order, const std::vector<std::size_t>& slice_of, std::size_t slices) {
  std::vector<double> size(slices), seen(slices), most(slices);
  for (const std::size_t s : slice_of) ++size[s];
  const auto all = static_cast<double>(slice_of.size());
  std::size_t i = 0;
  for (const std::size_t end : order.ends) {
    for (; i < end; ++i) ++seen[slice_of[order.points[i]]];
    const double share = static_cast<double>(end) / all;
    for (std::size_t s = 0; s < slices; ++s)
      if (size[s] > 0) most[s] = std::max(most[s], std::fabs(seen[s] / size[s] - share));
  }
  std::vector<double> found;
  for (std::size_t s = 0; s < slices; ++s)
    if (size[s] > 0) found.push_back(most[s]);
  return found;
}

/// Between neighbours in order, linear.
double quantile_of(const std::vector<double>& ordered, double share) {
  const double at = share * static_cast<double>(ordered.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, ordered.size() - 1);
  return std::lerp(ordered[below], ordered[above], at - static_cast<double>(below));
}

/// Slices with equally many points, or one for each value where there are few.
std::vector<std::size_t> slice_up(const std::vector<double>& x, std::size_t slices) {
  std::vector<double> ordered = x;
  std::ranges::sort(ordered);
  std::vector<double> starts = ordered;  // of all slices
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  if (starts.size() > slices) {
    starts.clear();
    for (std::size_t s = 0; s < slices; ++s)
      starts.push_back(quantile_of(ordered, static_cast<double>(s) / static_cast<double>(slices)));
  }
  std::vector<std::size_t> slice_of;
  for (const double value : x)
    slice_of.push_back(static_cast<std::size_t>(std::ranges::upper_bound(starts, value) - starts.begin()) - 1);
  return slice_of;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

PawnIndices pawn_indices(const std::vector<std::vector<double>>& x, const std::vector<double>& y, std::size_t slices,
                         int shuffles, std::uint64_t seed) {
  const std::size_t k = x.empty() ? 0 : x[0].size();
  const std::vector<double> none(k, kNaN);
  PawnIndices found{none, none, none, none, kNaN};
  if (!std::ranges::all_of(y, [](double value) { return std::isfinite(value); })) return found;
  const Ordered order = in_order(y);
  const auto middle = [](std::vector<double> values) {
    std::ranges::sort(values);
    return quantile_of(values, 0.5);
  };
  for (std::size_t f = 0; f < k; ++f) {
    std::vector<double> column;
    for (const auto& point : x) column.push_back(point[f]);
    const std::vector<double> here = distances(order, slice_up(column, slices), slices);
    found.minimum[f] = std::ranges::min(here), found.maximum[f] = std::ranges::max(here);
    found.mean[f] = mean_of(here), found.median[f] = middle(here);
  }
  std::vector<std::size_t> slice_of(y.size());
  for (std::size_t p = 0; p < y.size(); ++p) slice_of[p] = p * slices / y.size();
  std::mt19937_64 engine(seed);  // its numbers are the standard's, so the same everywhere
  std::vector<double> by_chance;
  for (int i = 0; i < shuffles; ++i) {
    for (std::size_t p = y.size(); p > 1; --p) std::swap(slice_of[p - 1], slice_of[engine() % p]);
    by_chance.push_back(middle(distances(order, slice_of, slices)));
  }
  std::ranges::sort(by_chance);
  if (!by_chance.empty()) found.dummy = quantile_of(by_chance, 0.95);
  return found;
}

}  // namespace vt
