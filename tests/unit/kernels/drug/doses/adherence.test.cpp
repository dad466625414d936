/// \file How doses are missed, by simulation: levels, runs, holidays. Each tolerance is about five standard deviations.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "kernels/day.hpp"
#include "kernels/people/traits.hpp"

namespace vt { namespace {

constexpr int kLanes = 64;

/// Odds and chances of patients who take the share `taken` of their doses, each by itself.
HabitTraits by_chance(double taken) { return {(1 - taken) / taken, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1e9}; }

HabitTraits markov(double taken, double miss_after_miss) {
  HabitTraits t = by_chance(taken);
  t.begin_miss = t.end_miss = 1 - miss_after_miss;
  return t;
}

/// Misses of which the share .48 lies in holidays (.75 to go on for another day), the rest in short runs (.135).
HabitTraits three_state(double taken) {
  HabitTraits t = by_chance(taken);
  t.begin_miss = 0.52 * 0.865;
  t.end_miss = 0.865;
  t.begin_holiday = 0.48 * 0.25;
  t.end_holiday = 0.25;
  return t;
}

/// The doses (0, 1, 2) of 64 patients, intake after intake.
using Doses = std::vector<std::array<int, kLanes>>;

struct Schedule {
  int intakes = 1;
  double miss_odds = 1;
};

Doses live(Missing missing, const HabitTraits& traits, int days, Schedule schedule = {}) {
  Plan plan{};
  plan.intakes = static_cast<std::uint32_t>(schedule.intakes);
  plan.drug.adherence.missing = missing;
  auto cohort = std::make_unique<Cohort<kLanes>>();
  for (int lane = 0; lane < kLanes; ++lane) {
    cohort->id.put(lane, {static_cast<std::uint64_t>(lane)});
    cohort->habit_traits.put(lane, traits);
    cohort->habit.put(lane, habit_at_start(traits));
    for (int i = 0; i < schedule.intakes; ++i)
      cohort->prescription[i].put(
          lane, {400, 6 + i * 24.0 / schedule.intakes, 0, 0, 1, std::uint64_t{1} << 32, schedule.miss_odds});
  }
  Doses doses;
  for (int day = 0; day < days; ++day) {
    take_doses<Variant::zero_order>(plan, day, *cohort);
    for (int i = 0; i < schedule.intakes; ++i) {
      doses.emplace_back();
      for (int lane = 0; lane < kLanes; ++lane)
        doses.back()[static_cast<std::size_t>(lane)] = static_cast<int>(cohort->intake[i][lane].swallowed_mg / 400);
    }
  }
  return doses;
}

double share_taken(const Doses& doses, std::size_t from = 0, std::size_t to = ~std::size_t{0}) {
  double taken = 0, n = 0;
  for (std::size_t i = from; i < std::min(to, doses.size()); ++i)
    for (const int dose : doses[i]) {
      taken += dose > 0 ? 1 : 0;
      n += 1;
    }
  return taken / n;
}

/// Missed doses by the length of their run; runs at either end of the time are left out.
std::vector<double> missed_by_run(const Doses& doses) {
  std::vector<double> missed(1000);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    std::size_t run = 0;
    bool is_first = true;
    for (const auto& dose : doses) {
      if (dose[lane] == 0) {
        ++run;
        continue;
      }
      if (!is_first && run > 0) missed[std::min(run, missed.size() - 1)] += static_cast<double>(run);
      is_first = false;
      run = 0;
    }
  }
  return missed;
}

double sum_from(const std::vector<double>& x, std::size_t from) {
  double sum = 0;
  for (std::size_t i = from; i < x.size(); ++i) sum += x[i];
  return sum;
}

TEST(Alone, every_dose_is_taken_with_the_patients_probability) {
  const Doses doses = live(Missing::alone, by_chance(0.8), 4000);
  EXPECT_NEAR(share_taken(doses), 0.8, 0.004);  // SD 0.0008
  const auto missed = missed_by_run(doses);
  // Of the missed doses (1 − q)²·k·q^(k − 1) lie in runs of k, q = .2.
  EXPECT_NEAR(missed[1] / sum_from(missed, 1), 0.64, 0.015);
  EXPECT_NEAR(missed[2] / sum_from(missed, 1), 0.256, 0.015);
}

/// Whether and when: every slot's doses by schedule of many days. The time is that of a dose that is missed, too.
struct Chances {
  std::array<double, kIntakesPerDay> taken, time_h;
};

std::vector<Chances> chances_by_schedule(std::uint32_t intakes, int days) {
  Plan plan{};
  plan.intakes = intakes;
  auto cohort = std::make_unique<Cohort<kLanes>>();
  for (int lane = 0; lane < kLanes; ++lane) {
    cohort->id.put(lane, {static_cast<std::uint64_t>(lane)});
    for (std::uint32_t i = 0; i < intakes; ++i)
      cohort->prescription[i].put(lane, {400, 20, 2, 0, 1, bernoulli_threshold(0.75), 1});
  }
  std::vector<Chances> chances;
  for (int day = 0; day < days; ++day) {
    take_doses<Variant::first_order>(plan, day, *cohort);
    for (int lane = 0; lane < kLanes; ++lane) {
      Chances& c = chances.emplace_back();
      for (std::uint32_t i = 0; i < intakes; ++i) {
        c.taken[i] = cohort->intake[i][lane].swallowed_mg > 0 ? 1 : 0;
        c.time_h[i] = cohort->intake[i][lane].start_h;
      }
    }
  }
  return chances;
}

template <class A, class B>
double covariance(const std::vector<Chances>& chances, A a, B b) {
  double sum_a = 0, sum_b = 0, sum = 0;
  for (const Chances& c : chances) {
    sum_a += a(c);
    sum_b += b(c);
    sum += a(c) * b(c);
  }
  const auto n = static_cast<double>(chances.size());
  return sum / n - (sum_a / n) * (sum_b / n);
}

// Two slots share a draw; its words have nothing to do with each other. 64,000 days of a patient: the SD of a
// correlation is .004.
TEST(BySchedule, whether_and_when_a_slots_dose_is_taken_is_independent_of_all_other) {
  const auto chances = chances_by_schedule(kIntakesPerDay, 1000);
  const double sd_taken = std::sqrt(0.75 * 0.25), sd_time = 2;
  for (std::size_t i = 0; i < kIntakesPerDay; ++i) {
    const auto taken = [=](const Chances& c) { return c.taken[i]; };
    const auto time = [=](const Chances& c) { return c.time_h[i]; };
    EXPECT_NEAR(covariance(chances, taken, taken), sd_taken * sd_taken, 0.004) << i;
    EXPECT_NEAR(covariance(chances, time, time), sd_time * sd_time, 0.12) << i;
    for (std::size_t j = 0; j < kIntakesPerDay; ++j) {
      const auto other_taken = [=](const Chances& c) { return c.taken[j]; };
      const auto other_time = [=](const Chances& c) { return c.time_h[j]; };
      EXPECT_NEAR(covariance(chances, taken, other_time) / (sd_taken * sd_time), 0, 0.02) << i << j;
      if (i == j) continue;
      EXPECT_NEAR(covariance(chances, taken, other_taken) / (sd_taken * sd_taken), 0, 0.02) << i << j;
      EXPECT_NEAR(covariance(chances, time, other_time) / (sd_time * sd_time), 0, 0.02) << i << j;
    }
  }
}

// However many slots there are: a slot's dose is the same.
TEST(BySchedule, a_slot_has_its_chances_however_many_there_are) {
  const auto all = chances_by_schedule(4, 3);
  for (const std::uint32_t intakes : {1u, 2u, 3u}) {
    const auto some = chances_by_schedule(intakes, 3);
    for (std::size_t k = 0; k < all.size(); ++k)
      for (std::uint32_t i = 0; i < intakes; ++i) {
        ASSERT_EQ(some[k].taken[i], all[k].taken[i]);
        ASSERT_EQ(some[k].time_h[i], all[k].time_h[i]);
      }
  }
}

TEST(Alone, all_or_nothing) {
  EXPECT_EQ(share_taken(live(Missing::alone, by_chance(1), 1000)), 1);
  EXPECT_EQ(share_taken(live(Missing::alone, by_chance(1e-12), 1000)), 0);
}

// Twice daily the odds of missing double: .9 becomes .9/(.9 + 2·.1).
TEST(Alone, odds_of_missing_go_by_the_schedule) {
  const Doses doses = live(Missing::alone, by_chance(0.9), 2000, {2, 2.0});
  EXPECT_NEAR(share_taken(doses), 0.9 / 1.1, 0.004);
  EXPECT_NEAR(share_taken(live(Missing::in_runs, markov(0.9, 0.35), 2000, {2, 2.0})), 0.9 / 1.1, 0.006);
}

// A = .92, q = .35: p = .0565. A = .75, q = .5: p = .1667. A mean run has 1/(1 − q) doses.
TEST(Markov, has_its_level_and_its_runs) {
  for (const auto& [taken, again] : {std::pair(0.92, 0.35), {0.75, 0.5}, {0.5, 0.0}}) {
    const Doses doses = live(Missing::in_runs, markov(taken, again), 4000);
    EXPECT_NEAR(share_taken(doses), taken, 0.007);
    double after_miss = 0, missed_after_miss = 0, after_take = 0, missed_after_take = 0;
    for (std::size_t i = 1; i < doses.size(); ++i)
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const bool is_missed = doses[i][lane] == 0;
        (doses[i - 1][lane] == 0 ? after_miss : after_take) += 1;
        (doses[i - 1][lane] == 0 ? missed_after_miss : missed_after_take) += is_missed ? 1 : 0;
      }
    EXPECT_NEAR(missed_after_miss / after_miss, again, 0.02);
    EXPECT_NEAR(missed_after_take / after_take, (1 - taken) * (1 - again) / taken, 0.005);
  }
}

