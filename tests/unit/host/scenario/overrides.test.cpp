#include <gtest/gtest.h>

#include "host/scenario/toml/merge.hpp"
#include "tests/unit/host/scenario/sample.hpp"

namespace vt { namespace {

sample::Reading with_set(const std::vector<std::string>& texts) {
  Problems problems;
  const std::vector<Override> overrides = parse_overrides(texts, problems);
  EXPECT_TRUE(problems.empty());
  return sample::read(sample::text(), overrides);
}

void expect_only(const std::string& text, const std::string& problem) {
  EXPECT_EQ(sample::join(with_set({text}).problems).substr(0, problem.size()), problem);
}

TEST(Set, ChangesValuesOfEveryKind) {
  const auto reading = with_set({"trial.patients=1e4", "trial.allocation=randomised", "trial.duration = 24 month",
                                 "arm.'400 mg QD'.share=2", "arm.\"400 mg BID\".regimen.dose=300 mg",
                                 "visit.trough.at=['day 1', 'month 6']", "trial.block=4", "title=new title",
                                 "response.hill=2", "arm.'400 mg QD'.regimen={dose='1 g',every='24 h'}"});
  ASSERT_EQ(sample::join(reading.problems), "");
  const Scenario& s = *reading.scenario;
  EXPECT_EQ(s.patients, 10000u);
  EXPECT_EQ(s.allocation, "randomised");
  EXPECT_EQ(s.duration_day, 731);  // 730.5, half up
  EXPECT_EQ(s.arms[0].share, 2u);
  EXPECT_EQ(s.arms[0].regimen.dose_mg, 1000);
  EXPECT_EQ(s.arms[1].regimen.dose_mg, 300);
  EXPECT_EQ(s.visits[0].days, (std::vector<std::int32_t>{1, 183}));
  EXPECT_EQ(s.title, "new title");
  EXPECT_EQ(s.model<Leukaemia>().entries.at("hill").number, 2);
}

TEST(Set, SaysThatItIsAnAssumption) {
  const auto reading = with_set({"pk.exposure_scale=1.2", "pk.clearance.value=9 L/h", "covariate.male.p=0.5",
                                 "adherence.taken.once_daily=0.8", "pk.clearance_trend.change=0.1",
                                 "parameter.larger.value=3", "blood_counts.neutrophils.effect=0.1"});
  ASSERT_EQ(sample::join(reading.problems), "");
  const Scenario& s = *reading.scenario;
  EXPECT_EQ(s.pk.entries.at("exposure_scale").number, 1.2);
  EXPECT_EQ(s.pk.entries.at("exposure_scale").origin.basis, Basis::assumed);
  EXPECT_EQ(s.pk.entries.at("exposure_scale").origin.source, "command line: --set pk.exposure_scale=1.2");
  EXPECT_EQ(s.pk.entries.at("clearance").number, 9);
  EXPECT_EQ(s.pk.entries.at("clearance").formula, "");
  EXPECT_EQ(s.covariates[0].origin.basis, Basis::assumed);
  EXPECT_EQ(s.adherence.origin.basis, Basis::assumed);
  EXPECT_EQ(s.parameters[1].value.number, 3);
  EXPECT_EQ(s.model<Neutrophils>().entries.at("effect").origin.basis, Basis::assumed);
  const auto again = sample::read(s.resolved_toml);
  ASSERT_EQ(sample::join(again.problems), "");
  EXPECT_EQ(sample::dump(*again.scenario), sample::dump(s));
}

TEST(Set, OfAFileIsItsAndMistakesStandThere) {
  const auto reading = sample::read(sample::text(), {{"pk.exposure_scale", "1.2", "", {"q.toml", 7, 9}}});
  ASSERT_EQ(sample::join(reading.problems), "");
  EXPECT_EQ(reading.scenario->pk.entries.at("exposure_scale").origin.source, "q.toml: --set pk.exposure_scale=1.2");
  const auto wrong = sample::read(sample::text(), {{"trial.seeed", "1", "", {"q.toml", 7, 9}}});
  EXPECT_EQ(sample::join(wrong.problems).substr(0, 11), "q.toml:7:9:");
}

TEST(Set, LeavesDesignWithoutASource) {
  const auto reading = with_set({"trial.patients=5"});
  EXPECT_EQ(reading.scenario->resolved_toml.find("--set"), std::string::npos);
}

TEST(Set, ReportsItsMistakesByItsKey) {
  expect_only("trial.pateints=3", "--set trial.pateints: unknown key 'trial.pateints'; did you mean 'patients'?\n");
  expect_only("trail.patients=3", "--set trail.patients: unknown key 'trail'; did you mean 'trial'?\n");
  expect_only("trial.patients=0", "--set trial.patients: trial.patients is 0 (allowed: 1 to");
  expect_only("trial.duration=12", "--set trial.duration: trial.duration is 12 without a unit");
  expect_only("arm.'400 mg'.share=2",
              "--set arm.'400 mg'.share: there is no arm '400 mg'; did you mean '400 mg QD'?; there are '400 mg QD', "
              "'400 mg BID'\n");
  expect_only("arm=2", "--set arm: arm is a whole number (a list of named tables is expected)");
  expect_only("arm.'400 mg QD'=2", "--set arm.'400 mg QD': 'arm.'400 mg QD'' stands for a whole table");
  expect_only("trial.seed.x=2", "--set trial.seed.x: 'seed' has no entries (it is not a table)\n");
  expect_only("trial.seed=[1", "--set trial.seed: the value [1 is not TOML (");
  expect_only("trial.seed=\"1\nx=2", "--set trial.seed: the value ");
  expect_only("a..b=2", "--set a..b: this is not the path of an entry");
  expect_only("a.'b=2'=3", "--set a.'b=2': unknown key 'a'");
  expect_only("base=x.toml", "--set base: base cannot be set");
  expect_only("title=\xff", "--set title: the value is not UTF-8 text\n");
}

TEST(Set, MultipliesNumbersAndFormulas) {
  const auto plain = with_set({});
  const auto reading =
      with_set({"pk.exposure_scale=1.2", "pk.exposure_scale*=2", "pk.clearance*=1.5", "trial.patients*=2",
                "adherence.taken.once_daily *= 0.5", "arm.'400 mg QD'.regimen.dose*=1.5"});
  ASSERT_EQ(sample::join(reading.problems), "");
  const Scenario &s = *reading.scenario, &before = *plain.scenario;
  EXPECT_EQ(s.pk.entries.at("exposure_scale").number, 2.4);
  EXPECT_EQ(s.pk.entries.at("clearance").formula, "1.5*(" + before.pk.entries.at("clearance").formula + ")");
  EXPECT_EQ(s.pk.entries.at("clearance").origin.basis, Basis::assumed);
  EXPECT_EQ(s.pk.entries.at("clearance").origin.source,
            "command line: --set pk.clearance*=1.5: " + before.pk.entries.at("clearance").origin.source);
  EXPECT_EQ(s.patients, 2 * before.patients);
  EXPECT_EQ(s.adherence.origin.source, "command line: --set adherence.taken.once_daily*=0.5");
  EXPECT_EQ(s.arms[0].regimen.dose_mg, 1.5 * before.arms[0].regimen.dose_mg);
}

TEST(Set, MultipliesWhatIsThereByANumberAboveZero) {
  expect_only("pk.clearence*=2", "--set pk.clearence: this multiplies 'pk.clearence' (which is not there)");
  expect_only("pk.clearance*=0", "--set pk.clearance: 0 is no number above 0 (it multiplies what stands there)");
  expect_only("pk.clearance*=2 mg", "--set pk.clearance: 2 mg is no number above 0");
  expect_only("visit.trough.at*=2", "--set visit.trough.at: this multiplies 'visit.trough.at' (which is neither");
  expect_only("*=2", "--set : this multiplies '' (which is not there)");
}

TEST(ParseOverrides, NeedsAKeyAndAValue) {
  Problems problems;
  EXPECT_TRUE(parse_overrides({"trial.patients", "=3", "'a=b'"}, problems).empty());
  EXPECT_EQ(problems.size(), 3u);
  const auto one = parse_overrides({" a.'x=y' = 1 = 2 "}, problems);
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].key, "a.'x=y'");
  EXPECT_EQ(one[0].value, "1 = 2");
}

}  // namespace
}  // namespace vt
