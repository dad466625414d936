#pragma once
#include "output/report/chart.hpp"
#include "output/statistics/survival.hpp"

namespace vt::report {

struct StepCurve {
  std::string name;
  TimeCurve steps;
};

struct PublishedStep {
  PublishedPoint point;  ///< its `x` is not used
  double day;
};

/// Numbers beneath the axis.
struct AtRisk {
  std::vector<double> day;
  std::vector<std::vector<std::int64_t>> n;  ///< [curve][day]
};

/// Curves that step at their times, over a linear axis of days from 0 on, with their intervals as bands.
struct StepChart {
  Words words;
  std::vector<StepCurve> curves;
  std::vector<PublishedStep> published;
  AtRisk at_risk = {};                       ///< may be empty
  std::vector<Reference> references = {};    ///< shares
  std::vector<Reference> x_references = {};  ///< days
};
std::string draw(const StepChart&);

}  // namespace vt::report
