#pragma once
#include "host/study/power/lives.hpp"
#include "host/study/power/trial_design.hpp"
#include "output/study/power/power.hpp"

namespace vt {

/// A design with what follows from it and the trial's arms before any patient enters.
struct PreparedDesign {
  TrialDesign design;
  AnalysisPlan analysis;
  std::vector<std::uint32_t> shares;  ///< of the arms
  std::vector<double> bounds;         ///< [look] of z; infinite where nothing is rejected
  double alpha = 0;                   ///< of one side of one comparison
  bool counts_events = false;         ///< information is events; otherwise patients whose response is known
  double follow_up = 0;               ///< days
};
PreparedDesign prepare(const TrialDesign& design, const BuiltPlan& built);

/// Conducts the trial: patients enter, it is looked at, and what follows is done.
PlayedTrial play(const PreparedDesign& design, const Lives& lives);

}  // namespace vt
