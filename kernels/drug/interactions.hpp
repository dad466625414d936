#pragma once
#include "kernels/numerics/real.hpp"
#include "kernels/plan.hpp"

namespace vt { inline namespace VT_ISA {

/// How far liver and gut have come towards the full effect of one comedication, 0 to 1, and whether it is taken (0/1).
struct Induction {
  double liver, gut, takes_it;
};

/// When one patient takes one comedication: from day `from` on, before day `until`, and never from `stop` on. Days may
/// have fractions: day d counts if `from` ≤ d.
struct Window {
  double from, until, stop;
};

/// The course of the day: yesterday's, or the next one if that is over. `every_days` 0: there is no next one.
VT_HD Window course_on(const Window& window, double day, double every_days) {
  const double shift = day >= window.until ? every_days : 0.0;
  return {window.from + shift, window.until + shift, window.stop};
}

/// 1 on days inside the window, else 0.
VT_HD double is_within(const Window& window, double day) {
  const double ends = lesser(window.until, window.stop);
  return (day >= window.from ? 1.0 : 0.0) * (day < ends ? 1.0 : 0.0);
}

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
