/// \file Events that ease, worsen, end and come back at rates, against Markov chains solved apart from the program.

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "kernels/failure.hpp"
#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// Everybody has a rash on day 1; `event`: how it goes on.
std::string trial(const std::string& event, const std::string& more = "") {
  return R"t(title = "rash"
[trial]
patients = 20000
duration = "280 day"
[pk]
model = "one_compartment"
absorption = "first_order"
clearance = "10 L/h"
volume = "250 L"
absorption_rate = "1 1/h"
source = "test"
basis = "assumed"
[[arm]]
name = "a"
regimen = { dose = "400 mg", every = "24 h" }
[[visit]]
name = "seen"
every = "14 day"
measure = []
[[tally]]
name = "over"
score = "not active.rash"
at = "seen"
by = ["visit"]
[[event]]
name = "rash"
hazard = "if(day < 1, 1000, 0)"
grades = [0.4, 0.3, 0.2, 0.1]
source = "test"
basis = "assumed"
)t" + event +
         "\n" + more;
}

std::string proportion(const std::string& name, const std::string& score, const std::string& at = "seen") {
  return "[[tally]]\nname = \"" + name + "\"\nscore = \"" + score + "\"\nat = \"" + at + "\"\nby = [\"visit\"]\n";
}

std::string grades_seen() {
  std::string out;
  for (const char* g : {"1", "2", "3", "4"})
    out += proportion(std::string("grade_") + g, std::string("grade.rash == ") + g);
  return out;
}

double share(const Results& results, const std::string& name, int day) {
  return value(results, name, "proportion", {{"visit", "day " + std::to_string(day)}});
}

Results run(const std::string& text, const std::vector<std::string>& set = {}, const RunOptions& options = {}) {
  const ScenarioFile file(text);
  return simulate(read(file.path(), set), options);
}

using Shares = std::array<double, 5>;  // over, grade 1 to 4
struct Rates {
  double recovery, easing, worsening, recurrence;
};
constexpr Shares kStart = {0, 0.4, 0.3, 0.2, 0.1};

/// Rate from state i to state j.
double rate(const Rates& r, std::size_t i, std::size_t j) {
  if (i == j) return 0;
  if (i == 0) return r.recurrence * kStart[j];
  return (j == 0 ? r.recovery : 0) + (j + 1 == i && j > 0 ? r.easing : 0) + (j == i + 1 ? r.worsening : 0);
}

/// One look: at most one change within `every` days.
Shares after_look(const Shares& before, const Rates& rates, double every) {
  Shares after{};
  for (std::size_t i = 0; i < 5; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < 5; ++j) sum += rate(rates, i, j);
    const double stays = std::exp(-sum * every);
    after[i] += before[i] * stays;
    for (std::size_t j = 0; j < 5 && sum > 0; ++j) after[j] += before[i] * (1 - stays) * rate(rates, i, j) / sum;
  }
  return after;
}

/// The chain in continuous time, by Euler steps of a thousandth of a day: relative error of the rates below 1e-4.
Shares in_continuous_time(Shares p, const Rates& rates, double days) {
  constexpr double step = 1e-3;
  for (double t = 0; t < days; t += step) {
    Shares change{};
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t j = 0; j < 5; ++j) {
        const double moved = p[i] * rate(rates, i, j) * step;
        change[j] += moved;
        change[i] -= moved;
      }
    for (std::size_t i = 0; i < 5; ++i) p[i] += change[i];
  }
  return p;
}

/// `tolerance` in SD of 20,000 patients: 4 are a false alarm in 16,000.
void expect_shares(const Results& results, int day, const Shares& expected, double beside = 0) {
  const char* names[] = {"over", "grade_1", "grade_2", "grade_3", "grade_4"};
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_NEAR(share(results, names[i], day), expected[i],
                4 * std::sqrt(expected[i] * (1 - expected[i]) / 20000) + beside)
        << names[i] << " on day " << day;
}

const Rates kRates = {0.02, 0.015, 0.01, 0.03};
const std::string kChanging = R"(recovery = "0.02 1/day"
easing = "0.015 1/day"
worsening = "0.01 1/day"
recurrence = { hazard = "0.03 1/day" }
)";

