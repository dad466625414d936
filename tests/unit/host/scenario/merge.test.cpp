#include "host/scenario/toml/merge.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/host/scenario/sample.hpp"

namespace vt { namespace {

using Files = std::map<std::string, std::string>;

/// The sample, as base of a file with `text`.
sample::Reading over(const std::string& text) {
  return sample::read_files({{"base.toml", sample::text()}, {"s.toml", "base = \"base.toml\"\n" + text}});
}

void expect_problem(const sample::Reading& reading, const std::string& problem) {
  EXPECT_NE(("\n" + sample::join(reading.problems)).find("\n" + problem), std::string::npos)
      << sample::join(reading.problems);
}

TEST(Base, LaterFilesWin) {
  const auto reading =
      sample::read_files({{"lib/a.toml", "base = \"b.toml\"\n" + sample::text()},
                          {"lib/b.toml", "title = \"b\"\n[trial]\nreplicates = 5\n"},
                          {"c.toml", "[trial]\nseed = 8\npatients = 5\n"},
                          {"s.toml", "base = [\"lib/a.toml\", \"./lib/../c.toml\"]\n[trial]\nseed = 9\n"}});
  ASSERT_EQ(sample::join(reading.problems), "");
  EXPECT_EQ(reading.scenario->title, "A sample");
  EXPECT_EQ(reading.scenario->seed, 9u);
  EXPECT_EQ(reading.scenario->patients, 5u);
  EXPECT_EQ(reading.scenario->replicates, 2u);
  EXPECT_EQ(reading.scenario->files, (std::vector<std::string>{"lib/b.toml", "lib/a.toml", "c.toml", "s.toml"}));
}

TEST(Base, AFileNamedTwiceCountsOnce) {
  const auto reading = sample::read_files({{"a.toml", sample::text()},
                                           {"b.toml", "base = \"a.toml\"\n[trial]\nseed = 8\n"},
                                           {"s.toml", "base = [\"b.toml\", \"a.toml\"]\n"}});
  ASSERT_EQ(sample::join(reading.problems), "");
  EXPECT_EQ(reading.scenario->seed, 8u);
}

TEST(Base, CyclesAreRefused) {
  const auto reading = sample::read_files({{"s.toml", "base = \"a.toml\""}, {"a.toml", "\nbase = [\"s.toml\"]"}});
  EXPECT_FALSE(reading.scenario);
  EXPECT_EQ(sample::join(reading.problems), "a.toml:2:9: base 's.toml' goes in a circle (s.toml → a.toml → s.toml)\n");
}

TEST(Base, DepthIsBounded) {
  Files files{{"s.toml", "base = \"1.toml\"\n" + sample::text()}};
  for (int i = 1; i < 20; ++i)
    files[fmt::format("{}.toml", i)] = i == 8 ? "" : fmt::format("base = \"{}.toml\"", i + 1);
  EXPECT_EQ(sample::join(sample::read_files(files).problems), "");
  files["8.toml"] = "base = \"9.toml\"";
  files["9.toml"] = "";
  EXPECT_EQ(sample::join(sample::read_files(files).problems),
            "8.toml:1:8: base '9.toml' is nested too deeply (more than 8 files, each the base of the next)\n");
}

TEST(Base, MissingFilesAndWrongValuesAreReported) {
  const auto reading = sample::read_files({{"s.toml", "base = [\"x.toml\", 3]"}});
  EXPECT_EQ(reading.problems.size(), 2u);
  expect_problem(reading, "s.toml:1:9: there is no file 'x.toml' (and ");  // where shipped ones are
  expect_problem(reading,
                 "s.toml:1:19: base is not the name of a file; write base = \"file.toml\" or base = [\"a.toml\", "
                 "\"b.toml\"]");
}

/// Texts need not be files: one of this name comes before a shipped file.
TEST(Base, TextsComeBeforeShippedFiles) {
  const auto reading =
      sample::read_files({{"s.toml", "base = \"tops.toml\"\n" + sample::text()}, {"tops.toml", "nonsense = 1"}});
  expect_problem(reading, "tops.toml:1:1: unknown key 'nonsense'");
}

TEST(Base, MistakesCarryTheFileTheyStandIn) {
  expect_problem(
      sample::read_files({{"a.toml", sample::with("seed = 7", "seed = -7")}, {"s.toml", "base = \"a.toml\""}}),
      "a.toml:4:8: trial.seed is -7");
}

TEST(Merge, NamedTablesMergeByName) {
  const auto reading = over(
      "[[arm]]\nname = \"400 mg BID\"\nshare = 4\n[[arm]]\nname = \"new\"\nregimen = { dose = \"100 mg\", every = \"8 "
      "h\" }\n");
  ASSERT_EQ(sample::join(reading.problems), "");
  ASSERT_EQ(reading.scenario->arms.size(), 3u);
  EXPECT_EQ(reading.scenario->arms[1].share, 4u);
  EXPECT_EQ(reading.scenario->arms[1].regimen.dose_mg, 400);
  EXPECT_EQ(reading.scenario->arms[2].name, "new");
}

TEST(Merge, OtherListsReplace) {
  const auto reading = over("[[visit]]\nname = \"trough\"\nat = [\"month 3\"]\n");
  ASSERT_EQ(sample::join(reading.problems), "");
  EXPECT_EQ(reading.scenario->visits[0].days, std::vector<std::int32_t>{91});
  EXPECT_EQ(reading.scenario->visits[0].measure.size(), 2u);
}

TEST(Merge, RemoveTakesAnInheritedTableAway) {
  const auto reading = over(
      "[[tally]]\nname = \"mmr\"\nremove = true\n[[interaction]]\nperpetrator = \"rifampicin\"\nremove = true\n"
      "[[random_effect]]\nnames = [\"KA\", \"F\"]\nremove = true\n");
  ASSERT_EQ(sample::join(reading.problems), "");
  EXPECT_EQ(reading.scenario->tallies.size(), 1u);
  EXPECT_EQ(reading.scenario->interactions.size(), 0u);
  EXPECT_EQ(reading.scenario->random_effects.size(), 2u);
  expect_problem(over("[[tally]]\nname = \"mmmr\"\nremove = true\n"),
                 "s.toml:2:1: tally 'mmmr' cannot be removed (no base has it); did you mean 'mmr'?");
}

TEST(Merge, ANewNumberDoesNotInheritTheSourceOfTheOldOne) {
  expect_problem(over("[pk]\nvolume = \"300 L\"\n"), "s.toml:3:10: no source and basis for pk.volume");
  expect_problem(over("[[covariate]]\nname = \"male\"\np = 0.5\n"),
                 "s.toml:2:1: covariate.male has no source and basis");
  expect_problem(over("[[parameter]]\nname = \"typical\"\nformula = \"3\"\nsource = \"x\"\n"),
                 "s.toml:2:1: parameter.typical has no basis");
  expect_problem(over("[adherence]\ntaken = 0.5\n"), "s.toml:2:1: adherence has no source and basis");
}

TEST(Merge, ANewNumberWithItsSourceReplacesValueOrFormula) {
  const auto reading = over(
      "[pk]\nsource = \"mine\"\nbasis = \"assumed\"\nclearance = \"12 L/h\"\nvolume = { formula = \"3\", unit = \"L\" "
      "}\n");
  ASSERT_EQ(sample::join(reading.problems), "");
  EXPECT_EQ(reading.scenario->pk.entries.at("clearance").number, 12);
  EXPECT_EQ(reading.scenario->pk.entries.at("clearance").origin.source, "mine");
  EXPECT_EQ(reading.scenario->pk.entries.at("volume").formula, "3");
  EXPECT_EQ(reading.scenario->pk.entries.at("absorption_duration").origin.source, "paper");
}

TEST(Merge, AKeyOfOneAbsorptionModelTakesAwayThoseOfOthers) {
  const auto reading = over(
      "[pk]\nsource = \"mine\"\nbasis = \"assumed\"\nabsorption = \"transit\"\nabsorption_rate = \"1 1/h\"\n"
      "transit_rate = \"4 1/h\"\ntransit_stages = 3\n");
  ASSERT_EQ(sample::join(reading.problems), "");
  EXPECT_EQ(reading.scenario->pk.absorption, AbsorptionModel::transit);
  EXPECT_FALSE(reading.scenario->pk.entries.contains("absorption_duration"));
}

TEST(Merge, AnotherWayForAnEventToEndTakesTheFirstOneAway) {
  const std::string event = "[[event]]\nname = \"rash\"\nsource = \"a\"\nbasis = \"assumed\"\n";
  const auto changed = [&](const std::string& first, const std::string& then) {
    const auto reading = sample::read_files({{"base.toml", sample::text() + event + "hazard = \"1 1/year\"\n" + first},
                                             {"s.toml", "base = \"base.toml\"\n" + event + then}});
    EXPECT_EQ(sample::join(reading.problems), "");
    return reading.scenario->events.back();
  };
  const EventSpec lasts = changed("recovery = \"0.1 1/day\"\n", "duration = \"3 day\"\n");
  EXPECT_FALSE(lasts.recovery.is_set());
  EXPECT_EQ(lasts.duration_day, 3);
  const EventSpec recovers = changed("duration = \"3 day\"\n", "recovery = \"0.1 1/day\"\n");
  EXPECT_EQ(recovers.recovery.number, 0.1);
  EXPECT_EQ(recovers.duration_day, 0);
  const std::string chance = "recurrence = { probability = 0.4, mean_delay = \"3 day\" }\n";
  EXPECT_TRUE(changed(chance, "recurrence = { hazard = \"0.1 1/day\" }\n").recurs_at_rate);
  EXPECT_FALSE(changed("recurrence = { hazard = \"0.1 1/day\" }\n", chance).recurs_at_rate);
}

TEST(Merge, WhoTakesAnInteractingDrugIsDesign) {
  const auto reading = over("[[interaction]]\nperpetrator = \"rifampicin\"\nfraction = 0.5\nstart = \"day 3\"\n");
  ASSERT_EQ(sample::join(reading.problems), "");
  EXPECT_EQ(reading.scenario->interactions[0].fraction, 0.5);
  EXPECT_EQ(reading.scenario->interactions[0].origin.source, "paper");
}

}  // namespace
}  // namespace vt