// Of 100 doses missed 42 are missed alone, 15 in pairs, 43 in runs of three days or more (after Vrijens 2008).
TEST(ThreeState, has_runs_of_both_kinds) {
  for (const double taken : {0.9, 0.6}) {
    const Doses doses = live(Missing::in_runs, three_state(taken), 6000);
    EXPECT_NEAR(share_taken(doses), taken, 0.01);
    const auto missed = missed_by_run(doses);
    const double all = sum_from(missed, 1);
    EXPECT_NEAR(missed[1] / all, 0.42, 0.02);
    EXPECT_NEAR(missed[2] / all, 0.15, 0.02);
    EXPECT_NEAR(sum_from(missed, 3) / all, 0.43, 0.02);
  }
}

// Below a level of .363 the runs do not fit between doses that are taken: they last longer, the level holds.
TEST(ThreeState, keeps_a_low_level) {
  EXPECT_NEAR(share_taken(live(Missing::in_runs, three_state(0.2), 6000), 100), 0.2, 0.02);
  EXPECT_EQ(share_taken(live(Missing::in_runs, three_state(1e-12), 1000)), 0);
  EXPECT_EQ(share_taken(live(Missing::in_runs, three_state(1), 1000)), 1);
}

/// Whole days off in a row, of patients who otherwise take everything.
std::vector<double> holidays(const Doses& doses, int intakes) {
  std::vector<double> missed = missed_by_run(doses);
  std::vector<double> count(60);
  for (std::size_t run = 1; run < missed.size(); ++run) {
    if (missed[run] == 0) continue;
    EXPECT_EQ(run % static_cast<std::size_t>(intakes), 0u);
    count.at(run / static_cast<std::size_t>(intakes)) += missed[run] / static_cast<double>(run);
  }
  return count;
}