TEST(Changes, at_constant_rates_are_a_markov_chain_that_is_looked_at_each_day_or_each_week) {
  for (const int every : {1, 7}) {
    const Results results = run(trial(kChanging + "every = \"" + std::to_string(every) + " day\"", grades_seen()));
    // The rash of day 1 is there at the first look on which it may change: day 1, or day 7.
    Shares p = kStart;
    for (int day = every; day <= 280; day += every) {
      if (day % 14 == 0) expect_shares(results, day, p);
      p = after_look(p, kRates, every);
    }
  }
}

TEST(Changes, looked_at_each_day_are_those_of_continuous_time) {
  const Results results = run(trial(kChanging + "every = \"1 day\"", grades_seen()));
  for (const int day : {14, 56, 280})
    // Each stay is half a day longer on average: 2 % of what 0.035 a day, the fastest rate out of a state, changes.
    expect_shares(results, day, in_continuous_time(kStart, kRates, day - 1), 0.02 * 0.2);
  const double over = 0.02 / 0.05;
  EXPECT_NEAR(share(results, "over", 280), over, 4 * std::sqrt(over * (1 - over) / 20000) + 0.001);
}

TEST(Changes, at_rates_by_formula_follow_the_dose_from_the_next_look_on) {
  const std::string event = R"(recovery = "0.3*200/daily_dose_mg"
easing = "0.2*200/daily_dose_mg"
worsening = "0.02"
recurrence = { hazard = "0.5*daily_dose_mg/400" }
per = "week"
)";
  const std::string rule = R"([[rule]]
name = "less"
at = "seen"
when = "day == 140"
do = "set"
regimen = { dose = "200 mg", every = "24 h" }
)";
  const Results results = run(trial(event, rule + grades_seen()), {"arm.a.rules=[\"less\"]"});
  const Rates before = {0.15 / 7, 0.1 / 7, 0.02 / 7, 0.5 / 7}, behind = {0.3 / 7, 0.2 / 7, 0.02 / 7, 0.25 / 7};
  Shares p = kStart;
  for (int day = 7; day <= 280; day += 7) {
    if (day % 14 == 0) expect_shares(results, day, p);
    p = after_look(p, day <= 140 ? before : behind, 7);  // the look of day 140 comes before the visit
  }
}

TEST(Changes, of_grades_alone_leave_the_length_as_it_was) {
  const std::string lasts = "duration = { median = \"60 day\", sd_log = 0.5 }\n";
  const std::string more = proportion("mild", "active.rash and grade.rash == 1") +
                           proportion("worst", "worst_grade.rash >= 3") + proportion("severe", "severe.rash") +
                           "[[tally]]\nname = \"days\"\nscore = \"days_with.rash\"\nrange = [\"0 day\", \"512 day\"]\n"
                           "at = \"seen\"\nby = [\"visit\"]\n";
  const Results as_drawn = run(trial(lasts, more)), eased = run(trial(lasts + "easing = \"0.1 1/day\"", more)),
                worse = run(trial(lasts + "worsening = \"0.02 1/day\"", more));
  for (const int day : {14, 42, 84, 168}) {
    for (const Results* other : {&eased, &worse}) {
      EXPECT_EQ(share(as_drawn, "over", day), share(*other, "over", day));
      EXPECT_EQ(value(as_drawn, "days", "mean", {{"visit", "day " + std::to_string(day)}}),
                value(*other, "days", "mean", {{"visit", "day " + std::to_string(day)}}));
    }
    EXPECT_EQ(share(as_drawn, "worst", day), share(eased, "worst", day));  // it has been so bad
    EXPECT_EQ(share(worse, "severe", day), share(worse, "worst", day));
  }
  EXPECT_GT(share(eased, "mild", 42), 1.5 * share(as_drawn, "mild", 42));
  EXPECT_GT(share(worse, "worst", 84), share(as_drawn, "worst", 84) + 0.1);
  EXPECT_EQ(share(worse, "worst", 280), share(worse, "worst", 266));  // nearly all are over: nothing rises behind that
}

TEST(Recurrence, at_a_rate_follows_every_end) {
  // 5 days with, then an exponential wait of 20 days from the look behind the end on.
  const Results results =
      run(trial("duration = \"5 day\"\nevery = \"1 day\"\nrecurrence = { hazard = \"0.05 1/day\", "
                "grades = [1, 0, 0, 0] }",
                proportion("twice", "times.rash >= 2") + proportion("four", "grade.rash == 4")));
  for (const int day : {14, 28, 56}) {
    const double p = 1 - std::exp(-0.05 * (day - 6));
    EXPECT_NEAR(share(results, "twice", day), p, 4 * std::sqrt(p * (1 - p) / 20000)) << day;
    EXPECT_EQ(share(results, "four", day), 0);  // only the first one has grades above 1
  }
  const double with = 1 / (1 + 4 * 1.025);  // a wait of whole days: 1/(1 - exp(-0.05)) of them are 20.5
  EXPECT_NEAR(1 - share(results, "over", 280), with, 4 * std::sqrt(with * (1 - with) / 20000));
}

