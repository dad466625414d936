#include "output/statistics/sequential/group_sequential.hpp"

#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "output/statistics/sequential/spending.hpp"

namespace vt { namespace {

using Kind = Spending::Kind;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
const std::vector<double> kFive = {0.2, 0.4, 0.6, 0.8, 1}, kFour = {0.3, 0.55, 0.8, 1}, kThree = {0.3, 0.6, 1};

std::vector<double> equally_spaced(int looks) {
  std::vector<double> fraction;
  for (int k = 1; k <= looks; ++k) fraction.push_back(static_cast<double>(k) / looks);
  return fraction;
}

void expect_near(const std::vector<double>& found, const std::vector<double>& expected, double tolerance) {
  ASSERT_GE(found.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], tolerance) << i;
}

/// How much more information than the test with one look.
double inflation(const SequentialBounds& bounds, double alpha, double power) {
  const double ratio = drift_for_power(bounds, power) / fixed_drift(alpha, power);
  return ratio * ratio;
}

// Jennison & Turnbull 2000: C_P(K, α) in table 2.1, C_B(K, α) in 2.3; R_P and R_B in 2.2 and 2.4, for a power of 0.8.
// More digits: R package rpact 3.3.4, typeOfDesign = "P" and "OF", sided = 2, tolerance = 1e-10; its inflation factors
// (power 0.8) have an error of up to 1e-8.
TEST(GroupSequential, HasTheConstantsOfPocockAndOfOBrienAndFleming) {
  const struct {
    int looks;
    double shape, alpha, constant, inflation, constant_printed;
  } table[] = {
      {2, kPocockShape, 0.05, 2.17827208873, 1.11041263462, 2.178},
      {3, kPocockShape, 0.05, 2.28947806104, 1.16638714578, 2.289},
      {5, kPocockShape, 0.05, 2.41317622018, 1.22859261029, 2.413},
      {8, kPocockShape, 0.05, 2.51233621279, 1.27895327266, 2.512},
      {2, kPocockShape, 0.01, 2.77180863564, 1.09165270359, 2.772},
      {5, kPocockShape, 0.01, 2.98627183226, 1.18698359952, 2.986},
      {2, kOBrienFlemingShape, 0.05, 1.97743095928, 1.00778625514, 1.977},
      {3, kOBrienFlemingShape, 0.05, 2.00403557862, 1.01740622493, 2.004},
      {5, kOBrienFlemingShape, 0.05, 2.04007317487, 1.02841096915, 2.040},
      {8, kOBrienFlemingShape, 0.05, 2.07220677298, 1.03666148909, 2.072},
      {2, kOBrienFlemingShape, 0.01, 2.57956961076, 1.00149335734, 2.580},
      {5, kOBrienFlemingShape, 0.01, 2.62117056888, 1.01450579422, 2.621},
  };
  for (const auto& row : table) {
    const SequentialBounds bounds =
        wang_tsiatis_bounds(equally_spaced(row.looks), row.shape, row.alpha / 2, Sides::two);
    EXPECT_NEAR(bounds.upper.back(), row.constant, 3e-8) << row.looks;
    EXPECT_NEAR(bounds.upper.back(), row.constant_printed, 5.1e-4) << row.looks;
    EXPECT_NEAR(inflation(bounds, row.alpha / 2, 0.8), row.inflation, 3e-8) << row.looks;
    EXPECT_NEAR(2 * chance_above(bounds, 0), row.alpha, 1e-12);
  }
}

// rpact 3.3.4, sided = 1, alpha = 0.025, beta = 0.1: getDesignCharacteristics. Its information is that of the test with
// one look times ASN1 (at the planned effect) and ASN0.
TEST(GroupSequential, HasThePowerAndTheInformationOfRpact) {
  const struct {
    double shape;
    std::vector<double> rejects;
    double inflation, shift, asn1, asn0;
  } table[] = {
      {kPocockShape,
       {0.205874324773, 0.260251571195, 0.208604379396, 0.140194925889, 0.085074798747},
       1.206580529542,
       12.67805208159,
       0.684938192017,
       1.191650486694},
      {kOBrienFlemingShape,
       {0.000990653813, 0.124424132901, 0.342124245585, 0.284038355253, 0.148422612447},
       1.026486311809,
       10.785725944951,
       0.750254355448,
       1.022816380804},
  };
  for (const auto& row : table) {
    const SequentialBounds bounds = wang_tsiatis_bounds(kFive, row.shape, 0.025, Sides::one);
    const double drift = drift_for_power(bounds, 0.9), more = inflation(bounds, 0.025, 0.9);
    EXPECT_NEAR(drift * drift, row.shift, 2e-7);
    EXPECT_NEAR(more, row.inflation, 2e-8);
    EXPECT_NEAR(more * expected_fraction(bounds, drift), row.asn1, 2e-8);
    EXPECT_NEAR(more * expected_fraction(bounds, 0), row.asn0, 2e-8);
    expect_near(exit_chances(bounds, drift).above, row.rejects, 5e-9);
  }
}

// 4.8769, 3.3570, 2.6803, 2.2898, 2.0310 in the literature; digits of rpact 3.3.4, whose errors are up to 1e-8, at the
// last look 5e-8 (it spends 1e-8 less than alpha).
TEST(GroupSequential, HasTheBoundsOfLanAndDeMets) {
  const struct {
    Spending spending;
    std::vector<double> fraction;
    Sides sides;
    std::vector<double> upper;
  } table[] = {
      {{Kind::obrien_fleming},
       kFive,
       Sides::two,
       {4.87688494879, 3.35701192234, 2.68028006441, 2.28981676773, 2.03103204345}},
      {{Kind::obrien_fleming},
       kFive,
       Sides::one,
       {4.87688494879, 3.35701192339, 2.68028006126, 2.28981676971, 2.0310320601}},
      {{Kind::pocock}, kFive, Sides::two, {2.43797668805, 2.42681385815, 2.41019384033, 2.39664540073, 2.38598457206}},
      {{Kind::pocock}, kFive, Sides::one, {2.43797668805, 2.42681385862, 2.41019414639, 2.39664928423, 2.38599970698}},
      {{Kind::kim_demets, 1}, kFour, Sides::one, {2.43237905858, 2.3829772317, 2.30231356033, 2.26583323948}},
      {{Kind::kim_demets, 3}, kFour, Sides::one, {3.20513318018, 2.67109989823, 2.28926994879, 2.04306517058}},
      {{Kind::hwang_shih_decani, -4}, kFour, Sides::one, {3.06669954932, 2.7438991997, 2.35775434872, 2.02310609497}},
      {{Kind::hwang_shih_decani, 1}, kFour, Sides::one, {2.31705057556, 2.34652598313, 2.34679751977, 2.38180726283}},
  };
  for (const auto& row : table) {
    const std::vector<double> errors = spent(row.spending, 0.025, row.fraction);
    const SequentialBounds bounds = efficacy_bounds(row.fraction, errors, row.sides);
    expect_near(bounds.upper, row.upper, 7e-8);
    double sum = 0;
    const ExitChances chances = exit_chances(bounds, 0);
    for (std::size_t k = 0; k < errors.size(); ++k) EXPECT_NEAR(sum += chances.above[k], errors[k], 1e-13);
    if (row.sides == Sides::two) expect_near(chances.below, chances.above, 1e-15);
  }
}

// rpact 3.3.4, typeOfDesign = "HP", constantBoundsHP = 3.
TEST(GroupSequential, HasTheBoundOfHaybittleAndPeto) {
  const SequentialBounds bounds = haybittle_peto_bounds(kFour, 3, 0.025, Sides::one);
  expect_near(bounds.upper, {3, 3, 3, 1.97914708114}, 2e-8);
  EXPECT_NEAR(chance_above(bounds, 0), 0.025, 1e-13);
  EXPECT_THROW(haybittle_peto_bounds(kFour, 1.5, 0.025, Sides::one), std::invalid_argument);  // 0.067 at the first look
}

// rpact 3.3.4: typeOfDesign = "asOF", alpha = 0.025, typeBetaSpending = "bsOF" or "bsHSD" (gammaB = -2), beta = 0.1.
TEST(GroupSequential, StopsForFutilityAsRpactDoes) {
  const Spending hwang{Kind::hwang_shih_decani, -2}, obrien{Kind::obrien_fleming};
  const struct {
    Futility futility;
    Spending beta;
    std::vector<double> upper, lower;
    double shift, asn1, asn0;
    std::vector<double> stops_above, stops_below;
  } table[] = {
      {Futility::binding,
       obrien,
       {3.92857254263, 2.66996861662, 1.95669973892},
       {-0.983850925978, 0.707392422868},
       10.819249812,
       0.823795157269,
       0.664078157489,
       {0.0167113251067, 0.4349080556011, 0.4483806192922},
       {0.0026726381909, 0.0310395966844}},
      {Futility::binding,
       hwang,
       {3.92857254263, 2.66988732497, 1.9527477207},
       {-0.420487245605, 0.669362766981},
       10.9166764175,
       0.824972108341,
       0.616664823581,
       {0.0170504896062, 0.43908482643, 0.4438646839638},
       {0.0128676096713, 0.0234463134987}},
      {Futility::non_binding,
       obrien,
       {3.92857254263, 2.66997200443, 1.98102450283},
       {-0.970877680846, 0.72573937085},
       10.9756284492,
       0.832492977637,
       0.67031608398,
       {0.0172578104318, 0.4416322206748, 0.4411099688933},
       {0.00267263819082, 0.03103959668081}},
      {Futility::non_binding,
       hwang,
       {3.92857254263, 2.66997200443, 1.98102450283},
       {-0.405405255669, 0.690691930991},
       11.099393511,
       0.835013843288,
       0.622479233855,
       {0.0176982260366, 0.4468645707091, 0.4354372032542},
       {0.0128676096684, 0.0234463134931}},
  };
  const std::vector<double> alpha = spent(obrien, 0.025, kThree);
  for (const auto& row : table) {
    const std::vector<double> beta = spent(row.beta, 0.1, kThree);
    const double drift = drift_of_spending(kThree, alpha, beta, row.futility);
    const SequentialBounds bounds = futility_bounds(kThree, alpha, beta, drift, row.futility);
    EXPECT_NEAR(drift * drift, row.shift, 1e-8);
    expect_near(bounds.upper, row.upper, 2e-9);
    expect_near(bounds.lower, row.lower, 2e-9);
    EXPECT_NEAR(bounds.lower.back(), bounds.upper.back(), 1e-9);
    const double more = drift * drift / std::pow(fixed_drift(0.025, 0.9), 2);
    EXPECT_NEAR(more * expected_fraction(bounds, drift), row.asn1, 1e-9);
    EXPECT_NEAR(more * expected_fraction(bounds, 0), row.asn0, 1e-9);
    expect_near(exit_chances(bounds, drift).above, row.stops_above, 1e-9);
    expect_near(exit_chances(bounds, drift).below, row.stops_below, 1e-9);
    EXPECT_NEAR(chance_above(bounds, drift), 0.9, 1e-12);
    if (row.futility == Futility::binding) {
      EXPECT_NEAR(chance_above(bounds, 0), 0.025, 1e-13);
    }
  }
}

// P(lower < Z₁ < upper, Z₂ > z) of two looks is a single integral over Z₁.
TEST(GroupSequential, OfTwoLooksIsASingleIntegral) {
  const auto tail = [](double z) { return std::erfc(z / std::sqrt(2.0)) / 2; };
  const SequentialBounds cases[] = {{{0.5, 1}, {-kInfinity, -kInfinity}, {2.797, 1.977}},
                                    {{0.2, 0.9}, {0.3, 1.9}, {3, 2}},
                                    {{0.7, 0.701}, {-2, -2}, {2, 2}},
                                    {{0.01, 1.3}, {-1, -2}, {kInfinity, 5}},
                                    {{0.3, 0.30001}, {-kInfinity, 0}, {1, 1.05}}};
  for (const SequentialBounds& bounds : cases)
    for (const double drift : {-2.0, 0.0, 3.3}) {
      const double t = bounds.fraction[0], step = bounds.fraction[1] - t, mean = drift * std::sqrt(t);
      const auto crosses = [&](double z, double edge, double sign) {
        const double rest = edge * std::sqrt(bounds.fraction[1]) - z * std::sqrt(t) - drift * step;
        return std::exp(-0.5 * (z - mean) * (z - mean)) / std::sqrt(2 * M_PI) * tail(sign * rest / std::sqrt(step));
      };
      const double low = std::max(bounds.lower[0], mean - 12), high = std::min(bounds.upper[0], mean + 12);
      double above = 0, below = 0;
      constexpr int parts = 4000;  // a part is shorter than the shortest step's standard deviation, 0.006
      for (int i = 0; i < parts; ++i) {
        const double from = low + (high - low) * i / parts, to = low + (high - low) * (i + 1) / parts;
        using Quadrature = boost::math::quadrature::gauss<double, 10>;
        above += Quadrature::integrate([&](double z) { return crosses(z, bounds.upper[1], 1); }, from, to);
        below += Quadrature::integrate([&](double z) { return crosses(z, bounds.lower[1], -1); }, from, to);
      }
      const ExitChances chances = exit_chances(bounds, drift);
      EXPECT_NEAR(chances.above[0], tail(bounds.upper[0] - mean), 3e-16);
      EXPECT_NEAR(chances.below[0], tail(mean - bounds.lower[0]), 3e-16);
      EXPECT_NEAR(chances.above[1], above, 1e-12 * above + 1e-22) << t << ' ' << drift;
      EXPECT_NEAR(chances.below[1], below, 1e-12 * below + 1e-22) << t << ' ' << drift;
    }
}

TEST(GroupSequential, BoundsDoNotKnowLaterLooks) {
  for (const Sides sides : {Sides::one, Sides::two}) {
    const SequentialBounds all = efficacy_bounds(kFive, spent({Kind::obrien_fleming}, 0.025, kFive), sides);
    for (std::size_t looks = 1; looks <= 5; ++looks) {
      std::vector<double> some(kFive.begin(), kFive.begin() + looks);
      if (looks < 5) some.push_back(some.back() + 0.037);
      const SequentialBounds found = efficacy_bounds(some, spent({Kind::obrien_fleming}, 0.025, some), sides);
      for (std::size_t k = 0; k < looks; ++k) EXPECT_EQ(found.upper[k], all.upper[k]) << looks;
    }
  }
}

TEST(GroupSequential, StopsNowhereWhereNothingIsSpent) {
  const std::vector<double> fraction = {0.25, 0.5, 1};
  const SequentialBounds bounds = efficacy_bounds(fraction, std::vector<double>{0, 0, 0.025}, Sides::two);
  EXPECT_EQ(bounds.upper[1], kInfinity);
  EXPECT_EQ(bounds.lower[1], -kInfinity);
  EXPECT_NEAR(bounds.upper[2], 1.959963984540054, 1e-12);  // as with a single look
  EXPECT_NEAR(drift_for_power(bounds, 0.9), fixed_drift(0.025, 0.9), 1e-11);
}

// So early next to nothing is spent: 4e-157 at 0.007. What was spent before lowers a bound of such a look by nothing.
TEST(GroupSequential, BoundsAreTrueHoweverLittleIsSpent) {
  const std::vector<double> fraction = {0.007, 0.02, 0.05, 1};
  const std::vector<double> errors = spent({Kind::obrien_fleming}, 0.025, fraction);
  const SequentialBounds bounds = efficacy_bounds(fraction, errors, Sides::one);
  for (std::size_t k = 0; k < 3; ++k)
    EXPECT_NEAR(std::erfc(bounds.upper[k] / std::sqrt(2.0)) / 2 / errors[k], 1, 1e-9) << k;
}

TEST(GroupSequential, RefusesWhatIsNoSequence) {
  const std::vector<double> two = {0.5, 1};
  using Numbers = std::vector<double>;
  EXPECT_THROW(efficacy_bounds(Numbers{}, Numbers{}, Sides::one), std::invalid_argument);
  EXPECT_THROW(efficacy_bounds(two, Numbers{0.01}, Sides::one), std::invalid_argument);
  EXPECT_THROW(efficacy_bounds(two, Numbers{0.02, 0.01}, Sides::one), std::invalid_argument);
  EXPECT_THROW(efficacy_bounds(two, Numbers{0.02, std::nan("")}, Sides::one), std::invalid_argument);
  EXPECT_THROW(efficacy_bounds(two, Numbers{0.3, 0.6}, Sides::two), std::invalid_argument);
  for (const Numbers& fraction : {Numbers{0.5, 0.5}, Numbers{1, 0.5}, Numbers{0, 1}, Numbers{0.5, std::nan("")}})
    EXPECT_THROW(efficacy_bounds(fraction, Numbers{0.01, 0.02}, Sides::one), std::invalid_argument);
  EXPECT_THROW(wang_tsiatis_bounds(two, 0.5, 0.6, Sides::one), std::invalid_argument);
  EXPECT_THROW(drift_for_power(efficacy_bounds(two, Numbers{0.01, 0.02}, Sides::one), 1), std::invalid_argument);
}

}}  // namespace vt
