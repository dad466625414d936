#pragma once
#include "kernels/tally/cells.hpp"

/// \file How the time to an event is tallied: when a life's time ended, and by what.

namespace vt { inline namespace VT_ISA {

/// When a life's time to the event ended, and how: a cause, or n_causes where it was censored.
struct Ending {
  std::int32_t day;  ///< since the time began
  std::uint32_t outcome;
};

/// When the patient stopped taking the drug, or kNever; death is not stopping.
VT_HD Strike stop_of(const Course& course) {
  const bool has_left = course.leaving.why != Left::no && course.leaving.why != Left::died;
  const Strike left = has_left ? Strike{course.leaving.day, course.leaving.lead} : Strike{kNever, 0.0};
  const Strike end{course.off_drug.on, course.off_drug.lead};
  return strikes_before(left, end) ? left : end;
}

/// The last day on which a patient is known to have none of the tally's events: what is dated at the first of several
/// looks may be under way since the first look in a row at which it held.
VT_COLD std::int32_t known_until(const Plan& plan, const TallyPlan& tally, const Course& course, std::int32_t last) {
  for (std::uint32_t cause = 0; cause < tally.n_causes; ++cause)
    for (std::uint32_t e = 0; e < plan.events.count; ++e) {
      const EventCourse& event = course.event[e];
      const bool is_under_way = (tally.causes[cause] >> e & 1) && at(plan, plan.events, e).dated_first != 0 &&
                                event.day == kNever && event.streak != 0;
      const std::int32_t before = event.found_on > 0 ? event.found_on - 1 : 0;
      if (is_under_way && before < last) last = before;
    }
  return last;
}

/// The last day that is known of a life.
VT_HD std::int32_t last_day_of(const Plan& plan, const Course& course) {
  return course.leaving.why == Left::no ? plan.last_day : course.leaving.day;
}

/// Who has a time to an event at all: everybody, or those who have had the event at which it begins, and of them those
/// who are at risk from then on.
struct Beginning {
  std::int32_t day;
  bool is_there, is_at_risk;
};

/// At risk is who has had neither the event nor a competitor before, nor, where it matters, stopped. What is found
/// together with the event at which times begin comes after it, on day 0.
VT_COLD Beginning beginning_of(const Plan& plan, const TallyPlan& tally, const Course& course) {
  if (tally.from == 0) return {0, true, true};
  const EventCourse& event = course.event[tally.from - 1];
  const Strike from{event.day, event.lead};
  bool is_late = tally.estimand != Estimand::itt && strikes_before(stop_of(course), from);
  for (std::uint32_t cause = 0; cause < tally.n_causes; ++cause)
    for (std::uint32_t e = 0; e < plan.events.count; ++e)
      if (tally.causes[cause] >> e & 1)
        is_late = is_late || strikes_before(Strike{course.event[e].day, course.event[e].lead}, from);
  return {from.day, has_happened(event, last_day_of(plan, course)), !is_late};
}

/// Of events on one day that counts which struck first; of those found together the event before its competitors, these
/// before stopping, and that before censoring. \param from the day on which the time began
VT_COLD Ending ending_of(const Plan& plan, const TallyPlan& tally, const Course& course, std::int32_t from) {
  const Strike stop = stop_of(course);
  std::int32_t last = last_day_of(plan, course);
  if (tally.estimand == Estimand::on_treatment && stop.day < last) last = stop.day;
  std::uint32_t outcome = tally.n_causes;
  Strike first{kNever, 0.0};
  for (std::uint32_t cause = 0; cause < tally.n_causes; ++cause)
    for (std::uint32_t e = 0; e < plan.events.count; ++e) {
      const Strike strike{course.event[e].day, course.event[e].lead};
      if (!((tally.causes[cause] >> e & 1) && strike.day <= last && strikes_before(strike, first))) continue;
      first = strike;
      outcome = cause;
    }
  if (tally.estimand == Estimand::composite && stop.day <= last && strikes_before(stop, first))
    return {stop.day - from, 0};
  if (outcome < tally.n_causes) return {first.day - from, outcome};
  const std::int32_t until = known_until(plan, tally, course, last);
  return {tally.from != 0 && until < from ? 0 : until - from, outcome};
}

/// The interval of a day: the first one holds what happened up to day 0, the k-th what happened up to day k·length.
VT_HD std::uint32_t interval_of(const TallyPlan& tally, std::int32_t day) {
  const std::int32_t k = day <= 0 ? 0 : (day + tally.interval_days - 1) / tally.interval_days;
  return k < static_cast<std::int32_t>(tally.n_times) ? static_cast<std::uint32_t>(k) : tally.n_times - 1;
}

template <int L>
VT_COLD void add_times(const Plan& plan, const TallyPlan& tally, const Cohort<L>& cohort,
                       const std::uint64_t (&cell)[L], Visits<L>& visits, const TallyWords& words) {
  const std::uint64_t among = find_among(plan, tally.among, words, visits);
  for (int lane = 0; lane < cohort.patients; ++lane) {
    if (cohort.course[lane].rejected_by != 0 || has_lane(among, lane) == 0) continue;
    const Beginning begin = beginning_of(plan, tally, cohort.course[lane]);
    if (!begin.is_there) continue;
    const std::uint64_t first = tally.first_word + cell[lane] * tally.words_per_cell;
    words.add(first, 1);
    if (cohort.course[lane].failure != 0 || !begin.is_at_risk) continue;
    words.add(first + 1, 1);
    const Ending end = ending_of(plan, tally, cohort.course[lane], begin.day);
    words.add(first + kCommonWords + std::uint64_t{end.outcome} * tally.n_times + interval_of(tally, end.day), 1);
  }
}

/// Words a cell: patients by outcome and interval.
struct TimeTally {
  static constexpr TallyKindEntry entry = {.name = "time_to_event",
                                           .keys = {"event", "first", "at", "competing", "every", "from"},
                                           .words = "time to",
                                           .unit = "day",
                                           .results = "time_to_event"};
  static constexpr bool has_score = false;

  template <int L>
  static VT_HD void add_lives(const Plan& plan, const TallyPlan& tally, std::uint32_t /*life*/, const Cohort<L>& cohort,
                              const std::uint64_t (&cell)[L], Visits<L>& visits, Pairs<L>& /*pairs*/,
                              const TallyWords& words) {
    add_times(plan, tally, cohort, cell, visits, words);
  }
};

}}  // namespace vt