const std::string kRest = R"([[rule]]
name = "rest"
at = "seen"
when = "day == 14"
do = "hold"
until = "day >= 42"
)";

TEST(Hold, hides_what_recovers_and_ends_it_where_it_comes_back_at_a_rate) {
  const std::vector<std::string> set = {"arm.a.rules=[\"rest\"]"};
  const std::string seen = grades_seen() + proportion("twice", "times.rash >= 2");
  const Results hidden = run(trial("recovery = \"0.01 1/day\"", kRest + seen), set),
                ended = run(trial("recovery = \"0.01 1/day\"\nrecurrence = { hazard = \"0.02 1/day\" }", kRest + seen),
                            set);
  for (const Results* results : {&hidden, &ended}) {
    EXPECT_EQ(share(*results, "over", 28), 1);
    EXPECT_EQ(share(*results, "over", 42), 1);  // seen before the hold ends
  }
  // Behind the hold it goes on in those who have not recovered: looks of day 7, 14, … 49.
  double p = std::exp(-0.01 * 49);
  EXPECT_NEAR(1 - share(hidden, "over", 56), p, 4 * std::sqrt(p * (1 - p) / 20000));
  EXPECT_EQ(share(hidden, "twice", 280), 0);
  // It comes back from the look of day 49 on, behind the visit that ended the hold, in those who had it at its start or
  // before.
  p = 1 - std::exp(-0.02 * 7);
  EXPECT_NEAR(share(ended, "twice", 56) - share(ended, "twice", 42), p * (1 - share(ended, "twice", 42)),
              4 * std::sqrt(p * (1 - p) / 20000));
}

const std::string kWild = R"(recovery = "0.03 1/day"
easing = "0.03 1/day"
worsening = "0.03 1/day"
)";
const char* const kReturns[] = {"", "recurrence = { hazard = \"0.1 1/day\" }\n",
                                "recurrence = { probability = 0.9, mean_delay = \"5 day\" }\n"};

TEST(DaysWith, of_what_recovers_leave_days_on_hold_out) {
  const std::string more = R"([[visit]]
name = "daily"
every = "1 day"
measure = []
[[rule]]
name = "rest"
at = "seen"
when = "grade.rash >= 2"
do = "hold"
until = "day > 0"
[[tally]]
name = "days"
score = "days_with.rash"
range = ["0 day", "512 day"]
at = "daily"
by = ["visit"]
)" + proportion("active", "active.rash", "daily");
  for (const char* every : {"1", "5"})
    for (const char* again : kReturns) {
      const Results results = run(trial(kWild + again + "every = \"" + every + " day\"", more),
                                  {"trial.patients=2000", "trial.duration=150 day", "arm.a.rules=[\"rest\"]"});
      double days = 0;
      for (int day = 1; day <= 150; ++day) {
        days += share(results, "active", day);
        EXPECT_NEAR(value(results, "days", "mean", {{"visit", "day " + std::to_string(day)}}), days, 1e-6) << day;
      }
      EXPECT_LT(share(results, "active", 15), 0.6 * share(results, "active", 14));  // held
    }
}

