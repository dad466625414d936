/// \file The adherence library through the whole program, against the studies it was made after.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <iostream>

#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// One arm of the default model's reference patients on 400 mg (every 24 or 12 h), pills counted as `visits` say.
std::string trial_text(const std::string& adherence, const std::string& every, const std::string& more) {
  return "title = \"adherence\"\nbase = [\"" + scenario_path("library/populations/reference_subject.toml") + "\", \"" +
         scenario_path("library/pk/schmidli2005.toml") + "\", \"" + scenario_path("library/adherence/" + adherence) +
         R"(.toml"]
[trial]
seed = 11
patients = 20000
duration = "90 day"
[[arm]]
name = "a"
regimen = { dose = "400 mg", every = ")" +
         every + "\" }\n" + more;
}

Results run_trial(const std::string& adherence, const std::string& more, const std::vector<std::string>& set = {},
                  const std::string& every = "24 h") {
  const ScenarioFile file(trial_text(adherence, every, more));
  return simulate(read(file.path(), set));
}

std::string tally_text(const std::string& name, const std::string& score, const std::string& rest = "") {
  return fmt::format("[[tally]]\nname = \"{}\"\nscore = \"{}\"\nat = \"count\"\nby = [\"visit\"]\n{}\n", name, score,
                     rest);
}
constexpr const char* kPercent = "range = [\"0 %\", \"256 %\"]";

/// A visit that counts the pills.
std::string counts_on(const std::string& days) {
  return "[[visit]]\nname = \"count\"\nmeasure = [\"pill_count\"]\n" + days + "\n";
}

const std::string kDay90 = counts_on("at = \"day 90\"") + tally_text("at_most_90", "doses_taken_percent <= 90") +
                           tally_text("at_most_80", "doses_taken_percent <= 80") +
                           tally_text("all", "doses_taken_percent == 100") +
                           tally_text("taken", "doses_taken_percent", kPercent);

// Marin 2010: 26.4 % of patients at or below 90 %, 13.8 % at or below 80 %; median 98 %.
TEST(Marin2010, has_the_share_of_patients_who_miss_much) {
  const Results results = run_trial("marin2010", kDay90 + tally_text("level_90", "adherence_level <= 0.9") +
                                                     tally_text("level_80", "adherence_level <= 0.8"));
  EXPECT_NEAR(value(results, "level_90", "proportion"), 0.264, 0.012);  // the fit itself is .263
  EXPECT_NEAR(value(results, "level_80", "proportion"), 0.138, 0.010);  // .136
  EXPECT_NEAR(value(results, "at_most_90", "proportion"), 0.264, 0.04);
  EXPECT_NEAR(value(results, "at_most_80", "proportion"), 0.138, 0.03);
  EXPECT_NEAR(value(results, "taken", "median"), 98, 1);
  const double exactly = value(results, "all", "proportion");  // ADAGIO: 14.2 %, accepted 10 to 30 %
  EXPECT_GT(exactly, 0.10);
  EXPECT_LT(exactly, 0.30);
  std::cout << fmt::format("90 days: <= 90 % {:.3f}, <= 80 % {:.3f}, median {:.1f} %, exactly 100 % {:.3f}\n",
                           value(results, "at_most_90", "proportion"), value(results, "at_most_80", "proportion"),
                           value(results, "taken", "median"), exactly);
}

// The same shares from three types of patient, an assumed process: reported, not a prediction.
TEST(LatentTypes, have_about_the_shares_they_were_made_for) {
  const Results results = run_trial("latent_types", kDay90);
  EXPECT_NEAR(value(results, "at_most_90", "proportion"), 0.264, 0.04);
  EXPECT_NEAR(value(results, "at_most_80", "proportion"), 0.138, 0.06);
  std::cout << fmt::format("90 days: <= 90 % {:.3f}, <= 80 % {:.3f}\n", value(results, "at_most_90", "proportion"),
                           value(results, "at_most_80", "proportion"));
}

// Vrijens 2008: of the doses missed 42 % lie in runs of one day, 15 % of two, 43 % of three or more; ± 2 points.
// Pills are counted every day, so that 'pill_count' is 0 or 100.
TEST(ThreeState, misses_in_runs_of_the_lengths_observed) {
  const auto at = [](int day) { return fmt::format("pill_count @ 'day {}'", day); };
  const auto missed = [&](int day) { return at(day) + " == 0"; };
  const auto taken = [&](int day) { return at(day) + " == 100"; };
  const std::string alone = taken(30) + " and " + missed(31) + " and " + taken(32);
  const std::string pair = taken(30) + " and " + missed(31) + " and " + missed(32) + " and " + taken(33);
  const Results results =
      run_trial("three_state",
                counts_on("every = \"1 day\"") + "[[visit]]\nname = \"last\"\nat = \"day 40\"\nmeasure = []\n" +
                    fmt::format("[[tally]]\nname = \"missed\"\nscore = \"{}\"\nat = \"last\"\n", missed(31)) +
                    fmt::format("[[tally]]\nname = \"alone\"\nscore = \"{}\"\nat = \"last\"\n", alone) +
                    fmt::format("[[tally]]\nname = \"pair\"\nscore = \"{}\"\nat = \"last\"\n", pair),
                {"trial.patients=200000", "trial.duration=40 day"});
  const double all = value(results, "missed", "proportion");
  const double in_one = value(results, "alone", "proportion") / all;
  const double in_two = 2 * value(results, "pair", "proportion") / all;
  EXPECT_NEAR(all, 0.10, 0.005);
  EXPECT_NEAR(in_one, 0.42, 0.02);  // 20,000 missed doses: SD .0035
  EXPECT_NEAR(in_two, 0.15, 0.02);
  EXPECT_NEAR(1 - in_one - in_two, 0.43, 0.02);
}

