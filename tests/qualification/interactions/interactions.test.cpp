/// \file Comedications through the whole program: the library against the studies it was derived from, and who takes
/// what when.

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <cmath>

#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// The volunteers for whom the library's effects were split: first-order absorption, clearance 13.1 L/h, volume 267 L.
std::string volunteers(const std::string& base, const std::string& more) {
  return "title = \"volunteers\"\n" + (base.empty() ? "" : "base = [\"" + scenario_path(base) + "\"]\n") + R"(
[trial]
patients = 1
duration = "40 day"
start = "day -20"
[pk]
model = "one_compartment"
absorption = "first_order"
clearance = "13.1 L/h"
volume = "267 L"
absorption_rate = "1 1/h"
source = "test"
basis = "assumed"
[[arm]]
name = "a"
regimen = { dose = "400 mg", every = "24 h" }
rules = ["one dose"]
[[rule]]
name = "one dose"
at = "first"
when = "day >= 1"
do = "hold"
until = "day > 1000"
resume = [{ dose = "400 mg", every = "24 h" }]
[[visit]]
name = "first"
at = "day 1"
measure = []
[[visit]]
name = "daily"
every = "1 day"
measure = []
[[tally]]
name = "auc"
score = "auc_24h"
range = ["0 ng*h/mL", "131072 ng*h/mL"]
at = "daily"
by = ["visit"]
[[tally]]
name = "peak"
score = "peak"
range = ["0 ng/mL", "8192 ng/mL"]
at = "first"
[[profile]]
name = "profile"
at = ["day 0"]
hours = ["18 h", "24 h"]
range = ["0.01 ng/mL", "8192 ng/mL"]
)" + more;
}

double auc_of_day(const Results& results, int day) {
  return value(results, "auc", "mean", {{"visit", fmt::format("day {}", day)}});
}

/// Of a single dose: areas to 24 h and to 40 days, highest concentration.
struct Exposures {
  double to_24h = 0, in_all = 0, peak = 0;
};
/// The day of the dose ends 18 h after it; from there to 24 h concentrations fall exponentially.
Exposures single_dose(const Scenario& scenario) {
  const Results results = simulate(scenario);
  const double at_18h = value(results, "profile", "mean", {{"time", "18 h"}});
  const double at_24h = value(results, "profile", "mean", {{"time", "24 h"}});
  Exposures found;
  found.to_24h = auc_of_day(results, 1) + 6 * (at_18h - at_24h) / std::log(at_18h / at_24h);
  for (int day = 1; day <= 40; ++day) found.in_all += auc_of_day(results, day);
  found.peak = value(results, "peak", "mean");
  return found;
}

/// Changes of a single dose's exposures by a comedication of the library taken from `start` on, whole program.
Exposures changes(const std::string& file, const std::string& perpetrator, const std::string& start) {
  const ScenarioFile text(volunteers("library/interactions/" + file + ".toml", ""));
  const std::string key = "interaction." + perpetrator;
  const Exposures alone = single_dose(read(text.path(), {key + ".fraction=0"}));
  const Exposures together = single_dose(read(text.path(), {key + ".start=" + start}));
  return {together.to_24h / alone.to_24h - 1, together.in_all / alone.in_all - 1, together.peak / alone.peak - 1};
}

TEST(Volunteers, without_comedication_have_the_exposure_of_the_closed_form) {
  const ScenarioFile text(volunteers("", ""));
  const Exposures alone = single_dose(read(text.path()));
  const double k = 13.1 / 267, ka = 1, peak_h = std::log(ka / k) / (ka - k);
  EXPECT_NEAR(alone.in_all, 400e3 / 13.1, 1);
  // Absorbed and left at 24 h: amounts of the Bateman function; range of the tallies' fixed point aside.
  const double left = (std::exp(-k * 24) / k - std::exp(-ka * 24) / ka) * ka / (ka - k) * k;
  EXPECT_NEAR(alone.to_24h, 400e3 / 13.1 * (1 - left), 5);
  EXPECT_NEAR(alone.peak, 400e3 / 267 * ka / (ka - k) * (std::exp(-k * peak_h) - std::exp(-ka * peak_h)), 0.5);
}

