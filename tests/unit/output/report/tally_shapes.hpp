#pragma once
/// \file Tallies of a few cells, for tests of figures.

#include <array>
#include <string>
#include <vector>

#include "output/compare.hpp"
#include "output/results.hpp"

namespace vt::test {

inline ResultAxis axis_of(std::string name, ResultAxisKind kind, std::vector<std::string> labels,
                          std::vector<double> values = {}, Subject subject = Subject::other) {
  ResultAxis axis;
  axis.title = axis.name = std::move(name);
  axis.kind = kind, axis.labels = std::move(labels), axis.values = std::move(values), axis.subject = subject;
  return axis;
}
inline ResultAxis arms() { return axis_of("arm", ResultAxisKind::arm, {"low dose", "high dose"}); }
inline ResultAxis visits() {
  return axis_of("visit", ResultAxisKind::visit, {"month 3", "month 6", "month 9"}, {91, 183, 274});
}
inline ResultAxis exposure_groups() {
  return axis_of("trough", ResultAxisKind::bins, {"< 1000", ">= 1000", "not measured"}, {}, Subject::exposure);
}
inline ResultAxis sexes() { return axis_of("sex", ResultAxisKind::bins, {"women", "men", "not measured"}); }

/// Allocated, evaluable, with the event.
using Counts = std::array<std::int64_t, 3>;

/// \param cells row-major over the axes
inline ResultTally share_tally(std::vector<ResultAxis> axes, const std::vector<Counts>& cells) {
  ResultTally tally;
  tally.name = "some_score", tally.score = "x < 1", tally.visit = "v", tally.axes = std::move(axes);
  for (const Counts& counts : cells) {
    tally.randomised.push_back(counts[0]);
    tally.evaluable.push_back(counts[1]);
    tally.events.push_back(counts[2]);
  }
  return tally;
}

/// The same counts in every cell.
inline ResultTally even_tally(std::vector<ResultAxis> axes, const Counts& counts) {
  std::size_t cells = 1;
  for (const ResultAxis& axis : axes) cells *= axis.labels.size();
  return share_tally(std::move(axes), std::vector<Counts>(cells, counts));
}

/// Of one cell. \param counts [outcome][day], the last outcome "censored"
inline ResultTally times_tally(std::vector<std::string> outcomes,
                               const std::vector<std::vector<std::int64_t>>& counts) {
  ResultTally tally;
  tally.name = "time", tally.title = "Time to it", tally.kind = find_result_kind("time_to_event"), tally.unit = "day";
  tally.outcomes = std::move(outcomes);
  std::int64_t patients = 0;
  for (const auto& row : counts)
    for (const std::int64_t n : row) tally.counts.push_back(n), patients += n;
  for (std::size_t day = 0; day < counts[0].size(); ++day) tally.times.push_back(static_cast<double>(day));
  tally.randomised = tally.evaluable = {patients};
  return tally;
}

/// A number of a hundred patients in every cell, all of them near 1500.
inline ResultTally number_tally(std::vector<ResultAxis> axes) {
  ResultTally tally = even_tally(std::move(axes), {100, 100, 0});
  tally.events.clear();
  tally.kind = find_result_kind("number"), tally.unit = "ng/mL", tally.score = "trough";
  tally.low = 512, tally.high = 4096, tally.scale = 1, tally.binning = {9, 3};
  for (auto* table : {&tally.sum, &tally.square_low, &tally.square_high}) table->resize(3 * tally.cells());
  tally.clamped.resize(tally.cells());
  tally.histogram.resize(tally.cells() * tally.binning.bins());
  for (std::size_t cell = 0; cell < tally.cells(); ++cell) tally.histogram[cell * tally.binning.bins() + 64 + 30] = 100;
  return tally;
}

/// A published share or median of these cells, met or not.
inline Comparison published(const ResultTally& tally, std::string statistic, Selection where, double value) {
  Comparison row;
  row.target.name = "a published value", row.target.tally = tally.name, row.target.statistic = std::move(statistic);
  row.target.where = std::move(where), row.target.value = value, row.target.source = "Somebody 2001";
  return row;
}

}  // namespace vt::test
