#include "host/scenario/read_scenario.hpp"

#include <gtest/gtest.h>

#include "tests/unit/host/scenario/sample.hpp"

namespace vt { namespace {

class SampleScenario : public testing::Test {
 protected:
  void SetUp() override {
    reading = sample::read(sample::text());
    ASSERT_TRUE(reading.scenario);
    ASSERT_EQ(sample::join(reading.problems), "");
  }
  sample::Reading reading;
};

TEST_F(SampleScenario, FillsTheTrial) {
  const Scenario& s = *reading.scenario;
  EXPECT_EQ(s.title, "A sample");
  EXPECT_EQ(s.path, "s.toml");
  EXPECT_EQ(s.files, std::vector<std::string>{"s.toml"});
  EXPECT_EQ(s.seed, 7u);
  EXPECT_EQ(s.patients, 1000u);
  EXPECT_EQ(s.replicates, 2u);
  EXPECT_EQ(s.duration_day, 365);  // 12·30.4375 = 365.25
  EXPECT_EQ(s.first_day, -8);
  EXPECT_EQ(s.block, 6u);
}

TEST_F(SampleScenario, FillsThePopulation) {
  const Scenario& s = *reading.scenario;
  ASSERT_EQ(s.covariates.size(), 5u);
  EXPECT_EQ(s.covariates[0].parameters.at("p").number, 0.59);
  EXPECT_EQ(s.covariates[1].parameters.at("mean").formula, "70 + 12*male");
  EXPECT_EQ(s.covariates[1].max, 140);
  EXPECT_EQ(s.covariates[2].origin.basis, Basis::calibrated);
  EXPECT_EQ(s.covariates[2].origin.calibrated_to, "a trial");
  EXPECT_EQ(s.covariates[4].values, (std::vector<double>{2.5, 6, 1e12}));
  ASSERT_EQ(s.random_effects.size(), 3u);
  EXPECT_EQ(s.random_effects[0].covariance[0][1], 0.071);
  EXPECT_EQ(s.random_effects[1].covariance, (std::vector<std::vector<double>>{{0.25, 0.5}, {0.5, 4}}));
  EXPECT_EQ(s.random_effects[2].covariance, (std::vector<std::vector<double>>{{0.25}}));
  EXPECT_EQ(s.parameters[0].value.number, 10.62);
  EXPECT_EQ(s.parameters[0].value.unit, "L/h");
  EXPECT_EQ(s.parameters[1].value.formula, "2*typical");
}

TEST_F(SampleScenario, ConvertsModelEntriesToKernelUnits) {
  const Scenario& s = *reading.scenario;
  EXPECT_EQ(s.pk.model, "one_compartment");
  EXPECT_EQ(s.pk.entries.at("clearance").formula, "typical*exp(eta.CL)");
  EXPECT_EQ(s.pk.entries.at("clearance").unit, "L/h");
  EXPECT_EQ(s.pk.entries.at("absorption_duration").number, 1.5);
  EXPECT_EQ(s.pk.entries.at("occasion").number, 30);
  EXPECT_EQ(s.pk.entries.at("reference_concentration").number, 1569);
  EXPECT_EQ(s.pk.entries.at("reference_concentration").text, "1.569 mg/L");
  EXPECT_EQ(s.pk.entries.count("lag"), 0u);
  EXPECT_EQ(s.pk.trends.at("clearance_trend").time_constant_day, 7);
  EXPECT_EQ(s.model<Leukaemia>().entries.at("baseline").number, 100);
  EXPECT_EQ(s.model<Leukaemia>().entries.at("clone_ratio").number, 0.1);
  EXPECT_EQ(s.model<Neutrophils>().entries.at("transit").number, 127.0 / 24);
  EXPECT_EQ(s.model<Platelets>().model, "");
  EXPECT_EQ(s.assays.entries.at("metaphase_anchor").number, 10);
  EXPECT_EQ(s.assays.entries.at("pcr_sd_log10.level.1").number, 0.01);
  EXPECT_EQ(s.assays.entries.at("pcr_sd_log10.sd.0").number, 0.35);
}

TEST_F(SampleScenario, GivesEntriesTheSourceOfTheirTable) {
  const Scenario& s = *reading.scenario;
  EXPECT_EQ(s.pk.entries.at("volume").origin.source, "paper");
  EXPECT_EQ(s.pk.entries.at("volume").origin.basis, Basis::published);
  EXPECT_EQ(s.pk.entries.at("exposure_scale").origin.source, "fit");
  EXPECT_EQ(s.pk.entries.at("exposure_scale").origin.calibrated_to, "trough");
  EXPECT_EQ(s.assays.entries.at("pcr_sd_log10.sd.1").origin.source, "lab");
}

TEST_F(SampleScenario, FillsIntakeAndInteraction) {
  const Scenario& s = *reading.scenario;
  EXPECT_EQ(s.adherence.taken_twice_daily, 0.9);
  EXPECT_EQ(s.adherence.jitter_sd_once_daily_h, 1.5);
  const InteractionSpec& i = s.interactions[0];
  EXPECT_EQ(i.fraction, 0.1);
  EXPECT_EQ(i.start_day, 61);  // 2·30.4375 = 60.875
  EXPECT_EQ(i.stop_day, 122);  // 121.75
  EXPECT_EQ(i.liver_half_life_h, 48);
}

TEST_F(SampleScenario, FillsArmsAndRules) {
  const Scenario& s = *reading.scenario;
  EXPECT_EQ(s.arms[0].regimen.dose_mg, 400);
  EXPECT_EQ(s.arms[0].regimen.every_h, 24);
  EXPECT_EQ(s.arms[0].ladder.value, "down");
  EXPECT_EQ(s.arms[0].leave_per_year, 0.123);
  EXPECT_EQ(s.arms[1].share, 2u);
  EXPECT_EQ(s.ladders[0].steps[1].dose_mg, 200);
  EXPECT_EQ(s.rules[0].recheck_day, 7);
  EXPECT_EQ(s.rules[0].resume.size(), 2u);
  EXPECT_EQ(s.rules[0].most_times, 3u);
  EXPECT_EQ(s.rules[1].at[0].value, "trough");
  EXPECT_EQ(s.rules[1].probability.formula, "1/(1 + exp(4))");
  EXPECT_EQ(s.rules[1].action, Action::step_down);
}

TEST_F(SampleScenario, FillsTheCalendar) {
  const Scenario& s = *reading.scenario;
  EXPECT_EQ(s.visits[0].days, (std::vector<std::int32_t>{29, 183}));  // 6·30.4375 = 182.625
  EXPECT_EQ(s.visits[0].labels, (std::vector<std::string>{"day 29", "month 6"}));
  EXPECT_EQ(s.visits[0].missed, 0.06);
  EXPECT_EQ(s.visits[1].days, (std::vector<std::int32_t>{-8, 60, 90, 120, 150}));
  EXPECT_EQ(s.visits[1].labels[2], "day 90");
  EXPECT_EQ(s.visits[1].missed, 0);
}

TEST_F(SampleScenario, TakesAxesApart) {
  const Scenario& s = *reading.scenario;
  const AxisSpec& bins = s.tallies[0].by[2];
  EXPECT_EQ(bins.form, AxisForm::bins);
  EXPECT_EQ(bins.source.value, "max(trough @ 'day 29', 1)");
  EXPECT_EQ(bins.edges, (std::vector<double>{1000, 2000}));
  // The source's place counts as if its quote stood right before it.
  EXPECT_EQ(bins.source.where.column, bins.where.column + 6);
  EXPECT_FALSE(s.tallies[0].has_range);
  EXPECT_TRUE(s.tallies[1].has_range);
  EXPECT_EQ(s.tallies[1].low, 10);
  EXPECT_EQ(s.tallies[1].high, 20000);
  EXPECT_EQ(s.tallies[1].unit, "ng/mL");
  EXPECT_EQ(s.tallies[1].by[1].form, AxisForm::quartile);
}

TEST_F(SampleScenario, KeepsThePlaceOfEveryFormula) {
  const Position& where = reading.scenario->pk.entries.at("clearance").where;
  const sample::Marked marked = sample::unmark(sample::with("\"typical*exp", "«»\"typical*exp"));
  EXPECT_EQ(where.file, "s.toml");
  EXPECT_EQ(where.line, marked.line);
  EXPECT_EQ(where.column, marked.column);
}

TEST_F(SampleScenario, PrintsTomlThatReadsBackToTheSame) {
  const Scenario& s = *reading.scenario;
  const sample::Reading again = sample::read(s.resolved_toml);
  ASSERT_TRUE(again.scenario);
  EXPECT_EQ(sample::join(again.problems), "");
  EXPECT_EQ(sample::dump(*again.scenario), sample::dump(s));
  EXPECT_EQ(again.scenario->resolved_toml, s.resolved_toml);
}

TEST(ReadScenario, RepeatsVisitsByWholeMonths) {
  const auto reading = sample::read(sample::with("every = \"30 day\"\nfrom = \"day 60\"\nuntil = \"day 150\"",
                                                 "every = \"1 month\"\nfrom = \"month 3\"\nuntil = \"month 6\""));
  ASSERT_EQ(sample::join(reading.problems), "");
  EXPECT_EQ(reading.scenario->visits[1].days, (std::vector<std::int32_t>{-8, 60, 91, 122, 152, 183}));
  EXPECT_EQ(reading.scenario->visits[1].labels[4], "month 5");
}

TEST(ReadScenario, ReadsFormulasOfAnyText) {
  const auto reading = sample::read(sample::with("\"typical*exp(eta.CL)\"", R"("\u00e9\t\"x\\ \u0001")"));
  ASSERT_EQ(sample::join(reading.problems), "");
  EXPECT_EQ(reading.scenario->pk.entries.at("clearance").formula, "é\t\"x\\ \x01");
  EXPECT_EQ(sample::dump(*sample::read(reading.scenario->resolved_toml).scenario), sample::dump(*reading.scenario));
}

TEST(ReadScenario, AnEmptyFileLacksWhatEveryScenarioHas) {
  const auto reading = sample::read("");
  EXPECT_EQ(sample::join(reading.problems),
            "s.toml:1:1: the scenario has no arm (patients are allocated to arms); write [[arm]] with name, share and "
            "regimen\n"
            "s.toml:1:1: the scenario has no trial (patients and duration stand there)\n");
}

TEST(ReadScenario, ReportsAFileThatIsNotThere) {
  Problems problems;
  EXPECT_FALSE(read_scenario("/nowhere/s.toml", {}, problems));
  EXPECT_EQ(sample::join(problems.sorted()), "/nowhere/s.toml: there is no file '/nowhere/s.toml'\n");
}

TEST(ReadScenario, ReportsAFolder) {
  Problems problems;
  EXPECT_FALSE(read_scenario("/", {}, problems));
  EXPECT_EQ(sample::join(problems.sorted()), "/: '/' cannot be read (it is not a regular file)\n");
}

}  // namespace
}  // namespace vt
