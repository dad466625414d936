#pragma once
#include "kernels/course/episodes.hpp"

/// \file What is known of a patient's events.

namespace vt { inline namespace VT_ISA {

/// A number and whether it is defined.
struct Seen {
  double value;
  bool defined;
};

/// Whether one of two comes first. Of what is found together neither does.
VT_HD bool strikes_before(const Strike& a, const Strike& b) {
  return a.day < b.day || (a.day == b.day && a.lead > b.lead);
}

VT_COLD std::uint32_t worst_grade(const Plan& plan, Id id, const Course& course, std::uint32_t e, std::int32_t day) {
  if (changes(at(plan, plan.events, e))) return worst_on(course.event[e], day);
  std::uint32_t worst = 0;
  for (std::uint32_t k = 0; k < episodes_by(course, e, day); ++k) {
    const std::uint32_t grade = grade_of(plan, id, at(plan, plan.events, e), k);
    worst = grade > worst ? grade : worst;
  }
  return worst;
}

/// Whether the last episode goes on: without a duration it lasts as long as the drug is given.
/// What comes back only when the drug is given again is over for good with the first hold.
VT_COLD bool is_active(const Plan& plan, Id id, const Course& course, std::uint32_t e, std::int32_t day) {
  const Event& event = at(plan, plan.events, e);
  if (!has_begun(course.event[e], day)) return false;
  if (changes(event) && grade_on(course.event[e], day) == 0) return false;
  if (!(event.duration_day > 0.0)) {
    const bool is_over = event.recurrence.is_set && (course.holds.during >> e & 1);
    return !is_over && is_given(course);
  }
  return static_cast<double>(day - course.event[e].episode_day) <
         duration_of(plan, id, event, course.event[e].episodes - 1u);
}

/// Whether an event has happened. What would have struck on the day of leaving, but after it, has a day and no episode.
VT_HD bool has_happened(const EventCourse& event, std::int32_t day) { return event.day <= day && event.episodes != 0; }

/// Days up to today on which an event was active that has a duration or a recovery. All its episodes but the last are
/// over.
VT_COLD double days_with(const Plan& plan, Id id, const Course& course, std::uint32_t e, std::int32_t day) {
  constexpr double most = 1e6;
  const EventCourse& one = course.event[e];
  if (!(at(plan, plan.events, e).duration_day > 0.0))
    return static_cast<double>(one.days + (is_given(course) ? days_to_count(one, day) : 0));
  const std::uint32_t episodes = episodes_by(course, e, day);
  double days = 0.0;
  for (std::uint32_t k = 0; k < episodes; ++k) {
    const double lasts = lesser(duration_of(plan, id, at(plan, plan.events, e), k), most);
    const double whole = static_cast<double>(static_cast<std::int32_t>(lasts));
    const double active = whole < lasts ? whole + 1.0 : whole;
    const bool may_go_on = k + 1 == one.episodes && one.episode_day != kForgotten;
    days += may_go_on ? lesser(active, static_cast<double>(day - one.episode_day + 1)) : active;
  }
  return days;
}

/// What is known of an event.
VT_COLD Seen look_at_event(const Plan& plan, Id id, const Course& course, const Observable& observable,
                           std::int32_t day) {
  const std::uint32_t e = observable.index;
  const bool is_there = has_happened(course.event[e], day);
  switch (observable.source) {
    case Source::day_of:
      return {static_cast<double>(course.event[e].day), is_there};
    case Source::severe:
      return {worst_grade(plan, id, course, e, day) >= kSevere ? 1.0 : 0.0, true};
    case Source::worst_grade:
      return {static_cast<double>(worst_grade(plan, id, course, e, day)), true};
    case Source::times:
      return {static_cast<double>(episodes_by(course, e, day)), true};
    case Source::days_with:
      return {days_with(plan, id, course, e, day), true};
    case Source::active:
      return {is_active(plan, id, course, e, day) ? 1.0 : 0.0, true};
    case Source::grade: {
      const EventCourse& one = course.event[e];
      if (!is_active(plan, id, course, e, day)) return {0.0, true};
      const Event& event = at(plan, plan.events, e);
      return {static_cast<double>(changes(event) ? grade_on(one, day) : grade_of(plan, id, event, one.episodes - 1u)),
              true};
    }
    default:
      return {is_there ? 1.0 : 0.0, true};
  }
}

}}  // namespace vt
