#include "output/report/sections/tally_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "output/report/sections/sections.hpp"
#include "output/statistics/over_replicates.hpp"
#include "output/tally/kinds.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

std::string axis_heading(const ResultAxis& axis) { return axis.title.empty() ? axis.name : axis.title; }

/// A row that begins with the labels of a cell.
std::vector<std::string> labels_of(const ResultTally& tally, const std::vector<std::size_t>& sizes, std::size_t cell) {
  std::vector<std::string> row(sizes.size());
  for (std::size_t a = sizes.size(), rest = cell; a-- > 0; rest /= sizes[a])
    row[a] = tally.axes[a].labels[rest % sizes[a]];
  return row;
}

Table of_cells(const ResultTally& tally) {
  const Columns& columns = tally.kind->reported;
  Table table;
  for (const ResultAxis& axis : tally.axes) table.heading.push_back(axis_heading(axis));
  for (const char* h : {">randomised", ">evaluable"}) table.heading.push_back(h);
  std::ranges::copy(columns.heading(tally), std::back_inserter(table.heading));
  const std::vector<std::size_t> sizes = axis_sizes(tally);
  for (std::size_t c = 0; c < tally.cells() && table.rows.size() < kMostRows; ++c) {
    if (tally.randomised[c] == 0 && tally.evaluable[c] == 0) continue;
    std::vector<std::string> row = labels_of(tally, sizes, c);
    const Pooled p = single_cell(tally, c);
    row.push_back(fmt::format("{}", p.randomised));
    row.push_back(fmt::format("{}", p.evaluable));
    std::ranges::copy(columns.row(tally, p), std::back_inserter(row));
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// Of a tally by replicate: what 2.5, 50 and 97.5 % of the trials do not exceed.
std::string over_replicates_html(const ResultTally& tally, const ResultTally& together) {
  Table table;
  for (const ResultAxis& axis : together.axes) table.heading.push_back(axis_heading(axis));
  table.heading.emplace_back("In each replicate");
  std::ranges::copy(kSpreadHeading, std::back_inserter(table.heading));
  const std::vector<std::size_t> sizes = axis_sizes(together);
  for (const Statistic& statistic : headline_statistics(tally)) {
    if (table.rows.size() == kMostRows) break;
    for (const OverReplicates& one : over_replicates(tally, statistic)) {
      if (together.randomised[one.cell] == 0 || table.rows.size() == kMostRows) continue;
      std::vector<std::string> row = labels_of(together, sizes, one.cell);
      row.push_back(vt::describe(statistic));
      std::ranges::copy(spread_texts(statistic, one.values), std::back_inserter(row));
      table.rows.push_back(std::move(row));
    }
  }
  return table_html(
      table, fmt::format("Over {} replicates: what single trials find", axis_sizes(tally)[*replicate_axis(tally)]));
}

/// Arms against the first one.
std::string contrasts_html(const ResultTally& tally) {
  Table table{{"Arm", "in", ">difference", ">95 % interval", ">number needed", ">95 % interval"}, {}};
  if (tally.kind->contrasts == nullptr) return "";
  for (const Contrast& c : tally.kind->contrasts(tally)) {
    if (table.rows.size() == kMostRows) break;
    const auto [low, high] = c.difference.interval;
    const Interval& n = c.needed.interval;
    if (tally.is_of_lives) {
      table.rows.push_back({c.arm, c.where, percent(c.difference.value), "ask for pairs", short_number(c.needed.value),
                            "ask for pairs"});
      continue;
    }
    table.rows.push_back({c.arm, c.where, percent(c.difference.value), percent(low) + " – " + percent(high),
                          short_number(c.needed.value),
                          c.needed.through_infinity ? short_number(n.low) + " – ∞, −∞ – " + short_number(n.high)
                                                    : short_number(n.low) + " – " + short_number(n.high)});
  }
  return table.rows.empty() ? ""
                            : table_html(table, "Differences to " + tally.axes[*arm_axis(tally)].labels[0] +
                                                    (tally.estimand == Estimand::itt
                                                         ? ", of all randomised: missing counts as no event"
                                                         : ", of those evaluable") +
                                                    "; number needed to treat for one more (negative: for one less)");
}

}  // namespace

std::string tally_tables(const ResultTally& counted, const std::string& failed) {
  const bool is_by_replicate = replicate_axis(counted).has_value();
  const ResultTally tally = is_by_replicate ? without_replicates(counted) : counted;
  const Table table = of_cells(tally);
  std::string note = "Score: " + tally.score;
  if (has_unit(tally.unit)) note += ", in " + tally.unit;
  if (!tally.from.empty()) note += ", from " + tally.from;
  if (!tally.among.empty()) note += ". Among those with " + tally.among;
  if (table.rows.size() == kMostRows)
    note += fmt::format(". The first {} cells; all are in the results file.", kMostRows);
  if (tally.estimand != Estimand::itt) note += fmt::format(". Estimand: {}", name_of(tally.estimand));
  if (!failed.empty()) note += ". " + failed;
  return folded(
      "Numbers: " + (tally.title.empty() ? tally.name : tally.title + " (" + tally.name + ")"),
      table_html(table, note) + (is_by_replicate ? over_replicates_html(counted, tally) : "") + contrasts_html(tally),
      false);
}

}  // namespace vt::report
