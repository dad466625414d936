#pragma once
#include <cstdint>
#include <string>

#include "host/plan/build_plan.hpp"

namespace vt {

/// What a run will take on one core of this machine.
struct Cost {
  double core_seconds = 0;
  double host_core_seconds = 0;  ///< of these, what no GPU takes over: tests, recording, trials of designs
  std::uint64_t measured = 0;    ///< patients who were simulated to know it
  bool is_most = false;          ///< the run may end before its last patient
};

/// Simulates some of the plan's patients, and fits its tests to them; takes about 0.2 s. \throws DeviceError
Cost measure_cost(const BuiltPlan&);

/// "about 9.8 core-seconds (measured on 640 patients here)"
std::string in_words(const Cost&);

}  // namespace vt
