/// \file What rules do to doses and visits.

#include <gtest/gtest.h>

#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// TOPS without its rules; nobody leaves or misses a visit, nobody is held.
Scenario plain() {
  Scenario scenario = read(scenario_path("tops.toml"), {"trial.patients=600"});
  scenario.rules.clear();
  scenario.tallies.clear();
  for (ArmSpec& arm : scenario.arms) {
    arm.rules.clear();
    arm.leave_per_year = 0;
  }
  for (VisitSpec& v : scenario.visits) v.missed = 0;
  return scenario;
}

RuleSpec rule(const std::string& name, const std::string& at, const std::string& when, const std::string& action) {
  RuleSpec spec;
  spec.name = name;
  spec.at = {{at, {}}};
  spec.when = {when, {}};
  spec.action = find_action(action);
  return spec;
}

void add(Scenario& scenario, const RuleSpec& spec) {
  scenario.rules.push_back(spec);
  for (ArmSpec& arm : scenario.arms) arm.rules.push_back({spec.name, {}});
}

/// Multiplies the dose, unrounded.
RuleSpec multiply(const std::string& name, const std::string& at, const std::string& when, double factor) {
  RuleSpec spec = rule(name, at, when, "multiply dose");
  spec.dose.number = factor;
  spec.lowest_mg = 1;
  spec.highest_mg = 1e4;
  return spec;
}

/// Expects a condition to hold for everybody, on every day of a kind of visit.
void expect_always(Scenario scenario, const std::string& condition, const std::string& at) {
  TallySpec spec;
  spec.name = "holds";
  spec.score = {condition, {}};
  spec.at = {at, {}};
  scenario.tallies = {spec};
  const Results results = simulate(scenario);
  const Pooled all = pool(tally(results, "holds"), {});
  EXPECT_GT(all.evaluable, 0) << condition;
  EXPECT_EQ(all.events, all.evaluable) << condition;
  EXPECT_EQ(all.events, all.randomised) << condition;
}

VisitSpec visit(const std::string& name, std::vector<std::int32_t> days) {
  VisitSpec spec;
  spec.name = name;
  for (const std::int32_t day : days) spec.labels.push_back("day " + std::to_string(day));
  spec.days = std::move(days);
  return spec;
}

TEST(SetDose, follows_its_formula_in_whole_tablets_within_bounds) {
  Scenario scenario = plain();
  RuleSpec spec = rule("tdm", "trough", "day < 30", "set dose");
  spec.dose.formula = "daily_dose_mg*1000/trough";
  spec.strength_mg = 100;
  spec.lowest_mg = 200;
  spec.highest_mg = 800;
  add(scenario, spec);
  scenario.visits.push_back(visit("check", {30, 100, 365}));
  const std::string level = "(trough @ 'day 29')";
  // Once a day in one arm; in the other each of two intakes is a multiple of 100 mg. Arms 0 and 1 differ by half life:
  // the formula tells them apart by the first day's dose.
  const std::string once = "clamp(floor(400*1000/" + level + "/100 + 0.5)*100, 200, 800)";
  const std::string twice = "2*clamp(floor(800*1000/" + level + "/2/100 + 0.5)*100, 100, 400)";
  const std::string given = "if((dose_intensity_mg @ 'day 29') < 500, " + once + ", " + twice + ")";
  expect_always(scenario, "abs(daily_dose_mg - " + given + ") < 1e-9", "check");
  // What is prescribed is what was decided: 29 days on the first dose, the rest on the new one.
  expect_always(scenario,
                "abs(dose_intensity_mg*day - (29*(dose_intensity_mg @ 'day 29') + (day - 29)*" + given + ")) < 1e-6",
                "check");
  // Somebody is at each bound, and somebody is between them.
  for (const char* some : {"daily_dose_mg == 200", "daily_dose_mg == 800", "daily_dose_mg == 500"}) {
    TallySpec spec_of;
    spec_of.name = "some";
    spec_of.score = {some, {}};
    spec_of.at = {"check", {}};
    scenario.tallies = {spec_of};
    EXPECT_GT(pool(tally(simulate(scenario), "some"), {}).events, 0) << some;
  }
}

TEST(SetDose, gives_the_axis_of_doses_its_values) {
  Scenario scenario = plain();
  RuleSpec spec = rule("tdm", "trough", "day < 30", "set dose");
  spec.dose.formula = "daily_dose_mg*1000/trough";
  spec.lowest_mg = 250;
  spec.highest_mg = 800;
  spec.strength_mg = 100;
  add(scenario, spec);
  TallySpec by_dose;
  by_dose.name = "n";
  by_dose.score = {"day > 0", {}};
  by_dose.at = {"pcr", {}};
  AxisSpec axis;
  axis.form = AxisForm::daily_dose, axis.text = "daily_dose_mg";
  by_dose.by = {axis};
  scenario.tallies = {by_dose};
  const Results results = simulate(scenario);
  const ResultTally& n = tally(results, "n");
  EXPECT_EQ(n.evaluable.back(), 0);  // "not measured"
  EXPECT_GT(pool(n, {{"daily_dose_mg", 250.0}}).evaluable, 0);
  EXPECT_GT(pool(n, {{"daily_dose_mg", 500.0}}).evaluable, 0);

  scenario.rules[0].strength_mg = 0;  // any dose: no values
  Problems problems;
  EXPECT_FALSE(build_plan(scenario, problems).has_value());
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems.sorted()[0].text.find("bins(daily_dose_mg"), std::string::npos);
}

