#pragma once
#include "kernels/course/course.hpp"
#include "kernels/numerics/elementary.hpp"
#include "kernels/numerics/normal.hpp"
#include "kernels/random/draws.hpp"
#include "kernels/tables.hpp"

/// \file Episodes of an event: what is drawn when one begins, and what becomes of it where its grade falls and rises,
/// or where it ends, at rates. Of such changes one at most is to come; it is kept with its day, and nobody sees it
/// before.

namespace vt { inline namespace VT_ISA {

/// No longer on the drug, for whatever reason.
VT_HD bool is_off_drug(const Course& course) { return course.leaving.why != Left::no || course.off_drug.on != kNever; }

/// Draws of an event are named by the number of the episode, from 0 on, or by the day of a change, and by what they are
/// for.
enum class EventDraw : int { hazard, grade, duration, recurrence, change };
VT_HD Words draw_event(const Plan& plan, Id id, const Event& event, std::int64_t episode, EventDraw what) {
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

/// Days that an episode lasts, log-normal, of an event that has a duration.
VT_COLD double duration_of(const Plan& plan, Id id, const Event& event, std::uint32_t episode) {
  const Words words = draw_event(plan, id, event, episode, EventDraw::duration);
  return event.duration_day * exp(event.duration_spread * normal_quantile(uniform(words.w[0], words.w[1])));
}

/// Whether what an event is like changes while it lasts.
VT_HD bool changes(const Event& event) {
  return (event.recovery.is_set | event.easing.is_set | event.worsening.is_set) != 0;
}

/// Whether the last episode has begun.
VT_HD bool has_begun(const EventCourse& one, std::int32_t day) {
  return one.episode_day <= day && one.episode_day != kForgotten;
}

/// Of an event that changes the grade of the last episode, on a day not before the last look; 0: it is over.
VT_HD std::uint32_t grade_on(const EventCourse& one, std::int32_t day) {
  if (!has_begun(one, day)) return 0;
  return one.changes_on <= day ? one.next_grade : one.grade;
}

/// Of an event that changes its worst grade so far.
VT_HD std::uint32_t worst_on(const EventCourse& one, std::int32_t day) {
  std::uint32_t worst = one.worst;
  if (!has_begun(one, day)) return worst;
  worst = one.grade > worst ? one.grade : worst;
  return one.changes_on <= day && one.next_grade > worst ? one.next_grade : worst;
}

/// The last day up to `day` on which the last episode goes on, whether or not the drug is given.
VT_HD std::int32_t last_day_of(const EventCourse& one, std::int32_t day) {
  return one.changes_on <= day && one.next_grade == 0 ? one.changes_on - 1 : day;
}

/// Days up to `day` that are not in `days` yet, of an event that goes on while the drug is given.
VT_HD std::int32_t days_to_count(const EventCourse& one, std::int32_t day) {
  if (one.grade == 0 || !has_begun(one, day)) return 0;
  const std::int32_t days = last_day_of(one, day) - one.counted_from + 1;
  return days > 0 ? days : 0;
}

/// Counts the days up to `day` of one event, while the drug is given.
VT_HD void count_days(EventCourse& one, std::int32_t day) {
  const std::int32_t days = days_to_count(one, day);
  one.days += days;
  one.counted_from += days;
}

/// Whether the first drug is given.
VT_HD bool is_given(const Course& course) { return course.holds.by == 0 && !is_off_drug(course); }

/// What has changed by `day` is what is.
VT_HD void make_change(Course& course, std::uint32_t e, std::int32_t day) {
  EventCourse& one = course.event[e];
  if (one.changes_on > day) return;
  if (is_given(course)) count_days(one, one.changes_on);
  one.worst = static_cast<std::uint8_t>(worst_on(one, day));
  one.grade = one.next_grade;
  one.changes_on = kNever;
}

/// All events as they are at the end of `day`, before the drug is held or ended, or the patient leaves.
VT_COLD void close_day(Course& course, std::int32_t day) {
  for (std::uint32_t e = 0; e < kMaxEvents; ++e) {
    make_change(course, e, day);
    if (is_given(course)) count_days(course.event[e], day);
  }
}

/// Days count again from the one after `day` on.
VT_HD void count_days_again(Course& course, std::int32_t day) {
  for (EventCourse& one : course.event) one.counted_from = one.episode_day > day ? one.episode_day : day + 1;
}

/// The last episode is over today, if it has begun.
VT_HD void end_episode(EventCourse& one, std::int32_t day) {
  if (!has_begun(one, day)) return;
  one.worst = static_cast<std::uint8_t>(worst_on(one, day));
  one.grade = 0;
  one.changes_on = kNever;
}

/// The grade with which the episode that has just been found begins.
VT_COLD void begin_grade(const Plan& plan, Id id, const Event& event, EventCourse& one) {
  one.worst = one.grade > one.worst ? one.grade : one.worst;
  one.grade = static_cast<std::uint8_t>(grade_of(plan, id, event, one.episodes - 1u));
  one.changes_on = kNever;
  one.counted_from = one.episode_day;
}

}}  // namespace vt
