#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "host/study/power/play.hpp"
#include "output/statistics/sequential/trial_size.hpp"
#include "tests/unit/host/study/small_study.hpp"

namespace vt { namespace {

using test::complaint;
using test::found;
using test::kPlainPk;
using test::loaded;

/// A response has a chance of 0.3 + dose/1000, an event a hazard of 0.004 a day, or half of it, by the dose.
std::string trial_of(const std::vector<int>& doses, int replicates, int patients) {
  std::string trial = fmt::format(R"toml(
title = "trials"
[trial]
seed = 7
duration = "180 day"
[adherence]
model = "perfect"
[[covariate]]
name = "coin"
distribution = "uniform"
low = 0
high = 1
source = "test"
basis = "assumed"
[[column]]
name = "responds"
value = "coin < 0.3 + daily_dose_mg/1000"
[[event]]
name = "progression"
hazard = "if(daily_dose_mg > 150, 0.002, 0.004)"
source = "test"
basis = "assumed"
[[tally]]
name = "time_to_progression"
kind = "time_to_event"
event = "progression"
every = "30 day"
by = ["arm"]
[[analysis]]
name = "response"
kind = "proportions"
response = "responds"
[[analysis]]
name = "progression"
kind = "log-rank"
time = "time_to_progression"
[study]
kind = "power"
replicates = {}
patients = {}
)toml",
                                  replicates, patients);
  for (std::size_t a = 0; a < doses.size(); ++a)
    trial += fmt::format("[[arm]]\nname = \"{}\"\nregimen = {{ dose = \"{} mg\", every = \"24 h\" }}\n",
                         static_cast<char>('a' + a), doses[a]);
  return trial + kPlainPk;
}

std::string design(const std::string& name, const std::string& keys) {
  return fmt::format("[[trial_design]]\nname = \"{}\"\n{}\n", name, keys);
}
const std::string kResponse = "analysis = \"response\"\n";
const std::string kAccrual = "accrual = { patients = 60, every = \"30 day\", process = \"poisson\" }\n";

const PowerResult& result(const Study& study, const std::string& name, bool is_null) {
  for (const PowerResult& one : study.power)
    if (one.design == name && one.is_null == is_null) return one;
  throw std::runtime_error("no design " + name);
}

double share_better(const Study& study, const std::string& name, bool is_null = false) {
  return summary_of(result(study, name, is_null)).better.value;
}

/// Shares of 0.4 and 0.5 in 200 patients each, against the power summed over both binomials; a halved hazard against
/// Schoenfeld's formula, which is of small effects: 0.015 is for this one.
TEST(Power, IsThatOfTheFormulae) {
  constexpr int replicates = 2000, patients = 400;
  const Study study = found(loaded(trial_of({100, 200}, replicates, patients) + design("shares", kResponse) +
                                   design("times", "analysis = \"progression\"\npatients = 60\n")));
  const double error = std::sqrt(0.25 / replicates);
  EXPECT_NEAR(share_better(study, "shares"), 0.52084, 3 * error);
  const PowerResult& times = result(study, "times", false);
  double events = 0;
  for (const PlayedTrial& trial : times.trials)
    events += static_cast<double>(trial.events[0] + trial.events[1]) / replicates;
  EXPECT_NEAR(events, 30 * (2 - std::exp(-0.36) - std::exp(-0.72)), 1);
  EXPECT_NEAR(share_better(study, "times"), power_with_events({.ratio = 0.5}, 0.025, events), 3 * error + 0.015);
}

/// Every design holds its level when the arms do the same.
TEST(Power, OfEqualArmsIsTheLevel) {
  constexpr int replicates = 2500;
  const std::string three = "looks = [0.33, 0.67, 1]\nspending = ";
  const Study study = found(
      loaded(trial_of({100, 200}, replicates, 300) + design("fixed", kResponse + "patients = 200\n") +
             design("times", "analysis = \"progression\"\npatients = 200\n") +
             design("events",
                    "analysis = \"progression\"\npatients = 200\nevents = 60\nlooks = [0.5, 1]\nspending = "
                    "\"obrien_fleming\"\n" +
                        kAccrual) +
             design("even", kResponse + "patients = 200\n" + three + "\"pocock\"\n" + kAccrual) +
             design("late", kResponse + "patients = 200\n" + three + "\"obrien_fleming\"\n" + kAccrual) +
             design("more", kResponse +
                                "patients = 200\nlooks = [0.5, 1]\nspending = \"obrien_fleming\"\nre_estimate = { most "
                                "= 300 }\n" +
                                kAccrual) +
             design("adaptive", kResponse + "patients = 200\nallocation = \"thall_wathen\"\n" + kAccrual)));
  for (const PowerResult& one : study.power) {
    if (!one.is_null) continue;
    const PowerSummary summary = summary_of(one);
    // What ends as worse has been rejected, too. Whole patients: the exact size of 100 in each arm with shares of 0.4,
    // summed over both binomials, is 0.0514; looks at fewer are a little further off.
    const double rejected = summary.better.value + summary.worse.value;
    EXPECT_NEAR(rejected, 0.05, 3 * std::sqrt(0.05 * 0.95 / replicates) + 0.003) << one.design;
  }
}

TEST(Power, IsTheSameForAnyThreads) {
  const LoadedStudy study =
      loaded(trial_of({100, 200}, 30, 100) + design("adaptive", kResponse +
                                                                    "looks = [0.5, 1]\nspending = \"pocock\"\n"
                                                                    "allocation = \"thall_wathen\"\n" +
                                                                    kAccrual));
  const std::string hash = content_hash(found(study, 1));
  EXPECT_EQ(hash, content_hash(found(study, 2, 64)));
  EXPECT_EQ(hash, content_hash(found(study, 7)));
}

/// A look has everything that made it due: with accrual the same as without.
TEST(Power, DoesNotLoseTheLastPatient) {
  const Study study = found(loaded(trial_of({100, 200}, 100, 100) + design("once", kResponse) +
                                   design("in turn", kResponse + "known_after = \"37 day\"\n" + kAccrual) +
                                   design("events", "analysis = \"progression\"\nevents = 20\n" + kAccrual)));
  for (std::size_t r = 0; r < 100; ++r) {
    EXPECT_EQ(result(study, "once", false).trials[r].z, result(study, "in turn", false).trials[r].z);
    const PlayedTrial& trial = result(study, "events", false).trials[r];
    EXPECT_EQ(trial.events[0] + trial.events[1], 20);
  }
}

/// Of 12 patients often 5, so that no event comes after the first look.
TEST(Power, EndsWhenNoEventComesAfterALook) {
  const Study study = found(loaded(trial_of({100, 200}, 200, 12) +
                                   design("few",
                                          "analysis = \"progression\"\nevents = 10\nlooks = [0.5, 1]\nspending "
                                          "= \"obrien_fleming\"\n" +
                                              kAccrual)));
  const std::vector<PlayedTrial>& trials = result(study, "few", false).trials;
  EXPECT_GT(
      std::ranges::count_if(trials, [](const PlayedTrial& t) { return t.look == 1 && t.events[0] + t.events[1] == 5; }),
      0);
}

/// Of a dose that does nothing, one that helps and one that helps more, the first is dropped most often.
TEST(Power, OfArmsThatAreDroppedGoesToTheOthers) {
  const Study study = found(
      loaded(trial_of({100, 110, 400}, 200, 300) +
             design("drop", kResponse +
                                "known_after = \"10 day\"\nlooks = [0.4, 1]\nspending = \"obrien_fleming\"\ndrop = "
                                "\"worst\"\n" +
                                kAccrual)));
  const PowerSummary summary = summary_of(result(study, "drop", false));
  EXPECT_LT(summary.patients_in[1].value, 0.75 * summary.patients_in[2].value);
  EXPECT_GT(summary.arm_found[2].value, 0.9);
  EXPECT_LT(summary.arm_found[1].value, 0.05);
  const PlayedTrial& first = result(study, "drop", false).trials[0];
  EXPECT_LE(std::accumulate(first.patients.begin(), first.patients.end(), std::int64_t{0}), 300);
}

/// The effect drawn anew in each replicate: half of the trials have none.
TEST(Power, IsAssuranceOverWhatIsNotKnown) {
  const std::string drawn =
      "[[factor]]\nname = \"effect\"\nkey = \"arm.b.regimen.dose\"\ndistribution = \"uniform\"\nlow = \"100 mg\"\nhigh "
      "= "
      "\"300 mg\"\n";
  const Study study = found(loaded(trial_of({100, 200}, 1000, 200) + drawn + design("fixed", kResponse)));
  double expected = 0;
  constexpr int steps = 200;
  for (int i = 0; i < steps; ++i)
    expected +=
        power_with_controls({.expected = {0.4 + 0.2 * (i + 0.5) / steps, 0.4}}, 0.025, 100, Variance::null) / steps;
  EXPECT_NEAR(share_better(study, "fixed"), expected, 3 * std::sqrt(0.25 / 1000) + 0.01);
}

/// One of two effects for each replicate: none, or 20 points. And the same by a covariate that is drawn per replicate.
TEST(Power, IsAssuranceOverValuesThatAreDrawn) {
  const auto power_of = [](double share) {
    return power_with_controls({.expected = {share, 0.4}}, 0.025, 100, Variance::null);
  };
  const double expected = (0.025 + power_of(0.6)) / 2;
  const std::string drawn =
      "[[factor]]\nname = \"dose\"\nkey = \"arm.b.regimen.dose\"\nvalues = [\"100 mg\", \"300 mg\"]\ndrawn = true\n";
  const Study study = found(loaded(trial_of({100, 200}, 1000, 200) + drawn + design("fixed", kResponse)));
  EXPECT_NEAR(share_better(study, "fixed"), expected, 3 * std::sqrt(0.25 / 1000) + 0.01);
  EXPECT_EQ(study.factors[0].labels, std::vector<std::string>{"drawn: 100 mg, 300 mg"});

  std::string by_covariate = trial_of({100, 200}, 1000, 200);
  const std::string score = "coin < 0.3 + daily_dose_mg/1000";
  by_covariate.replace(by_covariate.find(score), score.size(), "coin < 0.4 + 0.2*works*(daily_dose_mg > 150)");
  by_covariate +=
      "[[covariate]]\nname = \"works\"\ndistribution = \"bernoulli\"\np = 0.5\nper = \"replicate\"\nsource = "
      "\"test\"\nbasis = \"assumed\"\n";
  const Study same = found(loaded(by_covariate + design("fixed", kResponse)));
  EXPECT_NEAR(share_better(same, "fixed"), expected, 3 * std::sqrt(0.25 / 1000) + 0.01);
}

TEST(Power, FindsTheSizeThatIsWanted) {
  const Study study =
      found(loaded(trial_of({100, 300}, 2000, 300) +
                   design("sizes", kResponse + "patients = [60, 120, 180, 240, 300]\nwanted_power = 0.8\n")));
  const std::vector<WantedSize> sizes = wanted_sizes(study.power);
  ASSERT_EQ(sizes.size(), 1u);
  const double needed = 2 * controls_for_power({.expected = {0.6, 0.4}}, 0.025, 0.8, Variance::null);
  // A power of 0.8 ± 0.009 at one size is a size ± 2.3 %, its slope by the log of the size being 0.39.
  EXPECT_NEAR(sizes[0].patients / needed, 1, 0.06);
  EXPECT_LT(sizes[0].low, sizes[0].patients);
  EXPECT_GT(sizes[0].high, sizes[0].patients);
}

TEST(Power, SaysWhatCannotBe) {
  const auto said = [](const std::string& keys) {
    return complaint(trial_of({100, 200}, 10, 100) + design("one", keys));
  };
  EXPECT_EQ(said(kResponse), "");
  EXPECT_NE(said("").find("has no analysis"), std::string::npos);
  EXPECT_NE(said("analysis = \"respons\"\n").find("no such [[analysis]]"), std::string::npos);
  EXPECT_NE(said(kResponse + "patients = 200\n").find("simulates 100 in each replicate"), std::string::npos);
  EXPECT_NE(said(kResponse + "looks = [0.5]\n").find("does not end with 1"), std::string::npos);
  EXPECT_NE(said(kResponse + "looks = [0.5, 1]\n").find("all patients enter on one day"), std::string::npos);
  EXPECT_NE(said(kResponse + "drop = \"worst\"\nlooks = [0.5, 1]\n" + kAccrual).find("use futility"),
            std::string::npos);
  EXPECT_NE(said(kResponse + "spending = \"kim_demets\"\nlooks = [0.5, 1]\n" + kAccrual).find("spending_parameter"),
            std::string::npos);
  EXPECT_NE(said("analysis = \"progression\"\nlooks = [0.5, 1]\n" + kAccrual).find("no events"), std::string::npos);
  EXPECT_NE(said(kResponse + "margin = 1\n").find("below 1"), std::string::npos);
  EXPECT_NE(said(kResponse + "patients = [60, 60, 80]\nwanted_power = 1\n").find("is 60 again"), std::string::npos);
  EXPECT_NE(said(kResponse + "looks = [0.5, 0.5000001, 1]\n" + kAccrual).find("apart"), std::string::npos);
  EXPECT_NE(said("analysis = \"progression\"\nmargin = 0.1\n").find("is of shares"), std::string::npos);
  const std::string sizes = "[[factor]]\nname = \"size\"\nkey = \"trial.REPLACED\"\nvalues = [100, 90]\n";
  const auto varied = [&](const std::string& key) {
    std::string factor = sizes;
    return complaint(trial_of({100, 200}, 10, 100) + factor.replace(factor.find("REPLACED"), 8, key) +
                     design("one", kResponse + "patients = 100\n"));
  };
  EXPECT_NE(varied("patients").find("simulates 90 in each replicate"), std::string::npos);
  EXPECT_NE(varied("replicates").find("another number of replicates at size = 90 than at size = 100"),
            std::string::npos);
  const std::string drawn =
      "[[factor]]\nname = \"way\"\ndrawn = true\nchoices = [{ label = \"a\", set = { "
      "\"trial.replicates\" = 10 } }, { label = \"b\", set = { \"trial.replicates\" = 11 } }]\n";
  EXPECT_NE(complaint(trial_of({100, 200}, 10, 100) + drawn + design("one", kResponse))
                .find("another number of replicates at way = b than at way = a"),
            std::string::npos);
  EXPECT_NE(complaint(trial_of({100}, 10, 100) + design("one", kResponse)).find("has one"), std::string::npos);
  EXPECT_NE(complaint(trial_of({100, 200}, 10, 100)).find("no [[trial_design]]"), std::string::npos);
  std::string late = trial_of({100, 200}, 10, 100);
  const std::string tally = "[[tally]]\n";
  late.insert(late.find("every = \"30 day\""), "from = \"start\"\n");
  late.insert(late.find(tally),
              "[[event]]\nname = \"start\"\nhazard = \"0.01\"\nsource = \"test\"\nbasis = \"assumed\"\n");
  EXPECT_NE(complaint(late + design("one", "analysis = \"progression\"\n")).find("times that begin at 'start'"),
            std::string::npos);
}

}}  // namespace vt