// Holds, ends of treatment, stops and discontinuation, day by day for each patient. On days with a visit (every third)
// what is recorded is what rules have left behind.
TEST(Changes, are_remembered_as_they_were) {
  const std::string more = R"([[event]]
name = "over"
hazard = "0.002 1/day"
every = "5 day"
ends_treatment = true
source = "test"
basis = "assumed"
[[visit]]
name = "often"
every = "3 day"
measure = []
[[rule]]
name = "rest"
at = "often"
when = "grade.rash >= 3"
do = "hold"
until = "day > 0"
[[rule]]
name = "go"
at = "often"
when = "times.rash >= 5"
do = "stop"
[record]
patients = 2000
daily = ["active.rash", "days_with.rash", "grade.rash", "worst_grade.rash", "severe.rash", "times.rash"]
)";
  const std::vector<std::string> set = {"trial.patients=2000", "arm.a.rules=[\"rest\", \"go\"]",
                                        "arm.a.discontinuation=\"0.3 1/year\""};
  for (const char* every : {"1", "7", "without rules"})
    for (const char* again : kReturns) {
      const bool has_rules = every[0] != 'w';
      std::vector<std::string> how = set;
      if (!has_rules) how[1] = "arm.a.rules=[]";
      const std::string looks = has_rules ? std::string("every = \"") + every + " day\"" : "";
      const Results results = run(trial(kWild + again + looks, more), how);
      const DailyValues& daily = results.daily;
      const std::size_t days = daily.days.size();
      int severe = 0;
      for (std::size_t patient = 0; patient < 2000; ++patient) {
        double counted = 0, worst = 0, times = 0;
        for (std::size_t day = 0; day < days; ++day) {
          const auto at = [&](std::size_t name) { return daily.values[(patient * 6 + name) * days + day]; };
          if (std::isnan(at(0))) break;
          if (day % 3 != 0) {
            ASSERT_EQ(at(1) - counted, at(0)) << patient << " on day " << day << ", every " << every << again;
          } else {
            ASSERT_TRUE(at(1) == counted || at(1) == counted + 1);
          }
          counted = at(1);
          ASSERT_EQ(at(2) > 0, at(0) > 0);
          ASSERT_EQ(at(4), at(3) >= 3 ? 1 : 0);
          ASSERT_GE(at(3), std::max(worst, at(2)));
          if (!has_rules && at(5) == times) {  // what begins off drug is not seen, and nothing is hidden on hold
            ASSERT_EQ(at(3), std::max(worst, at(2)));
          }
          ASSERT_GE(at(5), times);
          worst = at(3);
          times = at(5);
        }
        severe += worst >= 3 ? 1 : 0;
      }
      EXPECT_GT(severe, 500);
    }
}

TEST(Changes, are_shared_by_arms_that_agree) {
  const std::string event =
      "recovery = \"if(daily_dose_mg > 300, 0.01, 0.05)\"\neasing = \"0.02\"\nworsening = "
      "\"0.01\"\nrecurrence = { hazard = \"0.02\" }";
  const std::string more = R"([[arm]]
name = "b"
regimen = { dose = "400 mg", every = "24 h" }
rules = ["less"]
[[rule]]
name = "less"
at = "seen"
when = "day == 140"
do = "set"
regimen = { dose = "200 mg", every = "24 h" }
[[tally]]
name = "grades"
score = "grade.rash"
range = [0, 8]
at = "seen"
by = ["arm", "visit"]
)";
  const Results results = run(trial(event, more), {"trial.allocation=counterfactual", "trial.patients=2000"});
  const auto mean = [&](const char* arm, int day) {
    return value(results, "grades", "mean", {{"arm", arm}, {"visit", "day " + std::to_string(day)}});
  };
  for (int day = 14; day <= 140; day += 14) EXPECT_EQ(mean("a", day), mean("b", day)) << day;
  for (int day = 168; day <= 280; day += 14) EXPECT_GT(mean("a", day), mean("b", day) + 0.2) << day;
}

TEST(Changes, whose_rate_is_an_error_fail_the_patients_who_have_the_event) {
  RunOptions options;
  options.keep_records = true;
  for (const char* key : {"recovery", "easing", "worsening"}) {
    const std::string error = std::string(key) + " = \"0*log(50 - day)\"",
                      negative = std::string(key) + " = \"0*day - 0.1\"";
    for (const Record& row : records(run(trial(error), {"trial.patients=100"}, options)))
      EXPECT_EQ(reason_of(row.failure), Failure::formula_domain) << key;
    for (const Record& row : records(run(trial(negative), {"trial.patients=100"}, options)))
      EXPECT_EQ(reason_of(row.failure), Failure::bad_value) << key;
    for (const Record& row :
         records(run(trial(negative), {"trial.patients=100", "event.rash.hazard=\"0 1/day\""}, options)))
      EXPECT_EQ(row.failure, 0u) << key;
  }
  for (const Record& row : records(run(trial("duration = \"5 day\"\nrecurrence = { hazard = \"-0.1*(day - 5)\" }"),
                                       {"trial.patients=100"}, options)))
    EXPECT_EQ(reason_of(row.failure), Failure::bad_value);
}

}  // namespace
}  // namespace vt
