#pragma once
/// \file How many patients or events a trial with a single look needs. `alpha` is the error of one side; sizes are not
/// rounded. NaN where the alternative is not on the side that is tested for.

#include "output/statistics/two_proportions.hpp"

namespace vt {

/// A test that share treated − share control > −margin, where more events are better.
struct SharesPlan {
  TwoShares expected;
  double ratio = 1;   ///< patients treated for each control
  double margin = 0;  ///< of non-inferiority; 0: superiority
};

/// Patients of the control group. Variance::null: Fleiss 1981, Statistical Methods for Rates and Proportions, 2nd ed.,
/// chapter 3, and with a margin Farrington & Manning 1990, Stat Med 9:1447; Variance::unpooled: Chow, Shao & Wang 2003,
/// Sample Size Calculations in Clinical Research, 4.2.
double controls_for_power(const SharesPlan&, double alpha, double power, Variance);

/// The power with so many controls, by the same formulae.
double power_with_controls(const SharesPlan&, double alpha, double controls, Variance);

/// Controls where the test is corrected for continuity, from those where it is not. Fleiss, Tytun & Ury 1980,
/// Biometrics 36:343. \pre no margin
double controls_with_continuity(const SharesPlan&, double controls);

/// A log-rank test that the hazard ratio, treated to control, is below `null_ratio`.
struct HazardPlan {
  double ratio;                ///< expected
  double share_treated = 0.5;  ///< of the patients
  double null_ratio = 1;       ///< above 1: a margin of non-inferiority
};

/// Events of both groups. Schoenfeld 1981, Biometrika 68:316; 1983, Biometrics 39:499.
double events_for_power(const HazardPlan&, double alpha, double power);

/// The power with so many events, by the same formula.
double power_with_events(const HazardPlan&, double alpha, double events);

}  // namespace vt