// Bolton 2004: 8 to 11 days of rifampicin, the single dose on day 8: peak −54 %, area to 24 h −68 %, in all −74 %.
// Tolerances 5, 5 and 3 points.
TEST(Rifampicin, lowers_peak_and_area_of_a_single_dose_as_observed) {
  const Exposures change = changes("rifampicin", "rifampicin", "day -8");
  EXPECT_NEAR(change.in_all, -0.74, 0.03);
  EXPECT_NEAR(change.peak, -0.54, 0.05);
  EXPECT_NEAR(change.to_24h, -0.68, 0.05);
}

// Label: −73 % as a class. Not among the validation targets; the split is assumed.
TEST(EnzymeInducingAntiepileptics, cut_the_area_by_three_quarters) {
  EXPECT_NEAR(changes("enzyme_inducing_antiepileptics", "enzyme_inducing_antiepileptic", "day -14").in_all, -0.73,
              0.03);
}

// Frye 2004, Smith 2004: −30 and −32 % after two weeks, tolerance 5 points. Observed peaks: −18 and −29 %.
TEST(StJohnsWort, lowers_the_area_as_observed) {
  const Exposures change = changes("st_johns_wort", "st_johns_wort", "day -14");
  EXPECT_NEAR(change.in_all, -0.30, 0.05);
  EXPECT_NEAR(change.in_all, -0.32, 0.05);
}

// Dutreix 2004: area +40 %, peak +26 %, tolerance 8 points.
TEST(Ketoconazole, raises_peak_and_area_of_a_single_dose_as_observed) {
  const Exposures change = changes("ketoconazole", "ketoconazole", "day -1");
  EXPECT_NEAR(change.in_all, 0.40, 0.08);
  EXPECT_NEAR(change.peak, 0.26, 0.08);
}

// Observed: +40 % to 24 h as well. Less clearance shows in full only later than that, and a peak of +26 % leaves no
// room for all of it in the bioavailability: within the tolerance, and at its edge.
TEST(Ketoconazole, raises_the_area_to_24_h_nearly_as_observed) {
  const double change = changes("ketoconazole", "ketoconazole", "day -1").to_24h;
  EXPECT_NEAR(change, 0.40, 0.08);
  EXPECT_LT(change, 0.36);
}

// Egorin 2009 and Sparano 2009: ratios 0.97 and 1.03, no effect; accepted: 0.90 to 1.10.
TEST(AcidReducingDrugs, leave_the_area_alone) {
  for (const std::string drug : {"omeprazole", "antacid"}) {
    const double ratio = 1 + changes(drug, drug, "day -5").in_all;
    EXPECT_GT(ratio, 0.90) << drug;
    EXPECT_LT(ratio, 1.10) << drug;
  }
}

// van Erp 2007: three days of ritonavir after two months of imatinib, ratio 0.97; accepted: 0.85 to 1.10.
TEST(Ritonavir, leaves_the_steady_state_alone) {
  const ScenarioFile text(volunteers("library/interactions/ritonavir.toml", ""));
  Scenario scenario = read(text.path(), {"trial.duration=65 day", "interaction.ritonavir.start=day 60"});
  scenario.arms[0].rules.clear();
  scenario.rules.clear();
  const Results results = simulate(scenario);
  const double ratio = auc_of_day(results, 64) / auc_of_day(results, 60);
  EXPECT_GT(ratio, 0.85);
  EXPECT_LT(ratio, 1.10);
}

