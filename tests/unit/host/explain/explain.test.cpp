#include "host/explain/explain.hpp"

#include <gtest/gtest.h>

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
