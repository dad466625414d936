#include "output/statistics/sequential/spending.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace vt { namespace {

using Kind = Spending::Kind;

// R package rpact 3.3.4, getDesignGroupSequential(alpha = 0.025, sided = 1, typeOfDesign = …)$alphaSpent, printed to 12
// digits; its last look is 1e-8 off (an error tolerance of its own) and left out.
TEST(Spending, IsThatOfRpact) {
  const struct {
    Spending spending;
    std::vector<double> t, expected;
  } table[] = {
      {{Kind::obrien_fleming},
       {0.2, 0.4, 0.6, 0.8},
       {5.38871262945e-07, 3.94151756685e-04, 3.80806331e-03, 1.221179035e-02}},
      {{Kind::pocock}, {0.2, 0.4, 0.6, 0.8}, {0.00738486322801, 0.01307842909, 0.01771282667, 0.02162099313}},
      {{Kind::kim_demets, 1}, {0.3, 0.55, 0.8}, {0.0075, 0.01375, 0.02}},
      {{Kind::kim_demets, 3}, {0.3, 0.55, 0.8}, {0.000675, 0.004159375, 0.0128}},
      {{Kind::hwang_shih_decani, -4}, {0.3, 0.55, 0.8}, {0.00108218143784, 0.0037431392, 0.0109763724}},
      {{Kind::hwang_shih_decani, 1}, {0.3, 0.55, 0.8}, {0.0102504884432, 0.01673138865, 0.0217787188}},
  };
  for (const auto& row : table) {
    const std::vector<double> found = spent(row.spending, 0.025, row.t);
    for (std::size_t k = 0; k < row.t.size(); ++k) EXPECT_NEAR(found[k], row.expected[k], 2e-11) << row.t[k];
  }
}

TEST(Spending, RisesFromNothingToAlpha) {
  for (const SpendingEntry& entry : kSpending)
    for (const double parameter : {0.3, 2.0, 30.0})
      for (const double alpha : {1e-6, 0.025, 0.2}) {
        const Spending spending{entry.kind, parameter};
        EXPECT_EQ(spent(spending, alpha, 0), 0) << entry.name;
        EXPECT_EQ(spent(spending, alpha, -1), 0) << entry.name;
        EXPECT_EQ(spent(spending, alpha, 1), alpha) << entry.name;
        EXPECT_EQ(spent(spending, alpha, 1.2), alpha) << entry.name;
        double before = 0;
        for (double t = 0.01; t <= 1; t += 0.01) {
          EXPECT_GE(spent(spending, alpha, t), before) << entry.name << " at " << t;
          before = spent(spending, alpha, t);
        }
        EXPECT_NEAR(spent(spending, alpha, 1 - 1e-15), alpha, alpha * 1e-12) << entry.name;
      }
}

TEST(Spending, OfHwangShihDecaniIsEvenAtZero) {
  EXPECT_DOUBLE_EQ(spent({Kind::hwang_shih_decani, 0}, 0.05, 0.3), 0.015);
  EXPECT_NEAR(spent({Kind::hwang_shih_decani, 1e-9}, 0.05, 0.3), 0.015, 1e-11);
}

TEST(Spending, RefusesWhatIsOutsideItsDomain) {
  const double nan = std::nan("");
  for (const double alpha : {0.0, 1.0, -0.1, nan})
    EXPECT_THROW(spent({Kind::pocock}, alpha, 0.5), std::invalid_argument) << alpha;
  for (const double power : {0.0, -1.0, nan})
    EXPECT_THROW(spent({Kind::kim_demets, power}, 0.05, 0.5), std::invalid_argument) << power;
  for (const double gamma : {-1000.0, std::numeric_limits<double>::infinity(), nan})
    EXPECT_THROW(spent({Kind::hwang_shih_decani, gamma}, 0.05, 0.5), std::invalid_argument) << gamma;
  EXPECT_THROW(spent({Kind::obrien_fleming}, 0.05, nan), std::invalid_argument);
}

}}  // namespace vt
