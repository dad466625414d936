#pragma once
/// \file Patients on their way through a trial, as CONSORT's flow diagram shows them (Hopewell et al. 2025, BMJ
/// 388:e081123).

#include <string>
#include <vector>

#include "output/report/chart.hpp"

namespace vt::report {

struct FlowBox {
  std::vector<std::string> lines;  ///< the first is the heading, with its number: "Screened (n = 476)"
  bool is_aside = false;           ///< of the spine: those who go no further; it stands at the side
};

struct FlowArm {
  std::vector<FlowBox> boxes;  ///< from allocation down
};

/// Boxes of the spine, then a column for each arm; on a narrow sheet arms stand below each other.
struct FlowChart {
  Words words;                 ///< no titles of axes
  std::vector<FlowBox> spine;  ///< from above; one that is_aside leaves the arrow from the box before to the next
  std::vector<FlowArm> arms;   ///< at most kMostFlowArms
};
inline constexpr std::size_t kMostFlowArms = 6;
std::string draw(const FlowChart&);

}  // namespace vt::report
