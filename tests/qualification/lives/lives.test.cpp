/// \file What is tallied once a life is over: times to events, states at the end, pairs of lives; and runs that end
/// early.

#include <gtest/gtest.h>

#include <cmath>

#include "host/campaign/looks.hpp"
#include "output/statistics/log_rank.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// TOPS without its tallies; nobody decides on doses.
Scenario tops(int patients, std::vector<std::string> set = {}) {
  set.push_back("trial.patients=" + std::to_string(patients));
  Scenario scenario = read(scenario_path("tops.toml"), set);
  scenario.tallies.clear();
  return scenario;
}

AxisSpec by_arm() { return {.form = AxisForm::arm, .source = {}, .edges = {}, .text = "arm", .where = {}}; }

EventSpec hazard(const std::string& name, double per_day, bool is_fatal = false) {
  EventSpec event;
  event.name = name;
  event.hazard.number = per_day;
  event.every_day = 7;
  event.is_fatal = is_fatal;
  return event;
}

TallySpec times(const std::string& name, const std::string& event, std::vector<Text> competing = {},
                Estimand estimand = Estimand::itt) {
  TallySpec spec;
  spec.name = name;
  spec.kind = "time_to_event";
  spec.at = spec.score = {"end", {}};
  spec.events = {{event, {}}};
  spec.competing = std::move(competing);
  spec.estimand = estimand;
  return spec;
}

TallySpec score(const std::string& name, const std::string& formula, const std::string& at) {
  TallySpec spec;
  spec.name = name;
  spec.score = {formula, {}};
  spec.at = {at, {}};
  return spec;
}

TallySpec number(const std::string& name, const std::string& formula, const std::string& at, double low, double high,
                 const std::string& unit) {
  TallySpec spec = score(name, formula, at);
  spec.has_range = true;
  spec.low = low, spec.high = high, spec.unit = unit;
  return spec;
}

Estimate of(const Results& results, const std::string& name, const Statistic& statistic) {
  const ResultTally& t = tally(results, name);
  return estimate(t, pool(t, {}), statistic);
}

/// Within five standard errors: a false alarm in two million.
void expect_close(const Estimate& found, double expected) {
  EXPECT_NEAR(found.value, expected, 5 * found.standard_error);
  EXPECT_GT(found.standard_error, 0);
}

using Kind = Statistic::Kind;

TEST(TimesToEvents, follow_constant_hazards_that_compete) {
  Scenario scenario = tops(6000);
  for (ArmSpec& arm : scenario.arms) arm.leave_per_year = 0.5;
  const double h = 0.002, death = 0.001, leave = 0.5 / 365.25;
  scenario.events = {hazard("progression", h), hazard("death", death, true)};
  scenario.tallies = {times("alone", "progression"), times("competing", "progression", {{"death", {}}}),
                      times("on", "progression", {{"death", {}}}, Estimand::on_treatment),
                      times("composite", "progression", {{"death", {}}}, Estimand::composite),
                      times("either", "progression")};
  scenario.tallies[4].events.push_back({"death", {}});
  const Results results = simulate(scenario);
  for (const double day : {98.0, 364.0}) {
    // An event in the course of a day counts from the next day on, and leaving cuts the day's fraction off: at most
    // h·1 day, far below the error of the simulation.
    expect_close(of(results, "alone", {Kind::survival, 0, day, {}}), std::exp(-h * day));
    expect_close(of(results, "either", {Kind::survival, 0, day, {}}), std::exp(-(h + death) * day));
    for (const char* name : {"competing", "on"}) {
      const double either = 1 - std::exp(-(h + death) * day);
      expect_close(of(results, name, {Kind::incidence, 0, day, {}}), h / (h + death) * either);
      expect_close(of(results, name, {Kind::incidence, 0, day, "death"}), death / (h + death) * either);
    }
    const double all = h + death + leave;
    expect_close(of(results, "composite", {Kind::incidence, 0, day, {}}),
                 (h + leave) / all * (1 - std::exp(-all * day)));
  }
  for (const ResultTally& t : results.tallies) {
    const Pooled p = pool(t, {});
    std::int64_t sum = 0;
    for (const std::int64_t n : p.counts) sum += n;
    EXPECT_EQ(sum, 6000) << t.name;
    EXPECT_EQ(p.evaluable, 6000);
  }
}

