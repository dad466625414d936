#pragma once
#include "kernels/calendar.hpp"
#include "kernels/numerics/elementary.hpp"
#include "kernels/plan_drug.hpp"
#include "kernels/plan_traits.hpp"

/// \file One dose on its way into the body: over a time or at once. What is common to the policies of
/// kernels/drug/variant.hpp.

namespace vt { inline namespace VT_ISA {

/// Drug that enters from `start_h` on, for `length_h` if input is of zero order. Times count from the day's start.
/// `swallowed_mg` is the dose of which `mg` is the part that reaches the body.
struct Input {
  double mg, start_h, length_h, swallowed_mg;
};

/// How often the drug in the central compartment can turn from rising to falling, or back, while nothing else begins or
/// ends to enter.
enum class Turns { never, once, twice, often };

/// How long an input that enters over a time has been entering by `until_h`: exactly its length once it is over.
VT_HD double active_h(const Input& input, double until_h) {
  return greater(lesser(input.length_h, until_h - input.start_h), 0.0);
}

/// Input at a constant rate, over a time.
struct OverTime {
  static constexpr bool lasts = true;

  /// How much enters before `until_h`.
  static VT_HD double entered_mg(const Input& input, double until_h) {
    return input.mg * (active_h(input, until_h) / input.length_h);
  }
  /// Whether it is still entering, or yet to enter, at `time_h`.
  static VT_HD bool runs_past(const Input& input, double time_h) { return input.start_h + input.length_h > time_h; }
  /// The part that is left after a day, seen from the next day's start.
  static VT_HD Input remainder(const Input& input) {
    const double start = greater(input.start_h - kHoursPerDay, 0.0);
    const double left = input.mg - entered_mg(input, kHoursPerDay);
    const double length = input.length_h - active_h(input, kHoursPerDay);
    return length > 0.0 ? Input{left, start, length, 0.0} : Input{0.0, 0.0, 1.0, 0.0};
  }
};

/// Input at once, into a place from which it goes on; nobody reads its length.
struct AtOnce {
  static constexpr bool lasts = false;
  static VT_HD double entered_mg(const Input& input, double until_h) {
    return input.start_h < until_h ? input.mg : 0.0;
  }
  static VT_HD bool runs_past(const Input& input, double time_h) { return input.start_h >= time_h; }
  static VT_HD Input remainder(const Input& input) {
    const double start = greater(input.start_h - kHoursPerDay, 0.0);
    return {input.mg - entered_mg(input, kHoursPerDay), start, 1.0, 0.0};
  }
};

}}  // namespace vt
