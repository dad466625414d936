#include "host/plan/tallies/subjects.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "host/plan/names/words.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

const ResultTally& tally(const BuiltPlan& built, const std::string& name) {
  return *std::ranges::find(built.tallies, name, &ResultTally::name);
}

TEST(Subjects, OfTalliesFollowFromWhatTheirScoresRead) {
  const BuiltPlan built = build(read(scenario_path("tops.toml")));
  for (const auto& [name, subject] : std::initializer_list<std::pair<const char*, Subject>>{
           {"mmr", Subject::response},
           {"ccyr", Subject::response},
           {"bcr_abl", Subject::response},
           {"trough_by_arm", Subject::exposure},
           {"dose_intensity", Subject::dose},
           {"below_400", Subject::dose},
           {"ever_held", Subject::dose},
           {"doses_taken", Subject::adherence},
           {"neutropenia", Subject::safety},
           {"thrombocytopenia_so_far", Subject::safety},
       })
    EXPECT_EQ(tally(built, name).subject, subject) << name;
  EXPECT_EQ(tally(built, "mmr_by_day29_quartile").axes[1].subject, Subject::exposure);
  EXPECT_EQ(tally(built, "trough_by_dose").axes[1].subject, Subject::dose);
  EXPECT_EQ(tally(built, "mmr").axes[0].subject, Subject::other);
}

TEST(Subjects, OfEventsAreHarmWithGradesAndElseWhatTheirConditionReads) {
  const Scenario scenario = read(scenario_path("tops_outcomes.toml"));
  EXPECT_EQ(subject_of(scenario, "event.mmr"), Subject::response);
  const Scenario harm = read(scenario_path("tops_adverse_events.toml"));
  EXPECT_EQ(subject_of(harm, "event.oedema"), Subject::safety);
  EXPECT_EQ(subject_of(harm, "event.cytopenia"), Subject::safety);  // anc < 1.0 or platelets < 50
  const Scenario gist = read(scenario_path("gist_advanced.toml"));
  EXPECT_EQ(subject_of(gist, "not event.progression"), Subject::response);  // at a rate that reads the exposure
  EXPECT_EQ(subject_of(harm, "event.nothing_of_that_name"), Subject::other);
}

TEST(Subjects, OfRulesAreWhatTheyChangeAndDaysOfEventsAreClocks) {
  const Scenario scenario = read(scenario_path("escalation_after_resistance.toml"));
  EXPECT_EQ(subject_of(scenario, "fired.'cut for cytopenia'"), Subject::dose);
  EXPECT_EQ(subject_of(scenario, "day_fired.'cut for cytopenia' - day_of.failure <= 280"), Subject::dose);
  EXPECT_EQ(subject_of(scenario, "day_of.mcyr_again - day_of.failure <= 280"), Subject::response);
  EXPECT_EQ(subject_of(scenario, "day_of.mcyr_again <= 280 and doses_taken_percent > 90"), Subject::response);
  EXPECT_EQ(subject_of(scenario, "fired.nothing_of_that_name"), Subject::other);
}

TEST(Subjects, AResponseAmongSeveralNamesIsWhatItIsAbout) {
  const Scenario scenario = read(scenario_path("tops.toml"));
  EXPECT_EQ(subject_of(scenario, "trough >= 1000 and bcr_abl_is <= 0.1"), Subject::response);
  EXPECT_EQ(subject_of(scenario, "daily_dose_mg == 400 and trough @ 'day 29' > 1000"), Subject::exposure);
  EXPECT_EQ(subject_of(scenario, "weight_kg > 80"), Subject::other);
}

TEST(Subjects, ScoresOfWhatHasHappenedSoFarAreCumulative) {
  const BuiltPlan built = build(read(scenario_path("tops.toml")));
  EXPECT_TRUE(tally(built, "neutropenia_so_far").is_cumulative);
  EXPECT_TRUE(tally(built, "ever_held").is_cumulative);
  for (const char* name : {"neutropenia", "mmr", "below_400", "on_hold", "trough_by_arm", "dose_intensity"})
    EXPECT_FALSE(tally(built, name).is_cumulative) << name;
  const Scenario scenario = read(scenario_path("tops.toml"));
  EXPECT_TRUE(is_cumulative(scenario, "lowest_anc < 1.0 or highest_bcr_abl_is > 10"));
  EXPECT_TRUE(is_cumulative(scenario, "times_held >= 2 and trough @ 'day 29' < 1000 and arm == '400 mg QD'"));
  EXPECT_FALSE(is_cumulative(scenario, "lowest_anc < 1.0 and anc < 1.5"));
  EXPECT_FALSE(is_cumulative(scenario, "times_held - 1"));  // -1, 0, 1: true, false, true
  EXPECT_FALSE(is_cumulative(scenario, "not defined(trough @ 'day 29') or times_held > 0"));
  EXPECT_FALSE(is_cumulative(scenario, "highest_bcr_abl_is_90d > 10"));  // of the last days
}

// Who stops the drug counts as without it from then on, so that it is lost.
TEST(Subjects, AScoreUnderTheEstimandCompositeIsNotCumulative) {
  Scenario scenario = read(scenario_path("tops.toml"));
  TallySpec& held = *std::ranges::find(scenario.tallies, "ever_held", &TallySpec::name);
  held.estimand = Estimand::on_treatment;
  EXPECT_TRUE(tally(build(scenario), "ever_held").is_cumulative);
  held.estimand = Estimand::composite;
  EXPECT_FALSE(tally(build(scenario), "ever_held").is_cumulative);
}

TEST(Words, OfAFormulaThatIsOneName) {
  EXPECT_EQ(words_of("trough @ 'day 29'"), "trough on day 29");
  EXPECT_EQ(words_of("bcr_abl_is@'month 12'"), "BCR-ABL at month 12");
  EXPECT_EQ(words_of("daily_dose_mg"), "daily dose");
  EXPECT_EQ(words_of("doses_taken_percent"), "doses taken");
  EXPECT_EQ(words_of("trough_true"), "true trough");
  EXPECT_EQ(words_of("lowest_anc"), "lowest anc");
  EXPECT_EQ(words_of("worst_grade.rash"), "worst grade of rash");
  EXPECT_EQ(words_of("day_of.first_relapse"), "day of first relapse");
  EXPECT_EQ(words_of("event.ccyr"), "ccyr");
  EXPECT_EQ(words_of("trough/1000"), "trough/1000");
  EXPECT_EQ(words_of("(trough)"), "(trough)");
}

TEST(Words, AreTheTitlesOfAxes) {
  const BuiltPlan built = build(read(scenario_path("tops.toml")));
  EXPECT_EQ(tally(built, "mmr_by_day29_trough").axes[1].title, "trough on day 29");
  EXPECT_EQ(tally(built, "mmr_by_day29_quartile").axes[1].title, "quartile of trough on day 29");
  EXPECT_EQ(tally(built, "trough_by_dose").axes[1].title, "daily dose");
}

}  // namespace
}  // namespace vt