TEST(MultiplyDose, multiplies_the_present_dose_down_to_its_bound) {
  Scenario scenario = plain();
  RuleSpec spec = multiply("less", "dose_review", "day > 0", 0.75);
  spec.lowest_mg = 300;
  add(scenario, spec);
  const std::string first = "(dose_intensity_mg @ 'day 29')";  // before the first review
  // Tallies of a visit see the dose before its rules: the first change shows at the second review.
  expect_always(scenario, "abs(daily_dose_mg - " + first + ") < 1e-6 or month > 1.5", "dose_review");
  expect_always(scenario, "abs(daily_dose_mg - max(300, 0.75*" + first + ")) < 1e-6 or month < 1.5 or month > 2.5",
                "dose_review");
  expect_always(scenario, "daily_dose_mg == 300 or month < 6", "pcr");
}

TEST(Rule, rests_after_a_change_of_dose) {
  Scenario scenario = plain();
  RuleSpec spec = multiply("less", "dose_review", "day > 0", 0.9);
  spec.rest_day = 45;
  add(scenario, spec);
  // Reviews at months 1 to 6: changes at 1, 3 and 5.
  expect_always(scenario, "dose_changes == 3 or month < 6", "pcr");
  expect_always(scenario, "abs(days_since_change - (day - 152)) < 0.5 or month < 6", "pcr");
}

TEST(Rule, waits_for_confirmation_at_visits_in_a_row) {
  Scenario thrice = plain();
  RuleSpec spec = multiply("less", "dose_review", "day > 0", 0.9);
  spec.confirm = 3;
  add(thrice, spec);
  expect_always(thrice, "dose_changes == 2 or month < 7", "pcr");  // at months 3 and 6

  Scenario interrupted = plain();
  spec = multiply("less", "dose_review", "month < 1.5 or month > 2.5", 0.9);
  spec.confirm = 2;
  add(interrupted, spec);  // holds at 1, 3, 4, 5, 6: confirmed at 4 and 6
  expect_always(interrupted, "dose_changes == 2 or month < 7", "pcr");
  expect_always(interrupted, "otherwise(days_since_change, 0) == day - 183 or month < 7", "pcr");
}

TEST(Rule, orders_a_visit_that_other_rules_decide_at) {
  Scenario scenario = plain();
  VisitSpec control = visit("control", {});
  control.is_on_order = true;
  control.measure = {{"trough", {}}};
  scenario.visits.push_back(control);
  RuleSpec order = rule("order", "dose_review", "day > 0", "sample");
  order.sample = {"control", {}};
  order.after_day = 40;  // the review after it falls while it is outstanding: three orders in six reviews
  add(scenario, order);
  add(scenario, multiply("less", "control", "day > 0", 0.9));
  expect_always(scenario, "dose_changes == 3 or month < 9", "pcr");
  expect_always(scenario, "day - days_since_change == 152 + 40 or month < 9", "pcr");
  expect_always(scenario, "previous_trough == (trough @ 'day 29') or month > 3.5", "pcr");
}

TEST(Rule, resumes_what_another_holds) {
  Scenario scenario = plain();
  add(scenario, rule("hold", "dose_review", "month < 1.5", "hold"));
  add(scenario, rule("resume", "dose_review", "month > 1.5", "resume"));
  RunOptions options;
  options.keep_records = true;
  for (const Record& r : records(simulate(scenario, options))) {
    EXPECT_EQ(r.holds, 1u);
    EXPECT_EQ(r.days_held, 31u);
  }
  expect_always(scenario, "dose_changes == 0 and not on_hold", "pcr");
}

TEST(Rule, starts_and_stops_a_comedication) {
  Scenario scenario = plain();
  InteractionSpec drug;
  drug.perpetrator = "inducer";
  drug.fraction = 0;  // nobody takes it by himself
  drug.clearance_ratio = 2;
  scenario.interactions = {drug};
  scenario.visits.push_back(visit("change", {100, 200}));
  scenario.visits.push_back(visit("check", {100, 200, 300}));
  for (const char* what : {"start", "stop"}) {
    const bool starts = std::string(what) == "start";
    RuleSpec spec = rule(what, "change", starts ? "day < 150" : "day > 150", std::string(what) + " comedication");
    spec.comedication = {"inducer", {}};
    add(scenario, spec);
  }
  scenario.pk.entries["bioavailability_occasion_sd"].number = 0;
  scenario.adherence = {};
  scenario.adherence.model = "perfect";
  // Twice the clearance: the concentration averaged over weeks is half of what it was; then it is what it was.
  scenario.visits.push_back(visit("late", {199, 299}));
  const std::string before = "(mean_concentration_14d @ 'day 100')";
  expect_always(scenario, "day < 150 or day > 250 or abs(mean_concentration_14d/" + before + " - 0.5) < 0.01", "late");
  expect_always(scenario, "day < 250 or abs(mean_concentration_14d/" + before + " - 1) < 0.01", "late");
}

TEST(Results, have_a_history) {
  const std::string past[] = {"(trough @ 'day 29')", "(trough @ 'month 6')", "(trough @ 'month 9')",
                              "(trough @ 'month 12')"};
  Scenario scenario = plain();
  scenario.visits.push_back(visit("end", {365}));
  const std::string all = past[0] + ", " + past[1] + ", " + past[2] + ", " + past[3];
  expect_always(scenario, "previous_trough == " + past[2] + " and trough == " + past[3], "end");
  expect_always(scenario, "lowest_trough == min(" + all + ") and highest_trough == max(" + all + ")", "end");
}

}  // namespace
}  // namespace vt
