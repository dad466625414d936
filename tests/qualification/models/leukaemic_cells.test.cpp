/// \file Leukaemic cells by number beside normal ones: white cells, the clone's blood cells, what a laboratory counts.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

Expression of(double number) {
  Expression expression;
  expression.number = number;
  return expression;
}

/// TOPS without rules, leaving or missed visits. With a ratio of 0 normal cells are not counted.
Scenario beside_normal(double normal_ratio, double count_cv) {
  Scenario scenario = read(scenario_path("tops.toml"), {"trial.patients=2000"});
  scenario.rules.clear();
  scenario.tallies.clear();
  for (ArmSpec& arm : scenario.arms) {
    arm.rules.clear();
    arm.leave_per_year = 0;
  }
  for (VisitSpec& visit : scenario.visits) visit.missed = 0;
  scenario.model<Leukaemia>().entries["normal_ratio"] = of(normal_ratio);
  scenario.model<Leukaemia>().entries["white_cells_at_start"] = of(60);
  scenario.assays.entries["count_cv"] = of(count_cv);
  return scenario;
}

TallySpec tallied(const std::string& name, const std::string& score) {
  TallySpec spec;
  spec.name = name;
  spec.score = {score, {}};
  spec.at = {"blood_count", {}};
  return spec;
}

void expect_always(Scenario scenario, const std::string& condition) {
  scenario.tallies = {tallied("holds", condition)};
  const Pooled all = pool(tally(simulate(scenario), "holds"), {});
  EXPECT_GT(all.evaluable, 20'000) << condition;
  EXPECT_EQ(all.events, all.randomised) << condition;
}

TEST(LeukaemicCells, follow_from_their_share_beside_normal_ones) {
  const Scenario scenario = beside_normal(0.06, 0);
  expect_always(scenario,
                "abs(leukaemic_cells*(1.06 - bcr_abl_share)/(0.06*bcr_abl_share) - 1) < 1e-12 or bcr_abl_share == 1");
  // A load at the end of growth, 1.05, stands for 6.3 times the cells at the start: 0.06·1.05/0.01.
  expect_always(scenario, "leukaemic_cells < 6.31");
  expect_always(scenario, "bcr_abl_share < 1 or leukaemic_cells >= 1");
  expect_always(scenario, "abs(white_cells_true/(anc_normal_true/0.6 + 60*leukaemic_cells) - 1) < 1e-12");
  expect_always(scenario, "white_cells == white_cells_true");
}

TEST(LeukaemicCells, are_the_load_where_normal_ones_are_not_counted) {
  const Scenario scenario = beside_normal(0, 0);
  expect_always(scenario, "leukaemic_cells == bcr_abl_share");
  expect_always(scenario, "abs(white_cells_true/(anc_normal_true/0.6 + 60*bcr_abl_share) - 1) < 1e-12");
}

TEST(LeukaemicCells, carry_the_blood_cells_of_the_clone) {
  // What neutrophils are beside normal ones falls as the cells do, here from day 7 to day 14.
  expect_always(
      beside_normal(0.06, 0),
      "otherwise(abs((anc_true @ 'day 14' - anc_normal_true @ 'day 14')*(leukaemic_cells @ 'day 7')/"
      "((anc_true @ 'day 7' - anc_normal_true @ 'day 7')*(leukaemic_cells @ 'day 14')) - 1) < 1e-9, day < 14)");
}

TEST(LeukaemicCells, without_a_response_model_white_cells_are_normal) {
  Scenario scenario = beside_normal(0, 0);
  scenario.model<Leukaemia>() = {};
  for (VisitSpec& visit : scenario.visits)
    if (visit.name == "pcr" || visit.name == "cytogenetics") visit.measure.clear();
  expect_always(scenario, "abs(white_cells_true*0.6/anc_true - 1) < 1e-12");
}

TEST(LeukaemicCells, are_counted_with_the_error_of_the_counts_and_a_draw_of_their_own) {
  Scenario scenario = beside_normal(0.06, 0.1);
  // Mean of the square is the variance of the error, 0.01; of the product with the neutrophils' error 0.
  const auto number = [](const std::string& name, const std::string& score) {
    TallySpec spec = tallied(name, score);
    spec.has_range = true;
    spec.low = 0x1p-20;
    spec.high = 4;
    return spec;
  };
  scenario.tallies = {number("square", "(white_cells/white_cells_true - 1)^2"),
                      number("product", "1 + (white_cells/white_cells_true - 1)*(anc/anc_true - 1)")};
  const Results results = simulate(scenario);
  const double n = static_cast<double>(pool(tally(results, "square"), {}).evaluable);
  EXPECT_GT(n, 20'000);
  EXPECT_NEAR(value(results, "square", "mean"), 0.01, 4 * 0.01 * std::sqrt(2 / n));
  EXPECT_NEAR(value(results, "product", "mean"), 1, 4 * 0.01 / std::sqrt(n));
}

TEST(LeukaemicCells, meet_the_immune_form_that_the_scenario_names) {
  const auto form = [](const std::vector<std::string>& set) {
    return build(read(scenario_path("tops.toml"), set)).buffer.plan().leukaemia.immune;
  };
  EXPECT_EQ(form({}).constant, 0);  // the library's is a window
  EXPECT_EQ(form({"response.immune_form='falling'"}).constant, 1);
  EXPECT_EQ(form({"response.immune_form='falling'"}).slope, 0);
  EXPECT_EQ(form({"response.immune_form='falling'"}).linear, 0);
  EXPECT_EQ(form({"response.immune_form='window'"}).constant, 0);
  EXPECT_EQ(form({"response.immune_form='window'"}).slope, 4);
  EXPECT_EQ(form({"response.immune_form='window'"}).linear, 2);
}

}  // namespace
}  // namespace vt