// Twice daily the odds of missing double (Saini 2009), except that holidays count days.
TEST(Markov, misses_more_twice_daily) {
  const std::string year = counts_on("at = \"day 360\"") + tally_text("taken", "pill_count", kPercent);
  const std::vector<std::string> set = {"trial.patients=2000", "trial.duration=360 day"};
  EXPECT_NEAR(value(run_trial("markov", year, set), "taken", "mean"), 92, 0.3);
  EXPECT_NEAR(value(run_trial("markov", year, set, "12 h"), "taken", "mean"), 100 * 0.92 / (0.92 + 2 * 0.08), 0.4);
}

// logit .9 − 5·.15: .810 after five years.
TEST(Declining, lowers_the_level_over_the_years) {
  const Results results = run_trial(
      "declining",
      counts_on("at = [\"day 30\", \"day 1796\", \"day 1856\"]") + tally_text("taken", "pill_count", kPercent),
      {"trial.patients=5000", "trial.duration=1856 day"});
  EXPECT_NEAR(value(results, "taken", "mean", {{"visit", "day 30"}}), 90, 0.7);
  EXPECT_NEAR(value(results, "taken", "mean", {{"visit", "day 1856"}}), 81.0, 0.8);
}

// Weibull: 1 − exp(−(t/18.5)^.8) have stopped: 9.2 % after a year, 40 % after eight.
TEST(DroppingOut, leaves_patients_in_the_trial_without_the_drug) {
  const Results results = run_trial(
      "dropping_out",
      counts_on("at = [\"day 365\", \"day 455\", \"day 2922\", \"day 3012\"]") + tally_text("none", "pill_count == 0"),
      {"trial.patients=5000", "trial.duration=3012 day"});
  EXPECT_NEAR(value(results, "none", "proportion", {{"visit", "day 455"}}), 0.092, 0.02);
  EXPECT_NEAR(value(results, "none", "proportion", {{"visit", "day 3012"}}), 0.40, 0.035);
}

// Of the pills left over 30 % never come back.
TEST(PillCount, overrates_those_who_lose_pills) {
  const std::string counts = counts_on("at = [\"day 60\", \"day 360\"]") +
                             tally_text("counted", "pill_count", kPercent) +
                             tally_text("taken", "doses_taken_percent", kPercent);
  const Results results =
      run_trial("markov", counts,
                {"adherence.taken=0.7", "adherence.pills_lost=0.3", "trial.patients=2000", "trial.duration=360 day"});
  EXPECT_NEAR(value(results, "taken", "mean", {{"visit", "day 360"}}), 70, 0.5);
  EXPECT_NEAR(value(results, "counted", "mean", {{"visit", "day 360"}}), 79, 0.5);
}

/// Mean trough at half a year of those who took less than 90 % of their doses, over that of the others.
double trough_ratio(const std::string& adherence) {
  const Results results = run_trial(adherence, R"toml(
[[visit]]
name = "trough"
at = "day 180"
measure = ["trough"]
[[tally]]
name = "trough"
score = "trough"
range = ["0 ng/mL", "16384 ng/mL"]
at = "trough"
by = ["bins(doses_taken_percent, 90)"]
)toml",
                                    {"trial.duration=180 day", "trial.patients=10000"});
  const ResultAxis& taken = tally(results, "trough").axes.at(0);
  const auto mean = [&](std::size_t cell) {
    return value(results, "trough", "mean", {{taken.name, taken.labels[cell]}});
  };
  return mean(0) / mean(1);
}

// Adjuvant GIST 2025: 737.68/1404.45 = .525 in 31.5 % of patients, judged in a way that is not known; accepted: .40 to
// .70. Without long gaps missed doses do not lower a mean trough so far: marin2010 stays outside.
TEST(NonAdherentPatients, have_lower_troughs) {
  const double types = trough_ratio("latent_types"), levels = trough_ratio("marin2010");
  std::cout << fmt::format("trough ratio: latent_types {:.3f}, marin2010 {:.3f}\n", types, levels);
  EXPECT_GT(types, 0.40);
  EXPECT_LT(types, 0.70);
  EXPECT_LT(levels, 0.85);
}

}  // namespace
}  // namespace vt
