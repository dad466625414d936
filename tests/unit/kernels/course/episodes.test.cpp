#include "kernels/course/episodes.hpp"

#include <gtest/gtest.h>

namespace vt { namespace {

/// A course with an episode of grade 2 of event 3 that begins on day 10.
Course with_episode() {
  Course course{};
  course.off_drug.on = kNever;
  for (EventCourse& event : course.event) event.day = event.episode_day = event.changes_on = kNever;
  course.event[3].episodes = 1;
  course.event[3].day = course.event[3].episode_day = course.event[3].counted_from = 10;
  course.event[3].grade = 2;
  return course;
}

void will_change(Course& course, std::int32_t day, std::uint8_t grade) {
  course.event[3].changes_on = day;
  course.event[3].next_grade = grade;
}

TEST(Change, is_not_seen_before_its_day) {
  Course course = with_episode();
  EventCourse& event = course.event[3];
  EXPECT_EQ(grade_on(event, 9), 0u);
  EXPECT_EQ(worst_on(event, 9), 0u);
  will_change(course, 15, 3);
  for (const std::int32_t day : {14, 15}) {
    EXPECT_EQ(grade_on(event, day), day < 15 ? 2u : 3u);
    EXPECT_EQ(worst_on(event, day), day < 15 ? 2u : 3u);
  }
  make_change(course, 3, 14);
  EXPECT_EQ(event.grade, 2);
  make_change(course, 3, 15);
  will_change(course, 17, 2);
  EXPECT_EQ(grade_on(event, 17), 2u);
  EXPECT_EQ(worst_on(event, 17), 3u);
}

TEST(Change, that_ends_an_episode_ends_its_days) {
  Course course = with_episode();
  EventCourse& event = course.event[3];
  EXPECT_EQ(days_to_count(event, 9), 0);
  EXPECT_EQ(days_to_count(event, 12), 3);
  will_change(course, 15, 0);
  EXPECT_EQ(days_to_count(event, 14), 5);
  EXPECT_EQ(days_to_count(event, 30), 5);
  make_change(course, 3, 17);
  EXPECT_EQ(event.days, 5);
  EXPECT_EQ(days_to_count(event, 30), 0);
}

TEST(Days, are_not_counted_on_hold) {
  Course course = with_episode();
  EventCourse& event = course.event[3];
  close_day(course, 12);  // a hold begins at the visit of day 12
  course.holds.by = 1;
  EXPECT_EQ(event.days, 3);
  close_day(course, 15);
  will_change(course, 18, 1);
  make_change(course, 3, 18);
  EXPECT_EQ(event.days, 3);
  course.holds.by = 0;  // and ends at that of day 20
  count_days_again(course, 20);
  EXPECT_EQ(days_to_count(event, 22), 2);
  will_change(course, 25, 0);
  make_change(course, 3, 30);
  EXPECT_EQ(event.days, 3 + 4);
}

TEST(Episode, to_come_is_not_ended) {
  Course course = with_episode();
  end_episode(course.event[3], 9);
  EXPECT_EQ(course.event[3].grade, 2);
  end_episode(course.event[3], 10);
  EXPECT_EQ(course.event[3].grade, 0);
  EXPECT_EQ(worst_on(course.event[3], 11), 2u);
}

}  // namespace
}  // namespace vt
