#pragma once
#include "kernels/drug/prediction/search.hpp"

/// \file The search for the most likely deviation where absorption deviates, too.

namespace vt { inline namespace VT_ISA {

/// Three rows of the grid over elimination rates and absorption: the best misfits there.
inline constexpr int kGridHalf = 25, kGridRow = 2 * kGridHalf + 3;  ///< with a margin on both sides
struct GridRows {
  double misfit[3][kGridRow];
};

/// The grid's mesh in ln k and in absorption, and how far it reaches in absorption.
inline constexpr int kGridRows = 7;  ///< to either side
inline constexpr double kGridMesh = 0.32, kRowMesh = 4.0 / kGridRows, kLongestRow = 4.0;

/// What is looked for: the best so far, and the least that the levels' parts can be.
struct Search {
  Fit best;
  double least;
  double precision;  ///< of ln k, with the best volume
};

/// How much worse than the best a place may be for its prior alone.
VT_HD double room_at(const PredictionPlan& plan, const Search& search, const Place& place) {
  return search.best.misfit - search.least - search.precision * place.log_k * place.log_k -
         plan.precision_absorption * place.absorption * place.absorption;
}
VT_HD Place grid_place(int i, double absorption) {
  return {kGridMesh * static_cast<double>(i - kGridHalf - 1), absorption};
}
VT_HD void take_better(const Fit& found, Search& search) {
  if (found.misfit < search.best.misfit) search.best = found;
}

/// Looks along an edge of the misfit, at one absorption, and then down from it where it falls to a side.
VT_COLD void look_along_edge(const PredictionPlan& plan, const Evidence& evidence, double absorption, Search& search) {
  constexpr double farthest = 1e-3, nearest = 1e-6, nowhere = 1e300;
  if (!(absorption > -kLongestRow && absorption < kLongestRow)) return;
  Fit lowest = {{0.0, 0.0}, nowhere};
  for (int i = 1; i < kGridRow - 1; ++i) {
    const Place place = grid_place(i, absorption);
    const double room = room_at(plan, search, place);
    const Fit here = room >= 0.0 ? best_at(plan, evidence, place, room) : Fit{{0.0, 0.0}, nowhere};
    if (here.misfit < lowest.misfit) lowest = here;
  }
  if (!(lowest.misfit < nowhere)) return;
  const Fit found = descend(plan, evidence, lowest.eta, false).fit;
  take_better(found, search);
  for (int side = -1; side <= 1; side += 2)
    for (double beside = farthest; beside > nearest; beside *= 0.25) {  // drug that leaves fast makes narrow valleys
      const Deviation start = {found.eta.clearance, found.eta.volume,
                               fma(beside, static_cast<double>(side), absorption)};
      if (!(misfit(plan, evidence, start) < found.misfit)) continue;
      take_better(descend(plan, evidence, start).fit, search);
      break;
    }
}

/// Where an input ends just as a level is drawn, the level's derivative by the input's duration jumps: valleys may have
/// their bottom in such an edge, which Newton's steps do not find, or lie close to it on one side.
VT_COLD void look_along_edges(const PredictionPlan& plan, const Evidence& evidence, Search& search) {
  const double prior_h = evidence.prior.absorption, lag_h = evidence.prior.lag_h;
  const double longest_h = prior_h * exp(kLongestRow);
  for (int i = 0; i < evidence.levels; ++i) {
    const Recall* recall = evidence.recall[i];
    const double interval_h = evidence.level[i].interval_h;
    for (int dose = 0; recall != nullptr && dose < recall->doses; ++dose) {
      const double duration_h = recall->dose[dose].time_h - lag_h;
      if (duration_h > 0.0) look_along_edge(plan, evidence, log(duration_h / prior_h), search);
    }
    double duration_h = recall == nullptr          ? since_input_h(evidence.level[i].after_h, lag_h, interval_h)
                        : recall->tail_doses > 0.0 ? since_input_h(recall->tail_h, lag_h, interval_h)
                                                   : longest_h;
    for (; duration_h < longest_h; duration_h += interval_h)
      if (duration_h > 0.0) look_along_edge(plan, evidence, log(duration_h / prior_h), search);
  }
}

/// As most_likely without a deviation of absorption, on a grid that has one, up to factors of e^4.
VT_COLD Deviation most_likely_of_three(const PredictionPlan& plan, const Evidence& evidence) {
  constexpr double nowhere = 1e300;
  Search search = {descend(plan, evidence, {0.0, 0.0}).fit, least_of_levels(plan, evidence),
                   ellipse_of(plan).precision};
  GridRows grid;
  for (double& one : grid.misfit[0]) one = nowhere;
  for (double& one : grid.misfit[1]) one = nowhere;
  for (int j = -kGridRows; j <= kGridRows + 1; ++j) {
    const int now = (j + 3 * kGridRows) % 3, last = (now + 2) % 3, before = (now + 1) % 3;
    const double absorption = kRowMesh * static_cast<double>(j);
    for (double& one : grid.misfit[now]) one = nowhere;
    for (int i = 1; j <= kGridRows && i < kGridRow - 1; ++i) {
      const double room = room_at(plan, search, grid_place(i, absorption));
      if (room >= 0.0) grid.misfit[now][i] = best_at(plan, evidence, grid_place(i, absorption), room).misfit;
    }
    for (int i = 1; i < kGridRow - 1; ++i) {
      const double here = grid.misfit[last][i];
      const bool is_low = here < nowhere && here <= grid.misfit[last][i - 1] && here <= grid.misfit[last][i + 1] &&
                          here <= grid.misfit[before][i] && here <= grid.misfit[now][i];
      if (!is_low) continue;
      const double room = search.best.misfit - search.least;
      const Fit start = best_at(plan, evidence, grid_place(i, absorption - kRowMesh), room);
      take_better(bottom(plan, evidence, start, kGridMesh, room), search);
    }
  }
  if (with_input(plan.input, [&]<class In>() { return In::lasts; })) look_along_edges(plan, evidence, search);
  return search.best.eta;
}

}}  // namespace vt
