#pragma once
/// \file Published against simulated values, a row each.

#include "output/report/chart.hpp"

namespace vt::report {

enum class ForestStatus { inside, outside, not_testable };

struct ForestRow {
  std::string name;
  double published, low, high;  ///< of the published value, what was accepted; NaN or infinite = open
  double simulated = kNaN;
  Interval interval = {kNaN, kNaN};    ///< of the simulation's own error
  Interval predictive = {kNaN, kNaN};  ///< where studies of the published size would lie
  bool is_fitted = false;
  ForestStatus status = ForestStatus::not_testable;
  std::string verdict;              ///< the status in words
  std::string simulated_text = "";  ///< beneath the verdict, with units
};

struct ForestGroup {
  std::string heading;  ///< may be empty
  std::vector<ForestRow> rows;
};

/// Each row has its own scale, on which the accepted intervals lie below each other: one that is closed takes the
/// middle third; of an open one the limit lies in the middle.
struct ForestChart {
  Words words;  ///< no titles of axes
  std::vector<ForestGroup> groups;
};
std::string draw(const ForestChart&);

/// What its marks mean, for captions.
std::string forest_key();

}  // namespace vt::report
