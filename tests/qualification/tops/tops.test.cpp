/// \file The TOPS trial against its published results, and what each part of it does to them.

#include <gtest/gtest.h>

#include "host/scenario/tallies/read_targets.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

constexpr std::uint64_t kPatients = 60'000;

Results simulate_file(const std::string& name, std::vector<std::string> set = {}, std::uint64_t patients = kPatients) {
  set.push_back("trial.patients=" + std::to_string(patients));
  return simulate(read(scenario_path(name), set));
}

const Results& tops() {
  static const Results results = simulate_file("tops.toml");
  return results;
}

std::vector<Target> published() {
  Problems problems;
  TargetFile file = read_targets(scenario_path("targets/tops.toml"), problems);
  EXPECT_TRUE(problems.empty());
  return file.targets;
}

TEST(Tops, every_required_published_number_is_met) {
  const auto rows = compare(tops(), published());
  int required = 0;
  for (const Comparison& row : rows) {
    required += row.target.required;
    EXPECT_TRUE(!row.target.required || row.verdict == Verdict::inside)
        << row.target.name << ": " << row.simulated.value << ", accepted " << row.target.low << " to "
        << row.target.high;
  }
  EXPECT_EQ(required, 17);
}

TEST(Tops, nobody_fails_and_the_arms_keep_their_shares) {
  EXPECT_TRUE(tops().failures.empty());
  EXPECT_EQ(tops().arms.at(0).patients * 2, tops().arms.at(1).patients);
}

// Without cytopenia rules, and with reductions independent of exposure, the troughs by actual dose simply follow the
// dose: both ratios leave their limits (0.75 ± 0.02 against at least 0.80; above 2.5).
TEST(Tops, the_negative_control_fails_both_ratios) {
  const Results control = simulate_file("tops_no_selection.toml");
  const auto median = [&](double dose) {
    return value(control, "trough_by_dose", "median", {{"daily_dose_mg", dose}});
  };
  EXPECT_NEAR(median(300) / median(400), 0.75, 0.02);
  EXPECT_GT(median(800) / median(400), 2.5);
  int failed = 0;
  for (const Comparison& row : compare(control, published()))
    failed += row.target.name.find("Trough ratio") == 0 && row.verdict == Verdict::outside;
  EXPECT_EQ(failed, 2);
}

TEST(Tops, missed_doses_lower_the_trough) {
  const Results adherent =
      simulate_file("tops.toml", {"adherence.taken.once_daily=1", "adherence.taken.twice_daily=1"}, 20'000);
  const Results erratic =
      simulate_file("tops.toml", {"adherence.taken.once_daily=0.7", "adherence.taken.twice_daily=0.7"}, 20'000);
  const auto median = [](const Results& r) { return value(r, "trough_by_arm", "median", {{"arm", "400 mg QD"}}); };
  EXPECT_GT(median(adherent), 1.02 * median(tops()));
  EXPECT_LT(median(erratic), 0.85 * median(tops()));
}

TEST(Tops, dose_reductions_lower_the_trough_of_the_high_dose_arm_over_time) {
  Scenario fixed = read(scenario_path("tops.toml"), {"trial.patients=20000"});
  for (ArmSpec& arm : fixed.arms) arm.rules.clear();
  const auto change = [](const Results& r) {
    const auto median = [&](const char* visit) {
      return value(r, "trough_by_arm", "median", {{"arm", "400 mg BID"}, {"visit", visit}});
    };
    return median("month 12") / median("day 29") - 1;
  };
  EXPECT_LT(change(tops()), -0.05);  // holds for cytopenia lower the median of day 29, too
  EXPECT_NEAR(change(simulate(fixed)), 0, 0.05);
}

TEST(Tops, rifampicin_lowers_trough_and_response_of_those_who_take_it) {
  const Results with = simulate_file("tops_rifampicin.toml");
  const ResultTally& by_drug = tally(with, "trough_by_rifampicin");
  const auto median = [&](const char* cell, const char* visit) {
    return estimate(by_drug, pool(by_drug, {{"interacting_drug", cell}, {"visit", visit}}),
                    parse_statistic("median").value())
        .value;
  };
  EXPECT_LT(median(">= 0.5", "month 3"), 0.35 * median("< 0.5", "month 3"));
  EXPECT_NEAR(median(">= 0.5", "month 12") / median("< 0.5", "month 12"), 1, 0.15);
  const auto mmr = [&](const char* cell) {
    return value(with, "mmr_by_rifampicin", "proportion", {{"interacting_drug", cell}, {"visit", "month 6"}});
  };
  EXPECT_LT(mmr(">= 0.5"), mmr("< 0.5") - 0.03);

  const Results without = simulate_file(
      "tops_rifampicin.toml",
      {"interaction.rifampicin.clearance_ratio=1", "interaction.rifampicin.bioavailability_ratio=1"}, 20'000);
  const double ratio =
      value(without, "trough_by_rifampicin", "median", {{"interacting_drug", ">= 0.5"}, {"visit", "month 3"}}) /
      value(without, "trough_by_rifampicin", "median", {{"interacting_drug", "< 0.5"}, {"visit", "month 3"}});
  EXPECT_NEAR(ratio, 1, 0.08);
}

}  // namespace
}  // namespace vt
