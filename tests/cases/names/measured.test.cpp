// What formulas read though no visit gives it is refused, or noted where it is measured too late or stands behind
// otherwise(): it would have no value for ever, and nobody would be told.
#include <gtest/gtest.h>

#include "host/plan/notes.hpp"
#include "tests/support/population.hpp"

namespace vt::test { namespace {

const std::string kTest =
    "[[test]]\nname = \"found\"\ncondition = \"trough_true > 1\"\nsensitivity = 1\nspecificity = 1\nsource = \"t\"\n"
    "basis = \"assumed\"\n";

/// Two days, with visit 'v' on both and what `more` adds.
std::string said_of_measures(const std::string& more, const std::string& measure = "",
                             const std::string& arm = "\"r\"") {
  std::string trial = trial_around(more + kTest + "[[visit]]\nname = \"v\"\nat = [\"day 1\", \"day 2\"]\nmeasure = [" +
                                   measure + "]\n");
  trial += "rules = [" + arm + "]\n";
  Problems problems;
  const auto scenario = read_from(Files{{"s.toml", trial}}, problems);
  if (scenario)
    if (const auto built = build_plan(*scenario, problems)) note_oversights(*scenario, *built, problems);
  std::string said;
  for (const Problem& one : problems.sorted()) said += to_string(one) + "\n";
  for (const Problem& one : problems.sorted_notes()) said += "note: " + to_string(one) + "\n";
  return said;
}

std::string rule_when(const std::string& when, const std::string& more = "at = [\"v\"]\ndo = \"stop\"\n") {
  return "[[rule]]\nname = \"r\"\nwhen = \"" + when + "\"\nsource = \"t\"\n" + more;
}

bool has(const std::string& said, const std::string& text) { return said.find(text) != std::string::npos; }

TEST(Unmeasured, WhatARuleNeedsIsRefused) {
  EXPECT_EQ(said_of_measures(rule_when("day > 0 and found")),
            "s.toml:3:21: the condition of rule 'r' never has a value: it needs found (no visit measures found); write "
            "\"found\" into measure of a visit (there are: v)\n");
  EXPECT_EQ(said_of_measures(rule_when("day > 0 and found"), "\"found\""), "");
  for (const std::string name : {"trough", "previous_trough", "lowest_trough", "highest_trough_9d",
                                 "trough_below_limit", "predicted_trough_log_linear", "trough @ event.x"})
    EXPECT_TRUE(has(
        said_of_measures(rule_when(name + " > 3") + "[[event]]\nname = \"x\"\nwhen = \"day > 1\"\n"),
        "the condition of rule 'r' never has a value: it needs " + name +
            (name.starts_with("predicted") ? " (the scenario has no [prediction])" : " (no visit measures trough)")))
        << name;
  EXPECT_EQ(said_of_measures(rule_when("pill_count > 3"), "\"pill_count\""), "");
  EXPECT_TRUE(has(said_of_measures(rule_when("pill_count > 3"), "\"trough\""), "no visit measures pill_count"));
}

TEST(Unmeasured, WhatAnEventOrATallyOrAColumnNeedsIsRefused) {
  EXPECT_TRUE(has(said_of_measures("[[event]]\nname = \"x\"\nwhen = \"found\"\nends_trial = true\n", "", ""),
                  "s.toml:3:9: the condition of event 'x' never has a value: it needs found"));
  EXPECT_TRUE(has(said_of_measures("[[tally]]\nname = \"t\"\nscore = \"trough > 1\"\nat = \"v\"\n", "", ""),
                  "s.toml:3:10: the score of tally 't' never has a value: it needs trough"));
  EXPECT_TRUE(has(said_of_measures("[[tally]]\nname = \"t\"\nscore = \"day > 1\"\nat = \"v\"\nby = [\"bins(trough, "
                                   "5)\"]\namong = \"trough > 1\"\n",
                                   "", ""),
                  "an axis of tally 't' never has a value: it needs trough"));
  EXPECT_TRUE(has(said_of_measures("[[column]]\nname = \"c\"\nvalue = \"trough\"\nkeep = true\n", "", ""),
                  "column 'c' never has a value: it needs trough"));
}

TEST(Unmeasured, QuantitiesOfModelsThatAreNotThereAreRefusedAlike) {
  const std::pair<const char*, const char*> lacking[] = {{"anc_true", "[blood_counts.neutrophils]"},
                                                         {"haemoglobin_true", "[blood_counts.haemoglobin]"},
                                                         {"bcr_abl_share", "[response]"},
                                                         {"ph_percent_true @ 'day 1'", "[response]"},
                                                         {"white_cells_true", "[blood_counts.neutrophils]"},
                                                         {"hours_above", "pk.threshold"},
                                                         {"metabolite_trough", "pk.metabolite_clearance"}};
  for (const auto& [name, what] : lacking)
    EXPECT_TRUE(has(said_of_measures(rule_when(std::string(name) + " > 3")),
                    std::string("the condition of rule 'r' never has a value: it needs ") + name +
                        " (the scenario has no " + what + ")"))
        << name << said_of_measures(rule_when(std::string(name) + " > 3"));
  EXPECT_TRUE(has(said_of_measures(rule_when("predicted_trough_map > 3"), "\"trough\""),
                  "it needs predicted_trough_map (the scenario has no [prediction])"));
  EXPECT_TRUE(has(said_of_measures(rule_when("otherwise(anc_true, 3) < 3")),
                  "note: s.toml:3:19: the condition of rule 'r' reads anc_true, which never has a value (the scenario "
                  "has no [blood_counts.neutrophils]); describe it"));
}

/// Nobody asks for it, and nothing follows from it: a library's event that this scenario has no use for.
TEST(Unmeasured, AnIdleEventIsLeftAlone) {
  const std::string event = "[[event]]\nname = \"x\"\nwhen = \"trough > 1\"\n";
  EXPECT_EQ(said_of_measures(event, "", ""), "");
  EXPECT_TRUE(has(said_of_measures(event + rule_when("event.x")), "event 'x' never has a value"));
}

TEST(Unmeasured, WhatStandsBehindOtherwiseIsNoted) {
  EXPECT_EQ(said_of_measures(rule_when("otherwise(trough, 0) < 3")),
            "note: s.toml:3:19: the condition of rule 'r' reads trough, which never has a value (no visit measures "
            "trough); write \"trough\" into measure of a visit (there are: v)\n");
  EXPECT_TRUE(has(said_of_measures(rule_when("results_of_trough_9d < 1")),
                  "note: s.toml:3:9: the condition of rule 'r' reads results_of_trough_9d, which is always 0 (no visit "
                  "measures trough)"));
}

const std::string kOnOrder = "[[visit]]\nname = \"w\"\nat = \"on order\"\nmeasure = [\"found\"]\n";
const std::string kOrder =
    "[[rule]]\nname = \"order\"\nat = [\"v\"]\nwhen = \"day > 0\"\ndo = \"sample\"\nsample = \"w\"\nafter = \"1 "
    "day\"\nsource = \"t\"\n";

TEST(Unmeasured, VisitsThatRulesOrderCountWhereARuleOfTheArmDoes) {
  EXPECT_EQ(said_of_measures(rule_when("found") + kOnOrder + kOrder, "", "\"r\", \"order\""), "");
  EXPECT_TRUE(has(said_of_measures(rule_when("found") + kOnOrder + kOrder),
                  "the condition of rule 'r' never has a value: it needs found (visit 'w', which measures found, never "
                  "takes place); give the arm a rule that does 'sample' with sample = \"w\", or measure it elsewhere"));
  EXPECT_TRUE(has(said_of_measures(kOnOrder, "", ""),
                  "note: s.toml:1:1: visit 'w' never takes place (no rule of an arm orders it: do = \"sample\")"));
}

TEST(Unmeasured, InOneOfTheArmsIsNotedOfARule) {
  const std::string other =
      "[[arm]]\nname = \"two\"\nregimen = { dose = \"400 mg\", every = \"24 h\" }\nrules = [\"r\"]\n";
  EXPECT_EQ(said_of_measures(rule_when("found") + kOnOrder + kOrder + other, "", "\"r\", \"order\""),
            "note: s.toml:3:9: the condition of rule 'r' never has a value in arm 'two': it needs found (visit 'w', "
            "which measures found, never takes place); give the arm a rule that does 'sample' with sample = \"w\", or "
            "measure it elsewhere\n");
  const std::string tally = "[[tally]]\nname = \"t\"\nscore = \"found\"\nat = \"end\"\nby = [\"arm\"]\n";
  EXPECT_FALSE(has(said_of_measures(tally + kOnOrder + kOrder + other, "", "\"order\""), "tally"));
}

TEST(Unmeasured, WhatComesTooLateIsNoted) {
  const std::string early = "[[visit]]\nname = \"early\"\nat = [\"day 0\"]\nmeasure = []\n";
  EXPECT_TRUE(
      has(said_of_measures(rule_when("trough > 3", "at = [\"early\"]\ndo = \"stop\"\n") + early, "\"trough\""),
          "note: s.toml:3:9: the condition of rule 'r' never has a value: it needs trough (it is known from day "
          "1 on at the earliest, and looked at until day 0); measure it earlier, or look at it later"));
  EXPECT_TRUE(has(
      said_of_measures(
          rule_when("trough > 3") + "[assays.trough_delay]\nvalue = \"5 day\"\nsource = \"t\"\nbasis = \"assumed\"\n",
          "\"trough\""),
      "it is known from day 6 on at the earliest, and looked at until day 2"));
  const std::string late = "[[visit]]\nname = \"w\"\nevery = \"30 day\"\nmeasure = [\"trough\"]\n";
  const std::string said = said_of_measures(rule_when("trough > 3") + late);
  EXPECT_TRUE(has(said,
                  "note: s.toml:3:9: the condition of rule 'r' never has a value: it needs trough (visit 'w', "
                  "which measures trough, never takes place); give it a day within the trial"))
      << said;
  EXPECT_TRUE(has(said, "visit 'w' never takes place (it has no day up to day 2, the trial's last)")) << said;
  EXPECT_TRUE(has(said_of_measures(rule_when("previous_trough > 3") +
                                   "[[visit]]\nname = \"w\"\nat = [\"day 1\"]\nmeasure = [\"trough\"]\n"),
                  "it needs previous_trough (trough is measured only once); measure it again"));
  EXPECT_EQ(said_of_measures(rule_when("previous_trough > 3"), "\"trough\""), "");
}

/// A rule in no arm is noted, and nothing more; so is a model that is not there.
TEST(Unmeasured, WhatNobodyIsAskedIsLeftAlone) {
  const std::string said = said_of_measures(rule_when("trough > 3"), "", "");
  EXPECT_TRUE(has(said, "is in no arm") && !has(said, "never has")) << said;
}

}}  // namespace vt::test
