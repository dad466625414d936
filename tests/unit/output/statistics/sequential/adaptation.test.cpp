#include "output/statistics/sequential/adaptation.hpp"

#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace vt { namespace {

constexpr double kCritical = 1.959963984540054;

// R package rpact 3.3.4, getConditionalPower: inverse-normal design of O'Brien and Fleming, two looks, alpha = 0.025
// (critical value 1.97743095942); 50 patients with mean 0.2 and SD 1, 50 more planned, effect 0.25 or as seen.
TEST(ConditionalPower, IsThatOfRpact) {
  const double z = 0.2 * std::sqrt(50.0);
  EXPECT_NEAR(conditional_power(z, 0.5, 0.25 * std::sqrt(100.0), 1.97743095942), 0.650055694345, 1e-11);
  EXPECT_NEAR(conditional_power(z, 0.5, trend(z, 0.5), 1.97743095942), 0.512731055999, 1e-11);
}

// rpact 3.3.4, getStageResults: z of three stages and their combinations; information rates 0.2, 0.5, 1.
TEST(InverseNormal, IsThatOfRpact) {
  const std::vector<double> z = {1.788854382, 1.09544511501, 3.70809924355}, weight = {0.2, 0.3, 0.5};
  const std::vector<double> combined = {1.788854382, 1.97989898732, 4.02202212043};
  for (std::size_t n = 1; n <= 3; ++n)
    EXPECT_NEAR(inverse_normal(std::span(z).first(n), std::span(weight).first(n)), combined[n - 1], 1e-10);
}

TEST(InverseNormal, OfThePlannedSizesIsZOfAllData) {
  const std::vector<double> fraction = {0.3, 0.7, 1}, z = {0.4, 1.9, 2.2};
  std::vector<double> stage = {z[0]}, weight = {fraction[0]};
  for (std::size_t k = 1; k < 3; ++k) {
    stage.push_back(stage_z(z[k - 1], fraction[k - 1], z[k], fraction[k]));
    weight.push_back(fraction[k] - fraction[k - 1]);
  }
  EXPECT_NEAR(inverse_normal(stage, weight), 2.2, 1e-14);
  EXPECT_THROW(inverse_normal(stage, std::vector<double>{1, 1}), std::invalid_argument);
  EXPECT_THROW(inverse_normal(stage, std::vector<double>{1, 1, -1}), std::invalid_argument);
}

// Mehta & Pocock 2011, table of the least conditional power, two digits; one-sided at 0.025.
TEST(PromisingZone, BeginsWhereMehtaAndPocockSay) {
  constexpr double unlimited = 1e6;
  const struct {
    double most, first, at_80, at_90;
  } table[] = {{1.5, 0.25, 0.42, 0.42},       {1.5, 0.5, 0.41, 0.41},       {1.5, 0.75, 0.38, 0.38},
               {2, 0.25, 0.37, 0.37},         {2, 0.5, 0.36, 0.36},         {2, 0.75, 0.33, 0.33},
               {3, 0.25, 0.32, 0.32},         {3, 0.5, 0.31, 0.30},         {3, 0.75, 0.30, 0.27},
               {unlimited, 0.25, 0.32, 0.28}, {unlimited, 0.5, 0.31, 0.27}, {unlimited, 0.75, 0.30, 0.25}};
  for (const auto& row : table)
    for (const auto& [power, expected] : {std::pair(0.8, row.at_80), std::pair(0.9, row.at_90)})
      EXPECT_NEAR(safe_conditional_power(
                      {.first = row.first, .planned = 1, .most = row.most, .critical = kCritical, .power = power}),
                  expected, 0.0055)
          << row.most << ' ' << row.first;
}

const PromisingZone kTrial = {
    .first = 208, .planned = 442, .most = 884, .critical = kCritical, .power = 0.8, .least_conditional_power = 0.365};

TEST(PromisingZone, RaisesTheSizeToTheWantedPower) {
  for (double z = -1; z < 3; z += 0.01) {
    const Resized found = resize(kTrial, z);
    if (found.zone != Zone::promising) {
      EXPECT_EQ(found.size, 442);
      EXPECT_TRUE(found.conditional_power < 0.365 || found.conditional_power >= 0.8);
      continue;
    }
    EXPECT_LE(found.size, 884);
    EXPECT_LE(critical_at_size(kTrial, z, found.size), kCritical) << z;
    // With the plan's weights: z of the second stage has to reach so much, and has the mean of the trend.
    const double reach = (kCritical * std::sqrt(442.0) - z * std::sqrt(208.0)) / std::sqrt(442.0 - 208);
    const double power = std::erfc((reach - z / std::sqrt(208.0) * std::sqrt(found.size - 208)) / std::sqrt(2.0)) / 2;
    if (found.size < 884)
      EXPECT_NEAR(power, 0.8, 1e-12) << z;
    else
      EXPECT_LE(power, 0.8) << z;
  }
}

TEST(PromisingZone, ChangesNothingAtThePlannedSize) {
  for (const double z : {-2.0, 0.0, 1.4}) EXPECT_NEAR(critical_at_size(kTrial, z, 442), kCritical, 1e-14);
}

// The error, integrated over z at the interim look: with the critical value of each size it is alpha; with that of the
// plan no more, for the promising zone is where that may be kept.
TEST(PromisingZone, KeepsTheError) {
  const auto tail = [](double z) { return std::erfc(z / std::sqrt(2.0)) / 2; };
  const auto error = [&](bool adjusts) {
    double sum = 0;
    for (double z = -9; z < 9; z += 1e-3)
      sum += boost::math::quadrature::gauss<double, 7>::integrate(
          [&](double first) {
            const double size = resize(kTrial, first).size;
            const double critical = adjusts ? critical_at_size(kTrial, first, size) : kCritical;
            const double rest = (critical * std::sqrt(size) - first * std::sqrt(208.0)) / std::sqrt(size - 208);
            return std::exp(-first * first / 2) / std::sqrt(2 * M_PI) * tail(rest);
          },
          z, z + 1e-3);
    return sum;
  };
  EXPECT_NEAR(error(true), 0.025, 1e-12);
  EXPECT_LT(error(false), 0.025);
  EXPECT_GT(error(false), 0.02);
}

}}  // namespace vt
