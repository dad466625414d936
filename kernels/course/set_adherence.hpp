#pragma once
#include "kernels/cohort.hpp"

/// \file Rules that change how a patient takes the drug, for good or for a time. What a rule does not name stays as it
/// is; the patient's own way is kept, for factors on it and for the day on which it is back, and so is what was changed
/// for good, for the day on which it is back behind a change for a time.

namespace vt { inline namespace VT_ISA {

/// What can be changed, and wear off, by itself: bits of OwnHabits::changed.
inline constexpr std::uint32_t kOddsChanged = 1, kHolidaysChanged = 2, kStopChanged = 4;
/// The day on which nobody stops taking the drug.
inline constexpr double kNeverStops_day = 1e9;

/// x·(1 + growth)^days, by squaring.
VT_COLD double grown(double x, double growth, std::int32_t days) {
  constexpr double most = 1e12, finite = 1e300;
  double factor = 1.0 + growth, power = 1.0;
  for (; days > 0; days >>= 1, factor *= factor)
    if ((days & 1) != 0) power = lesser(power * factor, finite);
  return lesser(x * power, most);
}

/// Odds of missing that were so on the eve of day `since`, on the eve of a day. They grow from the first dose on, also
/// while others hold.
VT_COLD double odds_by(double odds, const OwnHabits& own, const HabitTraits& traits, std::int32_t day) {
  const auto first = static_cast<std::int32_t>(traits.starts_on_day);
  const std::int32_t from = own.since > first ? own.since : first, to = day > first ? day : first;
  return grown(odds, traits.growth_per_day, to - from);
}

/// Keeps what is in force before a rule changes it: as the patient's own, or, where it was changed for good and the
/// rule changes it for a time, as that.
VT_COLD void keep_odds(OwnHabits& own, const HabitTraits& traits, const Habit& habit, std::int32_t day) {
  const bool is_own = (own.changed & kOddsChanged) == 0, is_for_good = !is_own && own.odds_until == kNever;
  own.for_good.odds = is_for_good ? habit.odds : odds_by(own.for_good.odds, own, traits, day);
  own.own.odds = is_own ? habit.odds : odds_by(own.own.odds, own, traits, day);
  own.since = day;
  own.has_for_good |= is_for_good ? kOddsChanged : 0;
}

VT_COLD void keep_holidays(OwnHabits& own, const HabitTraits& traits) {
  const bool is_own = (own.changed & kHolidaysChanged) == 0, is_for_good = !is_own && own.holidays_until == kNever;
  if (!is_own && !is_for_good) return;
  WayOfTaking& way = is_own ? own.own : own.for_good;
  way.begin_miss = traits.begin_miss;
  way.begin_holiday = traits.begin_holiday;
  way.holidays_per_day = traits.holidays_per_day;
  own.has_for_good |= is_for_good ? kHolidaysChanged : 0;
}

/// The first day on which something of a patient's own is back.
VT_HD std::int32_t wears_off_on(const OwnHabits& own) {
  std::int32_t day = kNever;
  if ((own.changed & kOddsChanged) != 0 && own.odds_until < day) day = own.odds_until;
  if ((own.changed & kHolidaysChanged) != 0 && own.holidays_until < day) day = own.holidays_until;
  if ((own.changed & kStopChanged) != 0 && own.stop_until < day) day = own.stop_until;
  return day;
}

/// From today's doses on a patient takes the drug as the rule says. `odds` and `holidays`: what its formulas give.
template <int L>
VT_COLD void set_adherence(const Rule& rule, double odds, double holidays, std::int32_t day, Cohort<L>& cohort,
                           int lane) {
  OwnHabits& own = cohort.course[lane].own_habits;
  HabitTraits traits = cohort.habit_traits[lane];
  Habit habit = cohort.habit[lane];
  const std::int32_t until = rule.lasts_days > 0 ? day + rule.lasts_days : kNever;
  std::uint32_t changes = 0;
  if ((rule.adherence & (kSetsTaken | kTimesMissOdds)) != 0) {
    changes |= kOddsChanged;
    keep_odds(own, traits, habit, day);
    own.odds_until = until;
    own.changed |= kOddsChanged;
    habit.odds = (rule.adherence & kSetsTaken) != 0 ? odds_of_missing(odds) / (1.0 + traits.growth_per_day)
                                                    : own.own.odds * odds;
  }
  if ((rule.adherence & (kSetsHolidayRate | kSetsHolidayShare)) != 0) {
    changes |= kHolidaysChanged;
    keep_holidays(own, traits);
    own.holidays_until = until;
    own.changed |= kHolidaysChanged;
    if ((rule.adherence & kSetsHolidayRate) != 0) {
      traits.holidays_per_day = -expm1(-holidays);
    } else {
      traits.begin_miss = (1.0 - holidays) * traits.end_miss;
      traits.begin_holiday = holidays * traits.end_holiday;
    }
  }
  const bool is_back = (own.changed & kStopChanged) != 0;
  if ((rule.adherence & kRestarts) != 0 && (is_back || static_cast<double>(day) >= traits.stops_on_day)) {
    if (!is_back) own.stops_on_day = traits.stops_on_day;
    if (!is_back || own.stop_until != kNever) own.stop_until = until;
    own.changed |= kStopChanged;
    traits.stops_on_day = kNeverStops_day;
  }
  if (until == kNever) own.has_for_good &= ~changes;
  cohort.habit_traits.put(lane, traits);
  cohort.habit.put(lane, habit);
  const std::int32_t next = wears_off_on(own);
  if (next < cohort.wears_off_on) cohort.wears_off_on = next;
}

/// What is over today for a patient.
template <int L>
VT_COLD void wear_off(std::int32_t day, Cohort<L>& cohort, int lane) {
  OwnHabits& own = cohort.course[lane].own_habits;
  HabitTraits traits = cohort.habit_traits[lane];
  Habit habit = cohort.habit[lane];
  std::uint32_t over = 0;
  if (own.odds_until <= day) over |= kOddsChanged;
  if (own.holidays_until <= day) over |= kHolidaysChanged;
  if (own.stop_until <= day) over |= kStopChanged;
  over &= own.changed;
  const std::uint32_t lasts = over & own.has_for_good;
  if ((over & kOddsChanged) != 0)
    habit.odds = odds_by((lasts & kOddsChanged) != 0 ? own.for_good.odds : own.own.odds, own, traits, day);
  if ((over & kHolidaysChanged) != 0) {
    const WayOfTaking& way = (lasts & kHolidaysChanged) != 0 ? own.for_good : own.own;
    traits.begin_miss = way.begin_miss;
    traits.begin_holiday = way.begin_holiday;
    traits.holidays_per_day = way.holidays_per_day;
  }
  if ((over & kStopChanged) != 0) traits.stops_on_day = own.stops_on_day;
  if ((lasts & kOddsChanged) != 0) own.odds_until = kNever;
  if ((lasts & kHolidaysChanged) != 0) own.holidays_until = kNever;
  own.changed &= ~over | lasts;
  own.has_for_good &= ~over;
  cohort.habit_traits.put(lane, traits);
  cohort.habit.put(lane, habit);
}

/// Patients in whom what a rule has changed for a time is over: what was before holds from today's doses on.
template <int L>
VT_COLD void wear_off(std::int32_t day, Cohort<L>& cohort) {
  if (day < cohort.wears_off_on) return;
  cohort.wears_off_on = kNever;
  for (int lane = 0; lane < L; ++lane) {
    if (wears_off_on(cohort.course[lane].own_habits) <= day) wear_off(day, cohort, lane);
    const std::int32_t next = wears_off_on(cohort.course[lane].own_habits);
    if (next < cohort.wears_off_on) cohort.wears_off_on = next;
  }
}

}}  // namespace vt