/// Patients whose drug is gone by the next morning, so that the area of a day is that of its dose: 400 F / 13.1. The
/// comedication acts at once and halves F. Taken on day d, it acts on the dose of day d + 1, seen on the visit of day d
/// + 2.
class Comedication : public testing::Test {
 protected:
  /// Share of patients, by day of intake, whose dose of the next day has less than `below` of its full effect.
  void run_with(const std::string& interactions, double below) {
    std::string text = volunteers("", R"(
[[covariate]]
name = "u"
distribution = "uniform"
low = 0
high = 1
source = "test"
basis = "assumed"
[[tally]]
name = "taken"
score = ")" + fmt::format("auc_24h < {}", below * 400e3 / 13.1) +
                                          R"("
at = "daily"
by = ["visit"]
)" + interactions);
    const ScenarioFile file(text);
    Scenario scenario = read(file.path(), {"pk.volume=10 L", "trial.patients=4000", "trial.duration=80 day"});
    scenario.arms[0].rules.clear();
    scenario.rules.clear();
    results_ = simulate(scenario);
  }
  double share(int day) const {
    return value(results_, "taken", "proportion", {{"visit", fmt::format("day {}", day + 2)}});
  }

  static std::string drug(const std::string& name, const std::string& more) {
    return "[[interaction]]\nperpetrator = \"" + name +
           "\"\nbioavailability_ratio = 0.5\nliver_half_life = \"0 h\"\ngut_half_life = \"0 h\"\nsource = "
           "\"test\"\nbasis "
           "= \"assumed\"\n" +
           more;
  }

 private:
  Results results_;
};

TEST_F(Comedication, has_a_window_for_each_patient) {
  run_with(drug("a",
                "start = { formula = \"10 + 20*u\", unit = \"day\" }\n"
                "stop = { formula = \"50 + 10*u\", unit = \"day\" }\n"),
           0.75);
  EXPECT_EQ(share(10), 0);
  EXPECT_NEAR(share(15), 0.25, 0.035);  // five SD of a share of 4000
  EXPECT_NEAR(share(20), 0.50, 0.04);
  EXPECT_EQ(share(31), 1);
  EXPECT_EQ(share(49), 1);
  EXPECT_NEAR(share(55), 0.5, 0.04);
  EXPECT_EQ(share(60), 0);
}

TEST_F(Comedication, is_taken_by_those_for_whom_a_formula_holds) {
  run_with(drug("a", "taken_when = \"u < 0.3\"\n"), 0.75);
  EXPECT_NEAR(share(20), 0.3, 0.036);
  run_with(drug("a", "taken_when = \"u < 0.3\"\nfraction = 0.5\n"), 0.75);
  EXPECT_NEAR(share(20), 0.15, 0.028);
}

TEST_F(Comedication, comes_in_courses) {
  // Courses begin on days −5, 5, 15 …; the last one would begin on day 65 and ends on day 66.
  run_with(drug("a", "start = \"day -15\"\nstop = \"day 67\"\ncourse = \"3 day\"\nevery = \"10 day\"\n"), 0.75);
  for (int day = 0; day < 78; ++day) EXPECT_EQ(share(day), day % 10 >= 5 && day % 10 < 8 && day < 67 ? 1 : 0) << day;
}

TEST_F(Comedication, of_several_kinds_multiply) {
  const std::string four = drug("a", "start = \"day 10\"\n") + drug("b", "start = \"day 20\"\n") +
                           drug("c", "start = \"day 30\"\n") + drug("d", "start = \"day 40\"\nstop = \"day 50\"\n");
  for (const auto& [below, first, last] :
       {std::tuple(0.51, 10, 77), {0.26, 20, 77}, {0.126, 30, 77}, {0.063, 40, 49}}) {
    run_with(four, below);
    for (const int day : {5, 15, 25, 35, 45, 55})
      EXPECT_EQ(share(day), day >= first && day <= last ? 1 : 0) << below << " " << day;
  }
}

}  // namespace
}  // namespace vt
