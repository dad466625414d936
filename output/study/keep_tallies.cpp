#include "output/study/keep_tallies.hpp"

#include <algorithm>
#include <cmath>

#include "output/sha256.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/tally/kinds.hpp"

namespace vt {

namespace {

/// Without counts and limits, which are of one point.
ResultTally bare(const ResultTally& tally) {
  ResultTally head = tally;
  for (const CountTable& table : count_tables(tally.kind)) (head.*table.member).clear();
  for (ResultAxis& axis : head.axes) {
    if (axis.kind != ResultAxisKind::quantiles) continue;
    for (std::size_t g = 0; g + 1 < axis.labels.size(); ++g)
      axis.labels[g] = axis.labels[g].substr(0, axis.labels[g].find(' '));
    axis.cuts.clear();
    axis.group_patients.clear();
    axis.first_octave = 0;
  }
  return head;
}

bool are_alike(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

/// Puts a point's numbers among those of all points, which are as many each.
template <class T>
void place(const std::vector<T>& of_point, std::size_t point, std::size_t points, std::vector<T>& all) {
  all.resize(points * of_point.size());
  std::ranges::copy(of_point, all.begin() + static_cast<std::ptrdiff_t>(point * of_point.size()));
}

}  // namespace

void keep_tallies(const Results& results, const std::vector<std::string>& names, std::size_t point, std::size_t points,
                  std::vector<StudyTally>& kept) {
  kept.resize(names.size());
  for (std::size_t t = 0; t < kept.size(); ++t) {
    const ResultTally& tally = *std::ranges::find(results.tallies, names[t], &ResultTally::name);
    const std::vector<CountTable> tables = count_tables(tally.kind);
    if (point == 0 || kept[t].counts.empty()) kept[t].tally = bare(tally);
    kept[t].counts.resize(tables.size());
    kept[t].cuts.resize(tally.axes.size());
    kept[t].group_patients.resize(tally.axes.size());
    for (std::size_t i = 0; i < tables.size(); ++i) place(tally.*tables[i].member, point, points, kept[t].counts[i]);
    for (std::size_t a = 0; a < tally.axes.size(); ++a) {
      place(tally.axes[a].cuts, point, points, kept[t].cuts[a]);
      place(tally.axes[a].group_patients, point, points, kept[t].group_patients[a]);
    }
  }
}

std::uint64_t kept_bytes(const ResultTally& tally) {
  std::uint64_t cells = 1, numbers = 0;
  for (const ResultAxis& axis : tally.axes)
    cells *= axis.kind == ResultAxisKind::octaves ? wanted_groups(axis) + 1 : axis.labels.size();
  for (const CountTable& table : count_tables(tally.kind)) numbers += cells * per_cell(table.axes, tally);
  return sizeof(std::int64_t) * numbers;
}

std::string what_differs(const ResultTally& a, const ResultTally& b) {
  if (a.kind != b.kind || a.score != b.score || a.unit != b.unit || a.visit != b.visit || a.estimand != b.estimand ||
      a.among != b.among || a.from != b.from)
    return "has another score";
  if (a.axes.size() != b.axes.size() || a.pair != b.pair) return "has other axes";
  for (std::size_t i = 0; i < a.axes.size(); ++i) {
    const ResultAxis &x = a.axes[i], &y = b.axes[i];
    if (x.name != y.name || x.kind != y.kind) return "has other axes";
    const bool is_cut = x.kind == ResultAxisKind::octaves;
    if (is_cut ? wanted_groups(x) != wanted_groups(y)
               : x.labels != y.labels || !are_alike(coordinate(x), coordinate(y)))
      return "has other cells along '" + x.name + "'";
  }
  Sha256 of_a, of_b;
  a.kind->hash(of_a, bare(a));
  b.kind->hash(of_b, bare(b));
  return of_a.hex() == of_b.hex() ? "" : "has other bins, thresholds or times";
}

}  // namespace vt