TEST(TimesToEvents, end_at_the_first_visit_where_a_formula_holds) {
  const Scenario scenario = read(source_dir() + "/tests/qualification/lives/first.toml");
  const Results results = simulate(scenario);
  const ResultTally& t = tally(results, "first_late_visit");
  ASSERT_EQ(t.outcomes, (std::vector<std::string>{"event", "censored"}));
  const Pooled p = pool(t, {});
  for (std::size_t i = 0; i < t.times.size(); ++i) EXPECT_EQ(p.counts[i], t.times[i] == 90 ? 300 : 0) << t.times[i];
  EXPECT_EQ(of(results, "first_late_visit", {Kind::survival, 0, 89, {}}).value, 1);
  EXPECT_EQ(of(results, "first_late_visit", {Kind::survival, 0, 90, {}}).value, 0);
  // The same words that the documentation has.
  EXPECT_GT(value(results, "utility", "mean"), 0);
  EXPECT_EQ(tally(results, "utility").evaluable[0], 300);
}

TEST(Estimand, says_what_a_patient_who_stopped_counts_as) {
  Scenario scenario = tops(3000, {"trial.missed_visit=0"});
  for (ArmSpec& arm : scenario.arms) arm.leave_per_year = 1;
  for (VisitSpec& visit : scenario.visits) visit.missed = 0;
  scenario.tallies = {score("itt", "day > 0", "pcr"), score("on", "day > 0", "pcr"),
                      score("composite", "day > 0", "pcr"), score("end", "day > 0", "end")};
  scenario.tallies[1].estimand = Estimand::on_treatment;
  scenario.tallies[2].estimand = Estimand::composite;
  const Results results = simulate(scenario);
  const auto counts = [&](const char* name) { return pool(tally(results, name), {}); };
  const Pooled itt = counts("itt"), on = counts("on"), composite = counts("composite");
  EXPECT_LT(itt.events, itt.randomised);  // some have left
  EXPECT_EQ(on.randomised, itt.randomised);
  EXPECT_EQ(on.evaluable, on.events);
  EXPECT_EQ(on.events, itt.events);
  EXPECT_EQ(composite.evaluable, composite.randomised);
  EXPECT_EQ(composite.events, itt.events);
  EXPECT_EQ(counts("end").events, 3000);
}

TEST(Thresholds, count_what_a_condition_would_count) {
  Scenario scenario = tops(1500);
  scenario.tallies = {number("trough", "trough", "trough", 10, 20000, "ng/mL"),
                      score("above", "trough >= 1165", "trough")};
  scenario.tallies[0].thresholds = {500, 1165};
  const Results results = simulate(scenario);
  EXPECT_EQ(tally(results, "trough").above[1], tally(results, "above").events[0]);
  EXPECT_GT(tally(results, "trough").above[0], tally(results, "trough").above[1]);
  EXPECT_EQ(value(results, "trough", "above=1165"), value(results, "above", "proportion"));
}

TEST(RelativeDoseIntensity, is_what_was_taken_of_what_was_planned) {
  Scenario scenario = tops(600);
  scenario.adherence.taken_once_daily = scenario.adherence.taken_twice_daily = 1;
  for (ArmSpec& arm : scenario.arms) arm.rules.clear(), arm.leave_per_year = 0;
  scenario.tallies = {number("intensity", "relative_dose_intensity", "end", 0, 200, "%")};
  EXPECT_NEAR(value(simulate(scenario), "intensity", "mean"), 100, 1e-6);
  for (ArmSpec& arm : scenario.arms) arm.leave_per_year = 2;
  EXPECT_LT(value(simulate(scenario), "intensity", "mean"), 70);
}

Scenario counterfactual(int patients) {
  Scenario scenario = tops(patients, {"trial.allocation=counterfactual"});
  scenario.tallies = {score("mmr", "bcr_abl_is <= 0.1", "pcr"), score("pair", "bcr_abl_is @ 'month 12' <= 0.1", "end"),
                      number("difference", "trough @ 'month 12'", "end", -8000, 8000, "ng/mL")};
  scenario.tallies[0].by = {by_arm()};
  for (TallySpec* t : {&scenario.tallies[1], &scenario.tallies[2]})
    t->pair = {{scenario.arms[0].name, {}}, {scenario.arms[1].name, {}}};
  return scenario;
}

