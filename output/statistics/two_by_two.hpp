#pragma once
/// \file Two groups and an outcome.

#include "output/statistics/estimate.hpp"

namespace vt {

/// Patients with and without the outcome, treated and control.
struct TwoByTwo {
  double treated_events, treated_none, control_events, control_none;
};

/// A ratio with Wald's interval on its log; `log_error` is the standard error of the log. NaN where a count is 0.
struct Ratio {
  double value, log_error;
  Interval interval;
  double p;  ///< two-sided, of ratio = 1
};
Ratio odds_ratio(const TwoByTwo&);  ///< Woolf 1955, Ann Hum Genet 19:251
Ratio risk_ratio(const TwoByTwo&);

/// Share treated − share control, with Newcombe's interval from Wilson's (method 10; 1998, Stat Med 17:873).
Estimate risk_difference(const TwoByTwo&);

/// Patients to treat for one more outcome: 1 / difference. Negative: for one outcome less. Where an end of the interval
/// of the difference has the other sign, the interval runs through infinity: from `low` up to infinity and from minus
/// infinity up to `high` (low > 0 > high). Altman 1998, BMJ 317:1309.
struct NumberNeeded {
  double value;
  Interval interval;
  bool through_infinity;
};
NumberNeeded number_needed(const Estimate& difference);

}  // namespace vt
