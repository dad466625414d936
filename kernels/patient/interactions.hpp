#pragma once
#include "kernels/numerics/real.hpp"
#include "kernels/plan.hpp"

namespace vt { inline namespace VT_ISA {

/// How far liver and gut have come towards the full effect of one comedication, 0 to 1, and whether it is taken (0/1).
struct Induction {
  double liver, gut, takes_it;
};

/// What all comedications together do to the day's clearance and bioavailability.
struct Modifiers {
  double clearance, bioavailability;
};

VT_HD Modifiers modify(const Modifiers& so_far, const Induction& state, const Interaction& interaction) {
  return {so_far.clearance * fma(interaction.clearance_ratio - 1.0, state.liver, 1.0),
          so_far.bioavailability * fma(interaction.bioavailability_ratio - 1.0, state.gut, 1.0)};
}

/// One day of first-order approach to 1 while the comedication is taken, to 0 otherwise; exact for constant intake.
VT_HD Induction turn_over(const Induction& state, const Interaction& interaction, double within_window) {
  const double goal = state.takes_it * within_window;
  return {fma(interaction.liver_keep, state.liver - goal, goal), fma(interaction.gut_keep, state.gut - goal, goal),
          state.takes_it};
}

}}  // namespace vt
