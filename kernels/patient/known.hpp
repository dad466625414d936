#pragma once
#include "kernels/numerics/elementary.hpp"
#include "kernels/numerics/normal.hpp"
#include "kernels/patient/course.hpp"
#include "kernels/patient/streams.hpp"
#include "kernels/tables.hpp"

/// \file What is known of a patient's events, and of results that few scenarios measure.

namespace vt { inline namespace VT_ISA {

/// A number and whether it is defined.
struct Seen {
  double value;
  bool defined;
};

VT_HD Seen seen_result(const Course& course, Result which) {
  const int i = static_cast<int>(which);
  return {course.result[i], (course.results_defined >> i & 1) != 0};
}

/// No longer on the drug, for whatever reason.
VT_HD bool is_off_drug(const Course& course) { return course.left != Left::no || course.off_drug_on != kNever; }

/// Whether an event, when it happens to this patient, is a severe one.
VT_COLD bool is_severe(const Plan& plan, Id id, std::uint32_t e) {
  const Event& event = at(plan, plan.events, e);
  const Words words = draw(plan.seed, id.patient, event.stream, 0, 1);
  return uniform(words.w[0], words.w[1]) < event.severe_share;
}

/// Whether an event that has happened is not over: its duration is log-normal, and without one it lasts as long as the
/// drug is given.
VT_COLD bool is_active(const Plan& plan, Id id, const Course& course, std::uint32_t e, std::int32_t day) {
  const Event& event = at(plan, plan.events, e);
  if (!(event.duration_day > 0.0)) return !is_off_drug(course) && course.held_by == 0;
  const Words words = draw(plan.seed, id.patient, event.stream, 0, 2);
  const double lasts =
      event.duration_day * exp(event.duration_spread * normal_quantile(uniform(words.w[0], words.w[1])));
  return static_cast<double>(day - course.event_day[e]) < lasts;
}

/// The results that few scenarios measure.
VT_COLD Seen look_at_further_result(const Course& course, Source source) {
  return seen_result(course, source == Source::control_copies ? Result::control_copies
                             : source == Source::ddpcr_is     ? Result::ddpcr_is
                             : source == Source::ddpcr_copies ? Result::ddpcr_copies
                             : source == Source::haemoglobin  ? Result::haemoglobin
                                                              : Result::tumour_size);
}

/// What is known of an event.
VT_COLD Seen look_at_event(const Plan& plan, Id id, const Course& course, const Observable& observable,
                           std::int32_t day) {
  const std::uint32_t e = observable.index;
  const bool has_happened = course.event_day[e] <= day;
  switch (observable.source) {
    case Source::day_of:
      return {static_cast<double>(course.event_day[e]), has_happened};
    case Source::severe:
      return {has_happened && is_severe(plan, id, e) ? 1.0 : 0.0, true};
    case Source::active:
      return {has_happened && is_active(plan, id, course, e, day) ? 1.0 : 0.0, true};
    default:
      return {has_happened ? 1.0 : 0.0, true};
  }
}

}}  // namespace vt
