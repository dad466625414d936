#include "host/explain/explain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "host/explain/words.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// In one line, with single blanks.
std::string explained(const Scenario& scenario, const BuiltPlan& built) {
  std::string text = explain(scenario, built);
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (text.find("  ") != std::string::npos) text.replace(text.find("  "), 2, " ");
  return text;
}

TEST(Explain, tells_of_dose_records_histories_and_schedules_of_rules) {
  const Scenario scenario = read(scenario_path("everything.toml"));
  const std::string text = explained(scenario, build(scenario));
  for (const char* what :
       {"on record: 3 patients take the 13 doses of everything_doses.csv until day 183, whatever is prescribed",
        "prediction of troughs by the physician", "history = 8 day",
        "change to from day 0 300 mg every 48 h, from day 14 (280*bsa_m2) mg every 24 h (days counted from then on)"})
    EXPECT_NE(text.find(what), std::string::npos) << what;
}

TEST(Explain, tells_of_the_form_of_the_immune_brake) {
  const auto tells = [](const char* form) {
    const Scenario scenario = read(scenario_path("tops.toml"), {"response.immune_form='" + std::string(form) + "'"});
    return explained(scenario, build(scenario)).find("acts in a window, hardest at immune_load") != std::string::npos;
  };
  EXPECT_TRUE(tells("window"));
  EXPECT_FALSE(tells("falling"));
}

TEST(Explain, has_a_line_for_every_part_of_every_scenario) {
  for (const auto& file : std::filesystem::directory_iterator(source_dir() + "/scenarios")) {
    if (file.path().extension() != ".toml") continue;
    const Scenario s = read(file.path());
    const BuiltPlan built = build(s);
    const std::string text = explained(s, built);
    const auto has = [&](const std::string& what) {
      EXPECT_NE(text.find(what), std::string::npos) << file.path() << ": " << what;
    };
    for (const auto& x : s.arms) has(" " + x.name + ": ");
    for (const auto& x : s.visits) has(" " + x.name + ": ");
    for (const auto& x : s.rules) has(" " + x.name + ": ");
    for (const auto& x : s.events) has(" " + x.name + ": ");
    for (const auto& x : s.tallies) has(" " + x.name + ": ");
    for (const auto& x : s.tests) has(" test " + x.name + ": ");
    for (const auto& x : s.covariates) has(" " + x.name + ": ");
    for (const auto& x : s.parameters) has(" " + x.name + " = ");
    for (const auto& x : s.interactions) has(" " + x.perpetrator + ": ");
    for (const auto& x : s.criteria) has("included only if " + x.when.value);
    for (const auto& x : s.random_effects) has("eta." + x.names[0] + " with SD");
    for (const auto& x : s.mutants)
      if (x.share > 0) has(": " + x.name + ", takes ");
    for (const auto& x : s.record.daily) has(x.value + " on every day");
    std::vector<const ModelSpec*> models = {&s.pk, &s.second_drug, &s.assays, &s.prediction};
    for (const ModelSpec& model : s.models) models.push_back(&model);
    for (const ModelSpec* model : models)
      for (const auto& [key, value] : model->entries) has(" " + key + " = ");
    for (const ModelSource& source : built.sources) has(source.basis);
  }
}

TEST(Explain, has_a_line_for_tests_records_and_orders) {
  Scenario scenario = read(scenario_path("everything.toml"));
  scenario.stop_when = {{"cost", {}}, 0.5};
  scenario.columns = {{"age", {"age_years", {}}, {}}};
  scenario.analyses = {
      {"hazard", TestKind::cox, {"time_to_progression", {}}, {}, {{"arm", {}}, {"age", {}}}, {}, "efron", {}}};
  const std::string text = explained(scenario, build(read(scenario_path("everything.toml"))));
  for (const char* what :
       {"test resistance_test: positive in 90 % of those with has_mutant, and in 3 % of the others",
        "control: on order; measured: trough", "sampled 2 to 23 h after the day's first dose",
        "Of the first 20 patients: a row of covariates, random effects, parameters, course, events and columns, every "
        "change of dose, trough_true on every day, daily_dose_mg on every day and 6 "
        "concentrations of 2 days.",
        "The run may end as soon as no cell of cost has a standard error above 0.5.", "age = age_years",
        "hazard: cox of time_to_progression by arm and age, in each replicate."})
    EXPECT_NE(text.find(what), std::string::npos) << what;
}

TEST(Explain, says_who_is_counted_and_from_when_on) {
  const Scenario scenario = read(source_dir() + "/tests/qualification/lives/among.toml");
  const std::string text = explained(scenario, build(scenario));
  for (const char* what :
       {"time to early against relapse, from response on, at the end", "among those with male == 1",
        "by replicate and arm", "weight of men = weight_kg, of those with male == 1 (kept of each patient)",
        "heavy men: logistic of heavy by arm, among those with male == 1, in each replicate."})
    EXPECT_NE(text.find(what), std::string::npos) << what << text;
}

TEST(Explain, says_how_many_patients_have_stages_that_a_step_outlasts) {
  const auto text = [](const std::string& transit) {
    const Scenario scenario =
        read(scenario_path("tops.toml"), {"trial.patients=100", "blood_counts.platelets.transit={ " + transit +
                                                                    ", source = 'test', basis = 'assumed' }"});
    return explained(scenario, build(scenario));
  };
  EXPECT_NE(text("value = '2 day'")
                .find("platelets: steps of 0.5 day; of the first 100 patients a stage of transit is shorter in "
                      "0 % (the shortest 0.5 day)"),
            std::string::npos);
  EXPECT_NE(text("formula = '2 + 6*male', unit = 'day'")
                .find("platelets: steps of 1 day; of the first 100 patients a stage of"),
            std::string::npos);
}

TEST(Explain, has_every_arm_visit_rule_tally_and_source) {
  const Scenario scenario = read(scenario_path("tops_rifampicin.toml"));
  const BuiltPlan built = build(scenario);
  const std::string text = explained(scenario, built);
  const auto has = [&](const std::string& what) { return text.find(what) != std::string::npos; };
  for (const ArmSpec& arm : scenario.arms) EXPECT_TRUE(has(arm.name)) << arm.name;
  for (const VisitSpec& visit : scenario.visits) EXPECT_TRUE(has(visit.name)) << visit.name;
  for (const RuleSpec& rule : scenario.rules) EXPECT_TRUE(has(rule.when.value)) << rule.name;
  for (const TallySpec& tally : scenario.tallies) EXPECT_TRUE(has(tally.score.value)) << tally.name;
  for (const InteractionSpec& drug : scenario.interactions) EXPECT_TRUE(has(drug.perpetrator)) << drug.perpetrator;
  for (const ModelSource& source : built.sources) {
    std::string words = source.source;
    while (words.find("  ") != std::string::npos) words.replace(words.find("  "), 2, " ");
    EXPECT_TRUE(has(words)) << source.name << ": " << source.source;
  }
  EXPECT_TRUE(
      has("hold the drug until anc >= 1.5 and platelets >= 75, looking again every 7 days; then resume with "
          "400 mg every 24 h after hold 1 and 300 mg every 24 h after every later hold"));
}

TEST(Paragraph, breaks_at_spaces_and_indents) {
  EXPECT_EQ(words::paragraph("a: ", "  ", "b c"), "a: b c\n");
  const std::string text = words::paragraph("", "  ", std::string(119, 'x') + " yy");
  EXPECT_EQ(text, std::string(119, 'x') + "\n  yy\n");
}

}}  // namespace vt
