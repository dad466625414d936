#pragma once
#include "kernels/cohort.hpp"

/// \file The way of a laboratory's result into the patient's file.

namespace vt { inline namespace VT_ISA {

VT_HD Filed with(const Filed& file, double result) {
  const bool is_first = file.results == 0.0;
  return {result, file.last, select(is_first, result, lesser(file.lowest, result)),
          select(is_first, result, greater(file.highest, result)), file.results + 1.0};
}

/// Keeps a result that is about to reach the file, where a window asks for it.
template <int L>
VT_HD void keep_result(const Plan& plan, Cohort<L>& cohort, int lane, int result, double value,
                       std::int32_t sampled_on) {
  const KeptResults kept = plan.kept_results[result];
  if (kept.count == 0) return;
  const auto before = static_cast<std::uint32_t>(cohort.file[result][lane].results);
  const std::uint32_t place = kept.first + before % kept.count;
  cohort.results[lane].value[place] = value;
  cohort.results[lane].sampled_on[place] = sampled_on;
}

/// A result reaches the patient's file.
template <int L>
VT_COLD void put_on_file(const Plan& plan, Cohort<L>& cohort, int lane, int result, double value,
                         std::int32_t sampled_on) {
  keep_result(plan, cohort, lane, result, value, sampled_on);
  cohort.file[result].put(lane, with(cohort.file[result][lane], value));
}

/// A sample's result, which is due `wait_days` after `day`. Two of a kind can be under way: a third takes the place of
/// the second.
template <int L>
VT_COLD void report(const Plan& plan, Cohort<L>& cohort, int lane, Result which, double value, std::int32_t day,
                    std::int32_t wait_days) {
  const int result = static_cast<int>(which);
  if (wait_days == 0) return put_on_file(plan, cohort, lane, result, value, day);
  UnderWay(&queue)[2] = cohort.course[lane].laboratory.under_way[result];
  queue[queue[0].is_set ? 1 : 0] = {value, day + wait_days, 1};
}

/// Results of today's samples of the patients in `who`.
template <int L>
VT_COLD void report(const Plan& plan, std::int32_t day, Result which, std::uint64_t who, const double (&value)[L],
                    Cohort<L>& cohort) {
  const std::int32_t wait = plan.assays.wait_days[static_cast<int>(which)];
  if (wait != 0 || !are_many<L>(who))
    return for_each<L>(who, [&](int lane) { report(plan, cohort, lane, which, value[lane], day, wait); });
  if (plan.kept_results[static_cast<int>(which)].count > 0)
    for_each<L>(who, [&](int lane) { keep_result(plan, cohort, lane, static_cast<int>(which), value[lane], day); });
  Lanes<Filed, L>& file = cohort.file[static_cast<int>(which)];
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const bool is_new = has_lane(who, lane) != 0;
    const Filed before = file[lane], now = with(before, value[lane]);
    file.put(lane, {select(is_new, now.last, before.last), select(is_new, now.previous, before.previous),
                    select(is_new, now.lowest, before.lowest), select(is_new, now.highest, before.highest),
                    select(is_new, now.results, before.results)});
  }
}

/// Files what is due by today.
template <int L>
VT_COLD void deliver(const Plan& plan, Cohort<L>& cohort, int lane, std::int32_t day) {
  for (int result = 0; result < kResults; ++result) {
    const std::int32_t delay = plan.assays.wait_days[result], waited = delay > 0 ? delay : 1;  // after a dose: a day
    UnderWay(&queue)[2] = cohort.course[lane].laboratory.under_way[result];
    while (queue[0].is_set && queue[0].due <= day) {
      put_on_file(plan, cohort, lane, result, queue[0].value, queue[0].due - waited);
      queue[0] = queue[1];
      queue[1].is_set = 0;
    }
  }
}

/// Bits of the results that are due today.
VT_COLD std::uint32_t due_today(const Course& course, std::int32_t day) {
  std::uint32_t results = 0;
  for (int result = 0; result < kResults; ++result)
    for (const UnderWay& one : course.laboratory.under_way[result])
      if (one.is_set && one.due == day) results |= 1u << result;
  return results;
}

}}  // namespace vt
