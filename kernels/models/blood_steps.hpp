#pragma once
#include "kernels/cohort.hpp"

/// \file Steps of the blood counts: as many as the Plan has, and more for a patient on a day on which the drug kills
/// proliferating cells or few cells are left.

namespace vt { inline namespace VT_ISA {

inline constexpr double kMostStrain = 0.5;                      ///< of a step, where the Plan's do not do
inline constexpr double kMostKink = 0.05;                       ///< the same where the course of a power has a kink
inline constexpr double kSomeLost = 0.1, kMuchLost = 0.5;       ///< shares of the proliferation
inline constexpr double kMostFine = 1024.0;                     ///< steps for the sake of a power
inline constexpr double kHighFeedback = 3.0;                    ///< where more steps are taken even without drug
inline constexpr double kMostSteps = 2048.0;                    ///< in a stretch
inline constexpr std::uint64_t kNoCount = 0x7ff8000000000000u;  ///< not a number

/// A patient's steps through a stretch of a day; an hour over one's length.
struct Pace {
  double steps, hours, per_h;
};

VT_HD Pace pace(double hours, double steps) {
  const double h = hours / steps;
  return {steps, h, 1.0 / h};
}

/// In days, one of `steps` equal steps of `hours`.
VT_HD double step_days(double hours, double steps) { return hours / kHoursPerDay / steps; }

/// Whether a drug that takes at most this share of the proliferation may ask for more steps than the Plan has.
VT_HD bool is_strained(const Blood& s, double lost) { return (lost > 1.0) | (s.feedback > kHighFeedback); }

/// The next whole number, or the one after it.
VT_HD double round_up(double x) {
  constexpr double to_whole = 0x1.8p52;  // added and taken away again
  return (x + 0.5 + to_whole) - to_whole;
}

/// What the cells of a stretch grow by without feedback from them, at most, as a logarithm.
VT_HD double strain(double hours, const Blood& s, const BloodTraits& t, double lost) {
  return lost * s.feedback * t.transit_per_day * (hours / kHoursPerDay);
}

/// Steps through some hours in which the drug takes at most this share of the proliferation: those of the Plan, or so
/// many that in none of them the cells change by more than about e^kMostStrain.
VT_HD double steps_through(double hours, double steps, const Blood& s, const BloodTraits& t, double lost) {
  const double asked = round_up(strain(hours, s, t, greater(lost, 1.0)) * (1.0 / kMostStrain));
  return (is_strained(s, lost) & (asked > steps)) ? asked : steps;
}

/// The same where a power of the concentration acts, at least `steps`. The power of a line stands for that of the
/// course: it has to be short where a dose begins or ends, and where much of the drug is absorbed or eliminated.
/// `absorption_per_h`: 0 for an input of zero order.
VT_HD double steps_along(double hours, double steps, const Blood& s, const BloodTraits& t, double lost,
                         double elimination_per_h, double absorption_per_h) {
  const double by_kink = lost > kMuchLost ? strain(hours, s, t, lost) * (1.0 / kMostKink) : 0.0;
  const double rate = lost > kMuchLost ? elimination_per_h + absorption_per_h : elimination_per_h;
  const double by_rate = lost > kSomeLost ? 2.0 * hours * rate : 0.0;
  return greater(steps, round_up(lesser(greater(by_kink, by_rate), kMostFine)));
}

VT_HD BloodForcing either(bool condition, const BloodForcing& a, const BloodForcing& b) {
  return {select(condition, a.lost_at_start, b.lost_at_start), select(condition, a.lost_in_middle, b.lost_in_middle),
          select(condition, a.lost_at_end, b.lost_at_end), select(condition, a.clone_in_middle, b.clone_in_middle),
          select(condition, a.clone_at_end, b.clone_at_end)};
}

VT_HD Blood either(bool condition, const Blood& a, const Blood& b) {
  return {select(condition, a.proliferating, b.proliferating),
          select(condition, a.transit1, b.transit1),
          select(condition, a.transit2, b.transit2),
          select(condition, a.transit3, b.transit3),
          select(condition, a.circulating, b.circulating),
          select(condition, a.feedback, b.feedback),
          select(condition, a.clone, b.clone)};
}

/// A step of all patients under what `forcing` makes of the last arguments, in two loops: within one, the processor
/// would wait for one exponential after the other.
template <int L, class Forcing, class... Inputs>
VT_HD void grow_step(const Lanes<BloodTraits, L>& traits, const Lanes<Passage, L>& passage, Lanes<Blood, L>& blood,
                     Forcing forcing, const Lanes<Inputs, L>&... inputs) {
  Lanes<Growth, L> step;
  advance(
      step,
      [=](const Growth&, const Blood& s, const BloodTraits& t, const Passage& w, const Inputs&... in)
          VT_INLINE { return growth(s, t, w, forcing(in...)); },
      blood, traits, passage, inputs...);
  advance(
      blood, [](const Blood& s, const Passage& w, const Growth& g) VT_INLINE { return grow(s, w, g); }, passage, step);
}

/// How fast each patient goes through a stretch.
template <int L>
struct Paces {
  Lanes<Pace, L> of;
  Lanes<Passage, L> passage;  ///< through a step, of those who take more than the Plan's
  Lanes<Scalar, L> asked;     ///< steps
  double most;                ///< steps that any of the patients takes
  bool differ;                ///< whether any takes more steps than the Plan has
};

/// Fills the rest where `asked` is known.
template <int L>
VT_COLD void find_paces(double hours, double steps, const Lanes<BloodTraits, L>& traits, Paces<L>& paces) {
  double most = steps;
  for (int lane = 0; lane < L; ++lane) most = greater(lesser(paces.asked[lane].x, kMostSteps), most);
  paces.most = most;
  paces.differ = most > steps;
  advance(
      paces.of, [=](const Pace&, const Scalar& asked) VT_INLINE { return pace(hours, lesser(asked.x, kMostSteps)); },
      paces.asked);
  if (!paces.differ) return;
  advance(
      paces.passage,
      [=](const Passage&, const BloodTraits& t, const Pace& p)
          VT_INLINE { return passage(step_days(hours, p.steps) * t.transit_per_day); },
      traits, paces.of);
}

/// The step after `done` of those who have steps left.
template <int L>
VT_COLD void grow_paced(double done, const Lanes<BloodTraits, L>& traits, const Paces<L>& paces,
                        const Lanes<BloodForcing, L>& forcing, Lanes<Blood, L>& blood) {
  Lanes<Growth, L> step;
  advance(
      step,
      [](const Growth&, const Blood& s, const BloodTraits& t, const Passage& w, const BloodForcing& f)
          VT_INLINE { return growth(s, t, w, f); },
      blood, traits, paces.passage, forcing);
  advance(
      blood,
      [=](const Blood& s, const Passage& w, const Growth& g, const Pace& p)
          VT_INLINE { return either(done < p.steps, grow(s, w, g), s); },
      paces.passage, step, paces.of);
}

/// Cells that no number of steps follows are none: their patient's trial fails.
template <int L>
VT_COLD void lose_count(const Paces<L>& paces, Lanes<Blood, L>& blood) {
  advance(
      blood,
      [](const Blood& s, const Scalar& asked) VT_INLINE {
        Blood then = s;
        then.circulating = select(asked.x <= kMostSteps, s.circulating, from_bits(kNoCount));
        return then;
      },
      paces.asked);
}

}}  // namespace vt