TEST(Holidays, begin_at_their_rate_per_calendar_time_and_have_even_lengths) {
  HabitTraits traits = by_chance(1);
  traits.holidays_per_day = 0.02;
  traits.shortest_day = 3;
  traits.span_day = 5;
  for (const int intakes : {1, 2, 3}) {
    const Doses doses = live(Missing::alone, traits, 6000, {intakes, 1.0});
    // Between two holidays of 5 days lie .98/.02 = 49 days with the drug.
    EXPECT_NEAR(share_taken(doses), 49 / 54.0, 0.01) << intakes;
    const auto count = holidays(doses, intakes);
    double all = 0;
    for (std::size_t days = 0; days < count.size(); ++days) all += count[days];
    for (std::size_t days = 3; days <= 7; ++days) EXPECT_NEAR(count[days] / all, 0.2, 0.03) << days;
  }
}

TEST(Holidays, of_geometric_length_count_days_on_any_schedule) {
  HabitTraits traits = by_chance(0.9);
  traits.begin_holiday = traits.end_holiday = 0.25;  // all misses are holidays of 4 days on average
  for (const int intakes : {1, 3}) {
    const Doses doses = live(Missing::in_runs, traits, 6000, {intakes, 2.0});
    EXPECT_NEAR(share_taken(doses), 0.9, 0.01) << intakes;
    const auto count = holidays(doses, intakes);
    double all = 0, days = 0;
    for (std::size_t length = 0; length < count.size(); ++length) {
      all += count[length];
      days += count[length] * static_cast<double>(length);
    }
    EXPECT_NEAR(days / all, 4, 0.2) << intakes;
  }
}

