#pragma once
#include "kernels/numerics/real.hpp"
#include "kernels/patient/course.hpp"

/// \file The way of a laboratory's result into the patient's file.

namespace vt { inline namespace VT_ISA {

/// A result reaches the patient's file.
VT_HD void put_on_file(Course& course, int result, double value) {
  const std::uint32_t bit = 1u << result;
  const bool is_first = (course.results_defined & bit) == 0;
  course.previous[result] = course.result[result];
  course.previous_defined |= course.results_defined & bit;
  course.lowest[result] = is_first ? value : lesser(course.lowest[result], value);
  course.highest[result] = is_first ? value : greater(course.highest[result], value);
  course.result[result] = value;
  course.results_defined |= bit;
}

/// A sample's result, which is due `wait_days` after `day`. Two of a kind can be under way: a third takes the place of
/// the second.
VT_HD void report(Course& course, Result which, double value, std::int32_t day, std::int32_t wait_days) {
  const int result = static_cast<int>(which);
  if (wait_days == 0) return put_on_file(course, result, value);
  UnderWay(&queue)[2] = course.under_way[result];
  queue[queue[0].is_set ? 1 : 0] = {value, day + wait_days, 1};
}

/// Files what is due by today.
VT_COLD void deliver(Course& course, std::int32_t day) {
  for (int result = 0; result < kResults; ++result) {
    UnderWay(&queue)[2] = course.under_way[result];
    while (queue[0].is_set && queue[0].due <= day) {
      put_on_file(course, result, queue[0].value);
      queue[0] = queue[1];
      queue[1].is_set = 0;
    }
  }
}

/// Bits of the results that are due today.
VT_COLD std::uint32_t due_today(const Course& course, std::int32_t day) {
  std::uint32_t results = 0;
  for (int result = 0; result < kResults; ++result)
    for (const UnderWay& one : course.under_way[result])
      if (one.is_set && one.due == day) results |= 1u << result;
  return results;
}

}}  // namespace vt