TEST(CounterfactualAllocation, gives_identical_patients_in_arms_that_are_alike) {
  Scenario scenario = counterfactual(1500);
  const std::string name = scenario.arms[1].name;
  scenario.arms[1] = scenario.arms[0];
  scenario.arms[1].name = name;
  const Results results = simulate(scenario);
  const ResultTally& pair = tally(results, "pair");
  EXPECT_GT(pair.counts[0], 300);
  EXPECT_EQ(pair.counts[1], 0);
  EXPECT_EQ(pair.counts[2], 0);
  EXPECT_GT(pair.counts[3], 300);
  const ResultTally& difference = tally(results, "difference");
  EXPECT_GT(difference.evaluable[0], 1000);
  EXPECT_EQ(difference.sum[0], 0);
  EXPECT_EQ(difference.square_low[0] + difference.square_high[0], 0);
  const ResultTally& mmr = tally(results, "mmr");
  EXPECT_EQ(mmr.events[0], mmr.events[1]);
  EXPECT_EQ(mmr.randomised[0], mmr.randomised[1]);
}

TEST(CounterfactualAllocation, lets_every_patient_live_as_in_a_trial_of_one_arm) {
  const Scenario both = counterfactual(700);
  const Results results = simulate(both);
  for (std::size_t a = 0; a < 2; ++a) {
    Scenario alone = both;
    alone.allocation = "randomised";
    alone.arms = {both.arms[a]};
    alone.block = 0;
    alone.tallies.resize(1);
    const Results single = simulate(alone);
    EXPECT_EQ(tally(results, "mmr").events[a], tally(single, "mmr").events[0]);
    EXPECT_EQ(tally(results, "mmr").evaluable[a], tally(single, "mmr").evaluable[0]);
    EXPECT_EQ(results.arms[a].patients, 700);
  }
  // The margins of the pair are the events at the last visit, of those who came in both lives.
  const ResultTally& pair = tally(results, "pair");
  EXPECT_EQ(pair.counts[0] + pair.counts[1] + pair.counts[2] + pair.counts[3], pair.evaluable[0]);
  EXPECT_GT(pair.counts[2], pair.counts[1]);  // twice the dose: more often in the second life only
  EXPECT_GT(value(results, "difference", "mean"), 500);
}

TEST(CounterfactualAllocation, compares_in_the_order_that_was_asked_for) {
  Scenario scenario = counterfactual(500);
  const Results results = simulate(scenario);
  for (TallySpec* t : {&scenario.tallies[1], &scenario.tallies[2]}) std::swap(t->pair[0], t->pair[1]);
  const Results turned = simulate(scenario);
  EXPECT_EQ(tally(results, "pair").counts[1], tally(turned, "pair").counts[2]);
  EXPECT_EQ(tally(results, "pair").counts[0], tally(turned, "pair").counts[0]);
  EXPECT_EQ(tally(results, "difference").sum[0], -tally(turned, "difference").sum[0]);
}

TEST(CounterfactualAllocation, does_not_depend_on_threads_or_blocks) {
  const Scenario scenario = counterfactual(500);
  RunOptions options;
  options.keep_records = true;
  options.threads = 1;
  const Results one = simulate(scenario, options);
  options.threads = 3, options.block = 37;
  const Results other = simulate(scenario, options);
  EXPECT_EQ(content_hash(one), content_hash(other));
}