// The logit of the level falls by 1 a year: .9, .768, .549, .31.
TEST(Decline, takes_the_same_off_the_logit_every_year) {
  HabitTraits traits = markov(0.9, 0.35);
  traits.growth_per_day = std::expm1(1 / 365.25);
  const Doses doses = live(Missing::in_runs, traits, 1200);
  for (const std::size_t day : {365u, 730u, 1095u}) {
    const double expected = 1 / (1 + std::exp(day / 365.25) / 9);
    EXPECT_NEAR(share_taken(doses, day - 30, day + 30), expected, 0.05) << day;
  }
}

TEST(Habits, end_when_the_patient_stops) {
  HabitTraits traits = by_chance(1);
  traits.stops_on_day = 99.5;
  const Doses doses = live(Missing::alone, traits, 200);
  EXPECT_EQ(share_taken(doses, 0, 100), 1);
  EXPECT_EQ(share_taken(doses, 100), 0);
}

TEST(DoubleDoses, follow_a_miss_or_are_mistakes) {
  for (const Missing missing : {Missing::alone, Missing::in_runs}) {
    HabitTraits traits = markov(0.8, 0.2);
    traits.double_after_miss = 0.5;
    traits.double_by_mistake = 0.01;
    const Doses doses = live(missing, traits, 4000);
    EXPECT_NEAR(share_taken(doses), 0.8, 0.005);
    double after_miss = 0, after_take = 0, doubled_after_miss = 0, doubled_after_take = 0;
    for (std::size_t i = 1; i < doses.size(); ++i)
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        if (doses[i][lane] == 0) continue;
        (doses[i - 1][lane] == 0 ? after_miss : after_take) += 1;
        (doses[i - 1][lane] == 0 ? doubled_after_miss : doubled_after_take) += doses[i][lane] == 2 ? 1 : 0;
      }
    EXPECT_NEAR(doubled_after_miss / after_miss, 0.5, 0.02);
    EXPECT_NEAR(doubled_after_take / after_take, 0.01, 0.0015);
  }
}

// While nothing is prescribed runs of misses stand still, holidays go by.
TEST(Habits, go_on_through_a_hold) {
  Occasion held{10, 1, 0.5, 0.5, 1, 0};
  const HabitTraits t = three_state(0.9);
  EXPECT_EQ(decide_in_runs({kMissed, 0, 1.0 / 9, 0, 0}, t, held).last, kMissed);
  EXPECT_EQ(decide_in_runs({kTook, 0, 1.0 / 9, 0, 0}, t, held).last, kTook);
  held.u = 0.24;
  EXPECT_EQ(decide_in_runs({kOnHoliday, 0, 1.0 / 9, 0, 0}, t, held).last, kTook);
  held.u = 0.26;
  EXPECT_EQ(decide_in_runs({kOnHoliday, 0, 1.0 / 9, 0, 0}, t, held).last, kOnHoliday);
  held.u = 0.99;  // above 1 − .48·.25/9
  EXPECT_EQ(decide_in_runs({kTook, 0, 1.0 / 9, 0, 0}, t, held).last, kOnHoliday);
  EXPECT_EQ(decide_alone({kTook, 2.5, 0, 0, 0}, by_chance(1), held).holiday_days, 1.5);
}

}  // namespace
}  // namespace vt
