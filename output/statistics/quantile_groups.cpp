#include "output/statistics/quantile_groups.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "output/statistics/estimate.hpp"
#include "output/tally/datasets.hpp"
#include "output/text.hpp"

namespace vt {
namespace {

constexpr std::uint32_t kDefaultGroups = 4;

using Counts = std::vector<std::int64_t>;

/// Patients per cell of axis `a` at one visit (or in all, without a visit axis).
Counts margin_at(const ResultTally& tally, const std::vector<std::size_t>& sizes, std::size_t a, std::size_t visit_axis,
                 std::size_t visit) {
  Counts margin(sizes[a]);
  for (std::size_t cell = 0; cell < tally.cells(); ++cell) {
    std::size_t at = 0;
    bool counted = true;
    for (std::size_t b = sizes.size(), rest = cell; b-- > 0; rest /= sizes[b]) {
      if (b == a) at = rest % sizes[b];
      if (b == visit_axis) counted = rest % sizes[b] == visit;
    }
    if (counted) margin[at] += tally.randomised[cell];
  }
  return margin;
}

/// Each patient once: at the visit with the fewest "not measured".
Counts margin_of(const ResultTally& tally, const std::vector<std::size_t>& sizes, std::size_t a) {
  std::size_t visit_axis = sizes.size();
  for (std::size_t b = 0; b < sizes.size(); ++b) {
    if (b != a && tally.axes[b].kind == ResultAxisKind::visit) visit_axis = b;
  }
  Counts best = margin_at(tally, sizes, a, visit_axis, 0);
  for (std::size_t visit = 1; visit_axis < sizes.size() && visit < sizes[visit_axis]; ++visit) {
    Counts other = margin_at(tally, sizes, a, visit_axis, visit);
    if (other.back() < best.back()) best = std::move(other);
  }
  return best;
}

/// Edges (numbers of bins below them) nearest to the quantiles; the lower one where two are equally near.
std::vector<std::size_t> cut_edges(const Counts& margin, std::uint32_t groups) {
  const std::size_t bins = margin.size() - 1;
  const Int128 total = std::accumulate(margin.begin(), margin.end() - 1, std::int64_t{0});
  std::vector<std::size_t> edges;
  std::size_t first = 0;
  Int128 below_first = 0;
  for (std::uint32_t k = 1; k < groups; ++k) {
    const auto distance = [&](Int128 count) {
      const Int128 d = count * groups - total * k;
      return d < 0 ? -d : d;
    };
    Int128 below = below_first;
    for (std::size_t edge = first; edge < bins;) {
      below += margin[edge++];
      if (distance(below) < distance(below_first)) first = edge, below_first = below;
    }
    edges.push_back(first);
  }
  return edges;
}

/// table[outer][size][inner] with the middle index replaced by group[index].
void merge(Counts& table, std::size_t inner, const std::vector<std::size_t>& group, std::size_t groups) {
  if (table.empty()) return;
  const std::size_t outer = table.size() / (group.size() * inner);
  Counts merged(outer * groups * inner);
  for (std::size_t o = 0; o < outer; ++o) {
    for (std::size_t i = 0; i < group.size(); ++i) {
      const std::int64_t* from = &table[(o * group.size() + i) * inner];
      std::int64_t* to = &merged[(o * groups + group[i]) * inner];
      for (std::size_t k = 0; k < inner; ++k) to[k] += from[k];
    }
  }
  table = std::move(merged);
}

std::vector<std::string> group_labels(const std::vector<double>& cuts, std::string not_measured) {
  const std::size_t groups = cuts.size() + 1;
  std::vector<std::string> labels;
  for (std::size_t g = 0; g < groups; ++g) {
    std::string label = (groups == 3 ? "T" : "Q") + std::to_string(g + 1);
    if (g > 0 && g + 1 < groups)
      label += " (" + short_number(cuts[g - 1]) + "–" + short_number(cuts[g]) + ")";
    else if (groups > 1)
      label += g == 0 ? " (< " + short_number(cuts[0]) + ")" : " (≥ " + short_number(cuts.back()) + ")";
    labels.push_back(std::move(label));
  }
  labels.push_back(std::move(not_measured));
  return labels;
}

void collapse_axis(ResultTally& tally, std::size_t a) {
  const std::vector<std::size_t> sizes = axis_sizes(tally);
  ResultAxis& axis = tally.axes[a];
  const std::uint32_t groups = wanted_groups(axis);
  const Counts margin = margin_of(tally, sizes, a);
  const std::vector<std::size_t> edges = cut_edges(margin, groups);

  std::vector<std::size_t> group(sizes[a], groups);
  for (std::size_t b = 0; b + 1 < sizes[a]; ++b) {
    group[b] = static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), b) - edges.begin());
  }
  std::size_t inner = 1;
  for (std::size_t b = a + 1; b < sizes.size(); ++b) inner *= sizes[b];
  for (const CountTable& table : count_tables(tally.kind))
    merge(tally.*table.member, inner * per_cell(table.axes, tally), group, groups + 1);

  axis.group_patients.assign(groups + 1, 0);
  for (std::size_t b = 0; b < sizes[a]; ++b) axis.group_patients[group[b]] += margin[b];
  axis.cuts.clear();
  for (const std::size_t edge : edges) axis.cuts.push_back(Binning{axis.first_octave, 0}.edge(edge));
  axis.labels = group_labels(axis.cuts, axis.labels.empty() ? "not measured" : axis.labels.back());
  axis.values.clear();
  axis.groups = groups;
  axis.octaves = 0;
  axis.kind = ResultAxisKind::quantiles;
}

}  // namespace

std::uint32_t wanted_groups(const ResultAxis& axis) { return axis.groups > 0 ? axis.groups : kDefaultGroups; }

bool has_octaves(const ResultTally& tally) {
  return std::any_of(tally.axes.begin(), tally.axes.end(),
                     [](const ResultAxis& a) { return a.kind == ResultAxisKind::octaves; });
}

bool has_octaves(const Results& results) {
  return std::any_of(results.tallies.begin(), results.tallies.end(),
                     [](const ResultTally& t) { return has_octaves(t); });
}

ResultTally collapse_quantiles(const ResultTally& tally) {
  ResultTally cut = tally;
  for (std::size_t a = 0; a < cut.axes.size(); ++a) {
    if (cut.axes[a].kind == ResultAxisKind::octaves) collapse_axis(cut, a);
  }
  return cut;
}

QuantileGroups groups_of(const ResultAxis& axis) {
  const std::vector<double> none(axis.labels.size(), kNaN);
  QuantileGroups groups{none, none, none};
  double measured = 0;
  for (std::size_t g = 0; g <= axis.cuts.size(); ++g) measured += static_cast<double>(axis.group_patients[g]);
  for (std::size_t g = 0; g <= axis.cuts.size(); ++g) {
    if (g > 0) groups.low[g] = axis.cuts[g - 1];
    if (g < axis.cuts.size()) groups.high[g] = axis.cuts[g];
    groups.share[g] = static_cast<double>(axis.group_patients[g]) / measured;
  }
  return groups;
}

void collapse_quantiles(Results& results) {
  for (ResultTally& tally : results.tallies) {
    if (has_octaves(tally)) tally = collapse_quantiles(tally);
  }
}

}  // namespace vt
