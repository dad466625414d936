// Conditions that say nothing of the patients of whom more was to be expected are noted: those without the event whose
// day is compared, those whose sample was missed where something is not so.
#include <gtest/gtest.h>

#include "tests/support/population.hpp"

namespace vt::test { namespace {

/// Notes on a scenario with events x and y, and troughs on day 1, of which some are missed, and on day 2.
std::string notes_on(const std::string& more) {
  Problems problems;
  const auto scenario = read_from(
      Files{{"s.toml",
             more + trial_around("[[visit]]\nname = \"v\"\nat = [\"day 1\"]\nmeasure = [\"trough\"]\nmissed = 0.1\n"
                                 "[[visit]]\nname = \"w\"\nat = [\"day 2\"]\nmeasure = [\"trough\"]\n"
                                 "[[event]]\nname = \"x\"\nwhen = \"trough > 900\"\n"
                                 "[[event]]\nname = \"y\"\nwhen = \"day > 1\"\n")}},
      problems);
  if (scenario) (void)build_plan(*scenario, problems);
  std::string said;
  for (const Problem& one : problems.sorted()) said += "problem: " + to_string(one) + "\n";
  for (const Problem& one : problems.sorted_notes()) said += to_string(one) + "\n";
  return said;
}

std::string on_score(const std::string& score) {
  return notes_on("[[tally]]\nname = \"t\"\nat = \"end\"\nscore = \"" + score + "\"\n");
}

std::string on_rule(const std::string& when) {
  return notes_on("[[rule]]\nname = \"r\"\nat = [\"w\"]\nwhen = \"" + when + "\"\ndo = \"stop\"\nsource = \"t\"\n");
}

/// Without the rule in an arm that is noted, too.
bool says_nothing(std::string said) {
  for (std::size_t line = 0; (line = said.find("is in no arm")) != std::string::npos;) {
    const std::size_t from = said.rfind('\n', line) == std::string::npos ? 0 : said.rfind('\n', line) + 1;
    said.erase(from, said.find('\n', line) - from + 1);
  }
  return said.empty();
}

TEST(Conditions, OnTheDayOfAnEventSayNothingOfThoseWithoutIt) {
  EXPECT_EQ(
      on_score("event.x and day_of.x <= 30"),
      "s.toml:4:22: day_of.x has no value for patients without the event, and then nor has the score of tally 't', "
      "in which the patient is not evaluable; write otherwise(day_of.x <= 30, 0) where that is to count as no\n");
  EXPECT_NE(on_score("day_of.x <= 30").find("s.toml:4:10: day_of.x has no value"), std::string::npos);
  EXPECT_NE(on_score("trough @ event.x < 5")
                .find("trough @ event.x has no value for patients without the event, and then nor has the score of "
                      "tally 't', in which the patient is not evaluable; write otherwise(trough @ event.x < 5, 0)"),
            std::string::npos);
  EXPECT_NE(on_score("day_of.x < day_of.y").find("day_of.y has no value"), std::string::npos);
  const std::string axis = notes_on(
      "[[tally]]\nname = \"t\"\nat = \"end\"\nscore = \"day > 0\"\nby = [\"bins(event.x and day_of.x <= 30, 0.5)\"]\n");
  EXPECT_NE(axis.find("in which the patient stands under 'not measured'"), std::string::npos) << axis;
}

TEST(Conditions, OnTheDayOfAnEventThatAreMeantAreNotNoted) {
  for (const std::string score :
       {"otherwise(day_of.x <= 30, 0)", "event.x and otherwise(day_of.x, 999) <= 30", "if(event.x, day_of.x <= 30, 0)",
        "defined(day_of.x)", "day_of.x - 5", "event.x and times.x > 1", "otherwise(trough @ event.x, 0) > 5"})
    EXPECT_EQ(on_score(score), "") << score;
}

/// Whom `among` leaves out needs no value; those whom it does not are told of.
TEST(Conditions, OnTheDayOfAnEventAreNotNotedAmongThoseWithIt) {
  const auto said_among = [](const std::string& among, const std::string& score) {
    return notes_on("[[tally]]\nname = \"t\"\nat = \"end\"\nscore = \"" + score + "\"\namong = \"" + among +
                    "\"\nby = [\"bins(" + score + ", 0.5)\"]\n");
  };
  for (const std::string score : {"day_of.x <= 30", "trough @ event.x < 5"})
    for (const std::string guard : {"event.x", "day > 1 and event.x", "event.x == 1", "times.x >= 1", "0 < times.x",
                                    "event.x != 0", "active.x and day > 1", "otherwise(day_of.x <= 20, 0)",
                                    "otherwise(day_of.x, 99) <= 20", "defined(day_of.x)", "not (day_of.x > 20)"}) {
      const std::string said = said_among(guard, score);
      EXPECT_EQ(said.find("without the event, and then nor has"), std::string::npos) << score << " among " << said;
    }
  for (const std::string guard : {"event.y", "event.x or event.y", "not event.x", "event.x == 0", "times.x >= 0",
                                  "otherwise(day_of.x <= 20, 1)", "otherwise(day_of.x, 9) <= 20", "defined(event.x)"}) {
    const std::string said = said_among(guard, "day_of.x <= 30");
    EXPECT_NE(said.find("day_of.x has no value for patients without the event, and then nor has the score of tally"),
              std::string::npos)
        << guard << said;
    EXPECT_NE(said.find("and then nor has an axis of tally"), std::string::npos) << guard << said;
  }
  const std::string rule =
      "[[rule]]\nname = \"r\"\nat = [\"w\"]\nwhen = \"day > 0\"\ndo = \"hold\"\nuntil = \"day > 1\"\nsource = \"t\"\n";
  const auto fired = [&](const std::string& among) {
    return notes_on(rule + "[[tally]]\nname = \"t\"\nat = \"end\"\nscore = \"day_fired.r <= 1\"\namong = \"" + among +
                    "\"\n");
  };
  EXPECT_NE(fired("event.x").find("in whom the rule has not fired"), std::string::npos);
  EXPECT_EQ(fired("fired.r").find("in whom the rule has not fired"), std::string::npos);
}

/// What has no value is no reason to act, as long as it stands beside `and`.
TEST(Conditions, OfRulesAreNotedWhereTheyMightHoldOtherwise) {
  for (const std::string when : {"event.x and day - day_of.x >= 28", "day_of.x > 3", "trough > 5 and day_of.x > 3"})
    EXPECT_TRUE(says_nothing(on_rule(when))) << on_rule(when);
  for (const std::string when :
       {"day_of.x > 3 or trough > 5", "not (day_of.x > 3)", "if(day_of.x > 3, 1, trough > 9)"}) {
    const std::string said = on_rule(when);
    EXPECT_NE(said.find("day_of.x has no value for patients without the event, and then the condition of rule 'r' does "
                        "not hold, whatever else it says; write otherwise(day_of.x > 3, 0)"),
              std::string::npos)
        << said;
  }
}

TEST(Conditions, OnTheDayOfARuleSayNothingOfThoseInWhomItHasNotFired) {
  EXPECT_NE(
      on_rule("not (day_fired.r > 3)").find("day_fired.r has no value for patients in whom the rule has not fired"),
      std::string::npos);
  EXPECT_TRUE(says_nothing(on_rule("day_fired.r > 3 and trough > 5")));
}

TEST(Conditions, ThatNegateAPastValueSayNothingOfThoseWhoMissedTheVisit) {
  EXPECT_NE(
      on_rule("not (trough @ 'day 1' <= 900)")
          .find("s.toml:4:14: trough @ 'day 1' has no value for patients who missed that visit, for all that 'not' "
                "says, and then the condition of rule 'r' does not hold, whatever else it says; write "
                "otherwise(trough @ 'day 1' <= 900, 0) where that is to count as no"),
      std::string::npos)
      << on_rule("not (trough @ 'day 1' <= 900)");
  EXPECT_NE(on_score("not (trough @ 'day 1' <= 900)").find("in which the patient is not evaluable"), std::string::npos);
  for (const std::string score :
       {"not otherwise(trough @ 'day 1' <= 900, 0)", "trough @ 'day 1' > 900", "not (trough @ 'day 2' <= 900)"})
    EXPECT_EQ(on_score(score), "") << score;  // nobody misses the visit of day 2
}

TEST(Events, ThatAreLookedForAfterAllTheirVisitsAreNoted) {
  const auto said = [](const std::string& from) {
    std::string text = "[[event]]\nname = \"early\"\nwhen = \"day > 0\"\nat = [\"v\"]\n" + from;
    return notes_on(text);
  };
  EXPECT_EQ(said(""), "");
  EXPECT_NE(
      said("from = \"day 2\"\n")
          .find("event 'early' is never found (its visits end on day 1, and it is looked for from day 2 on); write "
                "from = \"day 1\", or an earlier day"),
      std::string::npos);
}

}}  // namespace vt::test
