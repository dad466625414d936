#pragma once
#include "kernels/course/course.hpp"
#include "kernels/numerics/elementary.hpp"
#include "kernels/numerics/normal.hpp"
#include "kernels/random/draws.hpp"
#include "kernels/tables.hpp"

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

/// No longer on the drug, for whatever reason.
VT_HD bool is_off_drug(const Course& course) { return course.leaving.why != Left::no || course.off_drug.on != kNever; }

/// Draws of an event are named by the number of the episode, from 0 on, and by what they are for.
enum class EventDraw : int { hazard, grade, duration, recurrence };
VT_HD Words draw_event(const Plan& plan, Id id, const Event& event, std::uint32_t episode, EventDraw what) {
  return draw(plan.seed, id.patient, event.stream, episode, static_cast<int>(what));
}

/// Grade 1 to 4 of one episode.
VT_COLD std::uint32_t grade_of(const Plan& plan, Id id, const Event& event, std::uint32_t episode) {
  const Words words = draw_event(plan, id, event, episode, EventDraw::grade);
  const double u = uniform(words.w[0], words.w[1]);
  const double* from = episode == 0 ? event.grade_from : event.grade_again_from;
  std::uint32_t grade = 1;
  for (int i = 0; i < kGrades - 1; ++i) grade += u < from[i] ? 1u : 0u;
  return grade;
}

/// Episodes that have begun.
VT_HD std::uint32_t episodes_by(const Course& course, std::uint32_t e, std::int32_t day) {
  return course.event[e].episodes == 0 ? 0u : course.event[e].episodes - (course.event[e].episode_day > day ? 1u : 0u);
}

VT_COLD std::uint32_t worst_grade(const Plan& plan, Id id, const Course& course, std::uint32_t e, std::int32_t day) {
  std::uint32_t worst = 0;
  for (std::uint32_t k = 0; k < episodes_by(course, e, day); ++k) {
    const std::uint32_t grade = grade_of(plan, id, at(plan, plan.events, e), k);
    worst = grade > worst ? grade : worst;
  }
  return worst;
}

/// Days that an episode lasts, log-normal, of an event that has a duration.
VT_COLD double duration_of(const Plan& plan, Id id, const Event& event, std::uint32_t episode) {
  const Words words = draw_event(plan, id, event, episode, EventDraw::duration);
  return event.duration_day * exp(event.duration_spread * normal_quantile(uniform(words.w[0], words.w[1])));
}

/// Whether the last episode goes on: without a duration it lasts as long as the drug is given.
/// What comes back only when the drug is given again is over for good with the first hold.
VT_COLD bool is_active(const Plan& plan, Id id, const Course& course, std::uint32_t e, std::int32_t day) {
  const Event& event = at(plan, plan.events, e);
  if (course.event[e].episode_day > day || course.event[e].episode_day == kForgotten) return false;
  if (!(event.duration_day > 0.0)) {
    const bool is_over = event.recurrence.is_set && (course.holds.during >> e & 1);
    return !is_over && !is_off_drug(course) && course.holds.by == 0;
  }
  return static_cast<double>(day - course.event[e].episode_day) <
         duration_of(plan, id, event, course.event[e].episodes - 1u);
}

/// Whether an event has happened. What would have struck on the day of leaving, but after it, has a day and no episode.
VT_HD bool has_happened(const EventCourse& event, std::int32_t day) { return event.day <= day && event.episodes != 0; }

/// Days up to today on which an event that has a duration was active. All its episodes but the last are over.
VT_COLD double days_with(const Plan& plan, Id id, const Course& course, std::uint32_t e, std::int32_t day) {
  constexpr double most = 1e6;
  const EventCourse& one = course.event[e];
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
      const bool goes_on = is_active(plan, id, course, e, day);
      return {goes_on ? static_cast<double>(grade_of(plan, id, at(plan, plan.events, e), course.event[e].episodes - 1u))
                      : 0.0,
              true};
    }
    default:
      return {is_there ? 1.0 : 0.0, true};
  }
}

}}  // namespace vt
