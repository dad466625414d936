#pragma once
#include "kernels/numerics/philox.hpp"
#include "kernels/plan.hpp"

/// \file How patients with a way of their own miss doses: by chance alone, in runs, on holidays from the drug. One
/// uniform number of 32 bits decides about one intake, so that chances count in steps of 2^-32.

namespace vt { inline namespace VT_ISA {

/// What became of the last dose.
inline constexpr double kTook = 0.0, kMissed = 1.0, kOnHoliday = 2.0;

/// A patient's way with the drug. The odds of missing are (1 − A)/A for a share A of doses taken once daily.
struct HabitTraits {
  double odds;                                  ///< on the day of the first dose
  double growth_per_day;                        ///< relative growth of the odds
  double begin_miss, end_miss;                  ///< in runs: chance per unit of odds to begin one, chance to end it
  double begin_holiday, end_holiday;            ///< the same for long runs, which begin and end with the day
  double holidays_per_day;                      ///< by chance alone: chance that a holiday begins
  double shortest_day, span_day;                ///< its length is even on [shortest, shortest + span), rounded down
  double double_after_miss, double_by_mistake;  ///< chance that a dose taken is a double one
  double stops_on_day;                          ///< from here on nothing is taken
  double starts_on_day;                         ///< of the first dose that is prescribed
};

/// Where a patient stands. `doses` and `time` are those of the intake that is being decided.
struct Habit {
  double last;          ///< kTook, kMissed or kOnHoliday
  double holiday_days;  ///< left of a holiday of drawn length; there is none below 1
  double odds;          ///< of missing a dose today, once daily
  double doses;         ///< 0, 1 or 2
  double time;          ///< a uniform number for the time of the intake
};

/// An intake to be decided. Holidays begin and end at the first of a day, by the calendar: also when the drug is held.
struct Occasion {
  double day;
  double is_first;   ///< of the day: 1 or 0
  double u;          ///< uniform
  double time;       ///< uniform
  double miss_odds;  ///< times those of once daily
  double is_due;     ///< 1, or 0 if no dose is prescribed
};

/// The odds of missing of a share of doses taken once daily.
VT_HD double odds_of_missing(double taken) {
  constexpr double least_taken = 1e-12;
  const double share = greater(taken, least_taken);
  return (1.0 - share) / share;
}

/// 1 dose or, with the chance of the patient, 2; `u` is below `taken_below`.
VT_HD double dose_or_two(const HabitTraits& t, double last, double u, double taken_below) {
  const double chance = last > kTook ? t.double_after_miss : t.double_by_mistake;
  return u < taken_below * chance ? 2.0 : 1.0;
}

VT_HD double odds_today(const HabitTraits& t, const Habit& h, const Occasion& o) {
  constexpr double most = 1e12;
  const double grows = o.day >= t.starts_on_day ? o.is_first : 0.0;
  return lesser(fma(h.odds * grows, t.growth_per_day, h.odds), most);
}

/// Every dose by itself; holidays of drawn length begin at any time by the calendar.
VT_HD Habit decide_alone(const Habit& h, const HabitTraits& t, const Occasion& o) {
  const double odds = odds_today(t, h, o);
  const double rest = greater(h.holiday_days - o.is_first, 0.0);
  const double begins_above = fma(-t.holidays_per_day, o.is_first, 1.0);
  const double length = fma(t.span_day, (o.u - begins_above) / greater(1.0 - begins_above, 0x1p-53), t.shortest_day);
  const double begun = o.u >= begins_above ? length : 0.0;
  const double holiday = rest >= 1.0 ? rest : begun;
  const double taken_below = begins_above / fma(odds, o.miss_odds, 1.0);
  const double doses = o.u < taken_below ? dose_or_two(t, h.last, o.u, taken_below) : 0.0;
  const double taken = holiday >= 1.0 ? 0.0 : doses;
  const double last = taken > 0.0 ? kTook : kMissed;
  return {o.is_due > 0.0 ? last : h.last, holiday, odds, o.day < t.stops_on_day ? taken : 0.0, o.time};
}

/// Misses in runs of two kinds, short ones that count doses and holidays that count days; between two runs lies a dose
/// that is taken. Where the odds ask for more runs than fit in, they last longer instead.
VT_HD Habit decide_in_runs(const Habit& h, const HabitTraits& t, const Occasion& o) {
  const double odds = odds_today(t, h, o);
  const double miss = t.begin_miss * odds * o.miss_odds;
  const double holiday = t.begin_holiday * odds;
  const double fit = 1.0 / greater(1.0, miss + holiday);
  const double begin_holiday = holiday * fit * o.is_first;
  const double holiday_above = 1.0 - begin_holiday;
  const double end_holiday = t.end_holiday * fit * o.is_first;
  const double after_miss = h.last == kMissed ? t.end_miss * fit : end_holiday;
  const double taken_below = h.last == kTook ? holiday_above - miss * fit : after_miss;
  const double begun = o.u >= holiday_above ? kOnHoliday : kMissed;
  const double missed = h.last == kTook ? begun : h.last;
  const double next_due = o.u < taken_below ? kTook : missed;
  // Nothing is prescribed: only holidays go on by the calendar.
  const double back = o.u < end_holiday ? kTook : kOnHoliday;
  const double home = h.last == kOnHoliday ? back : h.last;
  const double away = o.u >= holiday_above ? kOnHoliday : kTook;
  const double next_free = h.last == kTook ? away : home;
  const double taken = next_due == kTook ? dose_or_two(t, h.last, o.u, taken_below) : 0.0;
  return {o.is_due > 0.0 ? next_due : next_free, 0.0, odds, o.day < t.stops_on_day ? taken : 0.0, o.time};
}

}}  // namespace vt
