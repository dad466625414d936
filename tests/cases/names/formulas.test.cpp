// What a formula asks for that cannot be is said before the run: values that no observable has, past values that are
// not known yet, arms that there are not.
#include <gtest/gtest.h>

#include "tests/support/population.hpp"

namespace vt::test { namespace {

struct Said {
  std::string problems, notes;
};

Said said_of(const std::string& text) {
  Problems problems;
  const auto scenario = read_from(Files{{"s.toml", text}}, problems);
  if (scenario) (void)build_plan(*scenario, problems);
  Said said;
  for (const Problem& one : problems.sorted()) said.problems += to_string(one) + "\n";
  for (const Problem& one : problems.sorted_notes()) said.notes += to_string(one) + "\n";
  return said;
}

/// A tally that scores `score` on day 1 and 2; visits measure troughs.
std::string scored(const std::string& score, const std::string& more = "") {
  return "[[tally]]\nname = \"t\"\nat = \"v\"\nscore = \"" + score + "\"\n" +
         trial_around("[[visit]]\nname = \"v\"\nat = [\"day 1\", \"day 2\"]\nmeasure = [\"trough\"]\n" + more);
}

TEST(Formulas, ThatAlwaysOrNeverHoldAreNoted) {
  const char* foregone[] = {"ph_percent > 300",
                            "300 < ph_percent",
                            "anc >= 1000",
                            "haemoglobin < 80",
                            "trough < 0",
                            "trough_true > -1",
                            "on_treatment == 2",
                            "on_treatment != 2",
                            "hours_above > 24",
                            "bcr_abl_share > 1",
                            "day > 2",
                            "day == 28",
                            "not (on_hold > 1) and day > 0"};
  for (const std::string formula : foregone) {
    const Said said = said_of(scored(formula));
    EXPECT_NE(said.notes.find(" holds ("), std::string::npos) << formula;
    const bool is_refused = said.problems.find("needs ") != std::string::npos;  // what no visit measures
    EXPECT_EQ(said.problems.empty(), !is_refused) << formula << ": " << said.problems;
  }
  EXPECT_EQ(said_of(scored("day > 0 and ph_percent > 300")).notes,
            "s.toml:4:33: ph_percent > 300 never holds (ph_percent is 0 to 100 %); check the constant and its unit\n");
}

TEST(Formulas, ThatMayHoldAreNot) {
  for (const std::string formula : {"ph_percent > 35", "anc < 1", "trough >= 0", "haemoglobin < 8", "day >= 2",
                                    "on_treatment == 1", "dose_changes > 3", "month >= 0", "daily_dose_mg == 440"})
    EXPECT_EQ(said_of(scored(formula)).notes, "") << formula;
}

TEST(Formulas, ThatAreNumbersLieInTheirRange) {
  const auto rule = [](const std::string& probability) {
    return said_of(scored("day > 0",
                          "[[rule]]\nname = \"r\"\nat = [\"v\"]\nwhen = \"day > 0\"\ndo = \"stop\"\nsource = "
                          "\"t\"\nprobability = " +
                              probability + "\n"))
        .problems;
  };
  EXPECT_EQ(rule("\"0.5\""), "");
  EXPECT_EQ(rule("\"1/2\""), "");
  EXPECT_NE(rule("\"2\"").find("(allowed: 0 to 1)"), std::string::npos);
  EXPECT_NE(rule("\"1 + 1\"").find("is 2 (allowed: 0 to 1)"), std::string::npos);
  EXPECT_NE(rule("{ formula = \"0 - 0.1\" }").find("is -0.1 (allowed: 0 to 1)"), std::string::npos);
  const std::string event =
      said_of(scored("day > 0", "[[event]]\nname = \"e\"\nhazard = \"0 - 1\"\nsource = \"t\"\nbasis = \"assumed\"\n"))
          .problems;
  EXPECT_NE(event.find("is -1 (allowed: 0 to 1000)"), std::string::npos) << event;
}

TEST(PastValues, OfALaterVisitAreNeverKnown) {
  const auto at = [](const std::string& day, const std::string& score, const std::string& more = "") {
    return said_of("[[visit]]\nname = \"w\"\nat = [" + day + "]\nmeasure = []\n[[tally]]\nname = \"u\"\nat = \"w\"\n" +
                   "score = \"" + score + "\"\n" + scored("day > 0") + more);
  };
  EXPECT_NE(at("\"day 1\"", "trough @ 'day 2' > 900")
                .problems.find("trough@day 2 is never known here (it is on day 2, "
                               "the formula is looked at on day 1 at the latest)"),
            std::string::npos);
  EXPECT_EQ(at("\"day 2\"", "trough @ 'day 2' > 900").problems, "");
  EXPECT_EQ(at("\"day 2\"", "trough @ 'day 2' > 900").notes, "");
  const Said both = at("\"day 1\", \"day 2\"", "trough @ 'day 2' > 900");
  EXPECT_EQ(both.problems, "");
  EXPECT_NE(both.notes.find("trough@day 2 is not known before day 2"), std::string::npos) << both.notes;
  const Said guarded = at("\"day 1\", \"day 2\"", "otherwise(trough @ 'day 2', 0) > 900");
  EXPECT_EQ(guarded.problems + guarded.notes, "");
  const std::string assays = "[assays]\ntrough_delay = \"1 day\"\nsource = \"t\"\nbasis = \"assumed\"\n";
  EXPECT_NE(at("\"day 2\"", "trough @ 'day 2' > 900", assays).problems.find("it is on day 3"), std::string::npos);
}

TEST(PastValues, OfAnAxisAreKnownWhereItIsLookedAt) {
  const std::string text =
      "[[visit]]\nname = \"w\"\nat = [\"day 1\"]\nmeasure = []\n[[tally]]\nname = \"u\"\nat = \"w\"\nscore = \"day > "
      "0\"\nby = [\"bins(trough @ 'day 2', 900)\"]\n" +
      scored("day > 0");
  EXPECT_NE(said_of(text).problems.find("s.toml:9:7: trough@day 2 is never known here"), std::string::npos)
      << said_of(text).problems;
}

TEST(PastValues, OfARuleAreKnownWhereItIsLookedAt) {
  const std::string text =
      "[[visit]]\nname = \"w\"\nat = [\"day 1\"]\nmeasure = []\n[[rule]]\nname = \"r\"\nat = [\"w\"]\ndo = "
      "\"stop\"\nsource = \"t\"\nwhen = \"trough @ 'day 2' > 900\"\n" +
      scored("day > 0");
  EXPECT_NE(said_of(text).problems.find("trough@day 2 is never known here"), std::string::npos);
}

TEST(PastValues, OfAnEventNeedOneOfThatName) {
  const std::string event = "[[event]]\nname = \"death\"\nwhen = \"day > 1\"\n";
  EXPECT_EQ(said_of(scored("otherwise(trough @ event.death, 0) > 900", event)).problems, "");
  EXPECT_EQ(
      said_of(scored("trough @ event.deth > 900", event)).problems,
      "s.toml:4:9: trough@event.deth is asked for at an unknown event (no [[event]] is called 'deth'); did you mean "
      "'death'?\n");
  EXPECT_NE(said_of(scored("day @ event.death > 1", event)).problems.find("unknown name 'day@event.death'"),
            std::string::npos);
  EXPECT_NE(said_of(scored("trough @ events.death > 1", event))
                .problems.find("s.toml:4:17: '@' is not followed by a visit in quotes or an event"),
            std::string::npos);
}

const std::string kArms = "[[arm]]\nname = \"two times\"\nregimen = { dose = \"400 mg\", every = \"12 h\" }\n";

TEST(Arms, AreComparedByName) {  // blocks of two: half of 40 patients, at two visits
  for (const auto& [score, events] : {std::pair("arm == 'two times'", 40), std::pair("arm != 'two times'", 40),
                                      std::pair("not arm == 'one' and day == 2", 20)}) {
    std::string text = scored(score, kArms);
    text.replace(text.find("patients = 1000"), 15, "patients = 40");
    const Results results = simulate(scenario_of(text));
    EXPECT_EQ(tally(results, "t").events.at(0), events) << score;
  }
}

TEST(Arms, OfEachLifeAreItsOwn) {
  std::string text = scored("arm == 'two times'", kArms);
  text.replace(text.find("patients = 1000"), 15, "patients = 40\nallocation = \"counterfactual\"");
  EXPECT_EQ(tally(simulate(scenario_of(text)), "t").events.at(0), 80);
}

TEST(Arms, ThatThereAreNotAreRefused) {
  const auto problems = [](const std::string& score) { return said_of(scored(score, kArms)).problems; };
  EXPECT_EQ(problems("arm == 'two time'"),
            "s.toml:4:17: unknown arm 'two time' (no [[arm]] has this name); did you mean 'two times'?\n");
  EXPECT_NE(problems("arm == 1").find("write arm == '400 mg'"), std::string::npos);
  for (const char* unfinished : {"arm", "day > arm", "arm ==", "arm == (", "defined(arm)"})
    EXPECT_NE(problems(unfinished).find("write arm == '400 mg'"), std::string::npos) << unfinished;
  EXPECT_NE(problems("arm > 0").find("write arm == '400 mg'"), std::string::npos);
  EXPECT_NE(problems("2*arm == 'one'").find("binds tighter"), std::string::npos);
  EXPECT_NE(problems("trough == 'one'").find("quoted text stands alone"), std::string::npos);
  EXPECT_NE(problems("arm == 'one").find("a quote is never closed"), std::string::npos);
}

}}  // namespace vt::test
