#include "kernels/course/events.hpp"

#include <gtest/gtest.h>

#include "host/plan/plan_buffer.hpp"

namespace vt { namespace {

/// Day of an event with `share` of hazard to use up at a constant rate, looked at every `every` days from day 0 on.
std::int32_t day_of_event(double share, double per_day, std::int32_t every) {
  for (std::int32_t day = 0; day < 100000; day += every)
    if (const Strike found = use_hazard(share, per_day, day, day + every); found.day != kNever) return found.day;
  return kNever;
}

TEST(Hazard, that_is_constant_gives_the_same_day_however_often_it_is_looked_at) {
  // Time t = share/rate in (d, d + 1] is day d + 1; shares that are no multiples of the rate leave rounding aside.
  for (const double rate : {0.001, 0.0137, 0.5, 3.0})
    for (const double share : {1e-9, 0.01003, 0.33307, 1.70003, 9.10007}) {
      const auto expected = static_cast<std::int32_t>(share / rate) + 1;
      for (const std::int32_t every : {1, 7, 28, 366}) EXPECT_EQ(day_of_event(share, rate, every), expected) << share;
    }
}

TEST(Hazard, falls_inside_its_interval_at_the_edges) {
  for (const double share : {1e-300, 1e-17, 7.0 - 1e-15, 7.0}) {
    double left = share;
    const Strike found = use_hazard(left, 1.0, 10, 17);
    EXPECT_GT(found.day, 10);
    EXPECT_LE(found.day, 17);
    EXPECT_DOUBLE_EQ(found.day - found.lead, 10 + share);
  }
  double left = 7.0 + 1e-14;
  EXPECT_EQ(use_hazard(left, 1.0, 10, 17).day, kNever);
  EXPECT_NEAR(left, 1e-14, 1e-15);
  left = 2.0;
  EXPECT_EQ(use_hazard(left, 1e300, 10, 17).day, 11);
}

TEST(Turn, goes_by_the_hour_and_ends_with_death) {
  PlanBuffer buffer;
  Plan header{};
  header.events = buffer.add(std::vector<Event>{{.ends_trial = 1}, {.fatal = 1}, {.ends_treatment = 1}});
  buffer.finish(header);
  const Plan& plan = buffer.plan();
  Course course{};
  course.off_drug.on = kNever;
  course.leaving.planned_on = kNever;
  for (EventCourse& event : course.event) event.day = kNever;
  const double lead[] = {0.2, 0.5, 0.9};
  for (int e = 0; e < 3; ++e) {
    course.event[e].lead = lead[e];
    course.event[e].day = 8;
    begin_episode(course, static_cast<std::uint32_t>(e), 8);
  }
  turn(plan, course, 8);
  EXPECT_EQ(course.leaving.why, Left::died);
  EXPECT_EQ(course.off_drug.on, 8);
  EXPECT_EQ(course.event[0].day, 8);  // for life tables: what only censors comes behind the day's events
  const bool has_had[] = {false, true, true};
  for (int e = 0; e < 3; ++e) {
    EXPECT_EQ(has_happened(course.event[e], 8), has_had[e]) << e;
    EXPECT_EQ(episodes_by(course, static_cast<std::uint32_t>(e), 20), has_had[e] ? 1u : 0u) << e;
  }
}

TEST(Condition, happens_when_it_has_held_often_enough_in_a_row) {
  Event event{};
  event.confirm = 2;
  Course course{};
  course.event[3].day = kNever;
  const bool holds[] = {true, false, true, true};
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(course.event[3].day, kNever) << i;
    meet_condition(event, 3, 10 * i, course, holds[i]);
  }
  EXPECT_EQ(course.event[3].day, 30);
}

TEST(Leaving, forgets_what_was_still_to_come) {
  Course course{};
  for (EventCourse& event : course.event) event.day = kNever;
  course.event[0].day = 9;
  course.event[1].day = 10;
  course.event[2].day = 11;
  leave(course, Left::stopped, 10);
  EXPECT_EQ(course.event[0].day, 9);
  EXPECT_EQ(course.event[1].day, 10);
  EXPECT_EQ(course.event[2].day, kNever);
}

TEST(Episodes, are_counted_one_by_one_through_the_longest_trial) {
  Course course{};
  constexpr std::int32_t days = 36525 + 3650;
  for (std::int32_t day = 1; day <= days; ++day) begin_episode(course, 0, day);
  EXPECT_EQ(episodes_by(course, 0, days), static_cast<std::uint32_t>(days));
}

TEST(Leaving, forgets_an_episode_that_was_still_to_come) {
  Course course{};
  for (EventCourse& event : course.event) event.day = kNever;
  for (EventCourse& event : course.event) event.episode_day = kNever;
  course.event[0].day = 3;
  course.event[0].episode_day = 9;
  course.event[0].episodes = 2;
  course.event[1].day = course.event[1].episode_day = 12;
  course.event[1].episodes = 1;
  leave(course, Left::stopped, 8);
  EXPECT_EQ(episodes_by(course, 0, 20), 1u);
  EXPECT_EQ(episodes_by(course, 1, 20), 0u);
  EXPECT_EQ(episodes_by(course, 2, 20), 0u);
}

}  // namespace
}  // namespace vt
