#include "output/statistics/sequential/trial_size.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace vt { namespace {

// R package rpact 3.3.4, getSampleSizeRates(alpha = 0.025, beta = 0.2): 96.9236429416 in either group; 144.930507887
// and 72.4652539435; with thetaH0 = -0.1 169.305980615, and 128.444936253 controls.
TEST(TrialSize, OfTwoSharesIsThatOfRpact) {
  const TwoShares better = {.treated = 0.6, .control = 0.4}, alike = {.treated = 0.45, .control = 0.4};
  const auto controls = [](const SharesPlan& plan) { return controls_for_power(plan, 0.025, 0.8, Variance::null); };
  EXPECT_NEAR(controls({.expected = better}), 96.9236429416, 1e-9);
  EXPECT_NEAR(controls({.expected = better, .ratio = 2}), 72.4652539435, 1e-9);
  EXPECT_NEAR(controls({.expected = alike, .margin = 0.1}), 169.305980615, 1e-8);
  EXPECT_NEAR(controls({.expected = alike, .ratio = 2, .margin = 0.1}), 128.444936253, 1e-8);
}

// The examples of R 4.2's power.prop.test: n = 76.7 (its root is 2e-6 off), power = 0.740.
TEST(TrialSize, OfTwoSharesIsThatOfR) {
  const SharesPlan plan = {.expected = {.treated = 0.75, .control = 0.5}};
  EXPECT_NEAR(controls_for_power(plan, 0.025, 0.9, Variance::null), 76.7069301141, 5e-6);
  EXPECT_NEAR(power_with_controls(plan, 0.025, 50, Variance::null), 0.740165901331, 1e-12);
}

// Chow, Shao & Wang 2003, 4.2: 0.85 against 0.65. Equality at 0.05 with power 0.8: 70 patients in each group;
// superiority by −0.1, one-sided at 0.05: 25.
TEST(TrialSize, UnpooledIsThatOfChowShaoAndWang) {
  const TwoShares shares = {.treated = 0.85, .control = 0.65};
  EXPECT_EQ(std::ceil(controls_for_power({.expected = shares}, 0.025, 0.8, Variance::unpooled)), 70);
  EXPECT_EQ(std::ceil(controls_for_power({.expected = shares, .margin = 0.1}, 0.05, 0.8, Variance::unpooled)), 25);
}

// The corrected difference, less (1/n_control + 1/n_treated)/2, has the z of the uncorrected one with the uncorrected
// size: √n'·(δ − (1 + 1/ratio)/(2n')) = √n·δ.
TEST(TrialSize, WithContinuityGivesTheSameZ) {
  for (const double ratio : {0.5, 1.0, 3.0})
    for (const double n : {30.0, 200.0}) {
      const SharesPlan plan = {.expected = {.treated = 0.5, .control = 0.3}, .ratio = ratio};
      const double corrected = controls_with_continuity(plan, n);
      EXPECT_NEAR(std::sqrt(corrected) * (0.2 - (1 + 1 / ratio) / (2 * corrected)), std::sqrt(n) * 0.2, 1e-12);
    }
}

// Collett 2003, Modelling Survival Data in Medical Research, 2nd ed., chapter 10, log hazard ratio −0.5621: 133 deaths
// for a power of 0.9 at 0.05, two-sided. rpact 3.3.4, getSampleSizeSurvival(hazardRatio = 0.6, alpha = 0.025, beta =
// 0.1): 161.068591903 events.
TEST(TrialSize, OfALogRankTestIsSchoenfelds) {
  EXPECT_EQ(std::round(events_for_power({.ratio = std::exp(-0.5621)}, 0.025, 0.9)), 133);
  EXPECT_NEAR(events_for_power({.ratio = 0.6}, 0.025, 0.9), 161.068591903, 1e-8);
}

// A margin shifts the hypothesis: 0.9 against 1.2 is as 0.75 against 1; a share of 1/4 needs 4/3 of the events.
TEST(TrialSize, OfALogRankTestKnowsMarginAndAllocation) {
  const double events = events_for_power({.ratio = 0.75}, 0.025, 0.9);
  EXPECT_NEAR(events_for_power({.ratio = 0.9, .null_ratio = 1.2}, 0.025, 0.9), events, 1e-9);
  EXPECT_NEAR(events_for_power({.ratio = 0.75, .share_treated = 0.25}, 0.025, 0.9), events * 4 / 3, 1e-9);
}

TEST(TrialSize, HasThePowerItWasMadeFor) {
  for (const double power : {0.6, 0.9, 0.99}) {
    const HazardPlan hazards = {.ratio = 0.7, .share_treated = 0.4, .null_ratio = 1.1};
    EXPECT_NEAR(power_with_events(hazards, 0.05, events_for_power(hazards, 0.05, power)), power, 1e-13);
    const SharesPlan shares = {.expected = {.treated = 0.3, .control = 0.25}, .ratio = 1.5, .margin = 0.05};
    for (const Variance variance : {Variance::null, Variance::unpooled})
      EXPECT_NEAR(power_with_controls(shares, 0.05, controls_for_power(shares, 0.05, power, variance), variance), power,
                  1e-13);
  }
}

TEST(TrialSize, IsNotThereForAnAlternativeOnTheOtherSide) {
  EXPECT_TRUE(
      std::isnan(controls_for_power({.expected = {.treated = 0.3, .control = 0.4}}, 0.025, 0.9, Variance::null)));
  EXPECT_TRUE(std::isnan(events_for_power({.ratio = 1.2}, 0.025, 0.9)));
}

}}  // namespace vt