TEST(StopWhen, ends_at_a_fixed_number_of_patients) {
  EXPECT_EQ(next_look(0, 100'000), 10'000u);
  EXPECT_EQ(next_look(10'000, 100'000), 20'000u);
  EXPECT_EQ(next_look(80'000, 100'000), 100'000u);
  EXPECT_EQ(next_look(0, 5'000), 5'000u);
  Scenario scenario = tops(60'000);
  scenario.duration_day = 40;
  scenario.visits = {scenario.visits[0]};
  scenario.visits[0].name = "once", scenario.visits[0].days = {29}, scenario.visits[0].labels = {"day 29"};
  for (ArmSpec& arm : scenario.arms) arm.rules.clear();
  scenario.rules.clear();
  scenario.tallies = {score("high", "trough >= 1165", "once")};
  scenario.stop_when = {{"high", {}}, 0.0035};  // √(p(1 − p)/n), p about 0.77: 14,500 patients
  RunOptions options;
  options.keep_records = true;
  const Results results = simulate(scenario, options);
  EXPECT_EQ(results.patients, 20'000u);
  EXPECT_EQ(tally(results, "high").randomised[0], 20'000);
  EXPECT_LE(largest_error(tally(results, "high")), 0.0035);
  options.threads = 1, options.block = 999;
  EXPECT_EQ(content_hash(simulate(scenario, options)), content_hash(results));
  scenario.stop_when = {};
  scenario.patients = 20'000;
  const Results whole = simulate(scenario, options);
  EXPECT_EQ(whole.records, results.records);
  EXPECT_EQ(tally(whole, "high").events, tally(results, "high").events);
}

Scenario two_hazards(int patients, int replicates) {
  Scenario scenario = tops(patients);
  scenario.replicates = static_cast<std::uint64_t>(replicates);
  for (ArmSpec& arm : scenario.arms) arm.rules.clear(), arm.leave_per_year = 0.3;
  EventSpec event = hazard("progression", 0);
  event.hazard = {};
  event.hazard.formula = "0.002*if(daily_dose_mg > 500, 2, 1)";
  scenario.events = {event, hazard("death", 0.001, true)};
  scenario.tallies = {times("progression", "progression", {{"death", {}}})};
  scenario.tallies[0].every_day = 1;
  scenario.columns = {{"male", {"male", {}}, {}}, {"responds", {"event.progression", {}}, {}}};
  AnalysisSpec test;
  test.name = name_of(test.kind = TestKind::log_rank);
  test.time = {"progression", {}};
  test.covariates = {{"arm", {}}};
  scenario.analyses = {test};
  test.name = name_of(test.kind = TestKind::cox);
  test.strata = {"male", {}};
  scenario.analyses.push_back(test);
  test.name = name_of(test.kind = TestKind::logistic);
  test.time = test.strata = {};
  test.response = {"responds", {}};
  test.covariates.push_back({"male", {}});
  scenario.analyses.push_back(test);
  return scenario;
}

TEST(TrialTable, tests_every_replicate) {
  const Results results = simulate(two_hazards(1200, 3));
  ASSERT_EQ(results.tests.size(), 3u);
  const ResultTest &rank = results.tests[0], &hazards = results.tests[1], &odds = results.tests[2];
  EXPECT_EQ(hazards.terms, (std::vector<std::string>{"400 mg BID"}));
  EXPECT_EQ(odds.terms, (std::vector<std::string>{"intercept", "400 mg BID", "male"}));
  std::int64_t events = 0;
  for (int r = 0; r < 3; ++r) {
    const auto i = static_cast<std::size_t>(r);
    EXPECT_EQ(rank.patients[i], 1200);
    EXPECT_LT(rank.p[i], 1e-4);
    EXPECT_NEAR(hazards.estimate[i], std::log(2), 5 * hazards.standard_error[i]);
    EXPECT_NEAR(odds.estimate[3 * i + 2], 0, 5 * odds.standard_error[3 * i + 2]);
    events += rank.events[i];
  }
  // The test sees the very patients of the tally, and replicates differ.
  const Pooled p = pool(tally(results, "progression"), {});
  std::int64_t counted = 0;
  for (std::size_t i = 0; i < tally(results, "progression").times.size(); ++i) counted += p.counts[i];
  EXPECT_EQ(events, counted);
  EXPECT_NE(rank.estimate[0], rank.estimate[1]);
}

TEST(TrialTable, does_not_change_with_threads_and_agrees_with_the_tally) {
  Scenario scenario = two_hazards(700, 1);
  scenario.tallies[0].by = {by_arm()};
  RunOptions options;
  options.threads = 1, options.block = 64;
  const Results one = simulate(scenario, options);
  options.threads = 2, options.block = 100;
  const Results two = simulate(scenario, options);
  EXPECT_EQ(one.tests[1].estimate, two.tests[1].estimate);
  EXPECT_EQ(content_hash(one), content_hash(two));
  // The log-rank test from the tally's life tables of single days, competitors censored.
  const ResultTally& t = tally(one, "progression");
  Stratum arms;
  for (std::size_t a = 0; a < 2; ++a) {
    RiskTable table = risk_table(t, single_cell(t, a));
    for (std::size_t i = 0; i < table.time.size(); ++i) table.censored[i] += table.events[1][i];
    arms.push_back(risk_table(table.time, {table.events[0]}, table.censored));
  }
  EXPECT_NEAR(log_rank({arms}).chi_square, one.tests[0].estimate[0], 1e-9);
}

}}  // namespace vt
