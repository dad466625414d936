#pragma once
/// \file A published count, and where it lies among the replicates of a trial.

#include <string>
#include <vector>

#include "output/study/power/power.hpp"

namespace vt {

/// So many patients of an arm had the event.
struct PublishedCount {
  std::string name, design;
  std::size_t arm = 0;
  std::int64_t events = 0, patients = 0;
};

/// Among the trials as simulated, at one point. Counts are shares of each trial's own patients in the arm, times the
/// patients observed: where a trial has as many, they are its counts.
struct Predicted {
  std::size_t point = 0;
  double low = kNaN, median = kNaN, high = kNaN;  ///< of counts: 2.5, 50 and 97.5 % of the trials lie at or below
  Estimate below, same;                           ///< shares of trials with fewer, and with as many
  /// Share with fewer, and half of those with as many: 0.5 in the middle, near 0 or 1 far out.
  double place() const { return below.value + 0.5 * same.value; }
};
std::vector<Predicted> predict(const PublishedCount& observed, const std::vector<PowerResult>& results);

/// "13 of 34; simulated 9 to 21 …"
std::string words_for(const PublishedCount& observed, const Predicted& predicted);

}  // namespace vt
