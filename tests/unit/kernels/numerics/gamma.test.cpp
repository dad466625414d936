#include "kernels/numerics/gamma.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace {

struct Row {
  double a, x, below, above, density;
};
// Regularised incomplete gamma functions and density at x, by mpmath with 50 digits.
constexpr Row kRows[] = {
    {2.5, 1e-06, 3.0090089629618841e-16, 0.9999999999999997, 7.52252e-10},
    {2.5, 0.02, 1.67802534879302e-5, 0.99998321974651207, 0.00208556},
    {2.5, 1.0, 0.15085496391539036, 0.84914503608460964, 0.276738},
    {2.5, 2.5, 0.58411981300449208, 0.41588018699550792, 0.244083},
    {2.5, 5.0, 0.92476475385348782, 0.075235246146512179, 0.0566691},
    {2.5, 40.0, 0.99999999999999916, 8.3918251148316101e-16, 8.0849e-16},
    {2.5, 300.0, 1.0, 2.0224172842813904e-127, 2.01234e-127},
    {0.5, 1e-06, 0.0011283787909692364, 0.99887162120903076, 564.189},
    {0.5, 0.02, 0.15851941887820605, 0.84148058112179395, 3.91043},
    {0.5, 0.3, 0.56142197391900014, 0.43857802608099986, 0.763091},
    {0.5, 1.2, 0.87866474964151785, 0.12133525035848215, 0.155125},
    {0.5, 8.0, 0.99993665751633376, 6.3342483666239843e-5, 6.69151e-5},
    {0.5, 60.0, 1.0, 6.3260682636772615e-28, 6.37794e-28},
    {1.0, 1e-06, 9.9999950000016662e-7, 0.9999990000005, 0.999999},
    {1.0, 0.5, 0.39346934028736658, 0.60653065971263342, 0.606531},
    {1.0, 1.0, 0.63212055882855768, 0.36787944117144232, 0.367879},
    {1.0, 3.0, 0.95021293163213606, 0.049787068367863943, 0.0497871},
    {1.0, 30.0, 0.99999999999990642, 9.3576229688401746e-14, 9.35762e-14},
    {0.05, 1e-06, 0.51482795452517817, 0.48517204547482183, 25741.4},
    {0.05, 0.02, 0.84392128611369158, 0.15607871388630842, 2.06999},
    {0.05, 0.3, 0.95438112187434576, 0.045618878125654242, 0.11942},
    {0.05, 3.0, 0.99928409456879741, 0.00071590543120258615, 0.0009005},
    {100.0, 30.0, 7.3384686328783333e-24, 1.0, 1.72253e-23},
    {100.0, 80.0, 0.017108313035133114, 0.98289168696486689, 0.00492432},
    {100.0, 100.0, 0.51329879827914866, 0.48670120172085134, 0.039861},
    {100.0, 101.0, 0.55289629343451125, 0.44710370656548875, 0.0392708},
    {100.0, 130.0, 0.99724959163269347, 0.0027504083673065263, 0.000711386},
    {100.0, 260.0, 1.0, 2.5253198614357639e-30, 1.56961e-30},
    {0.001, 1e-09, 0.98005471990393109, 0.019945280096068911, 980055.0},
    {0.001, 0.3, 0.99909416191169335, 0.00090583808830664699, 0.00246784},
    {0.001, 20.0, 0.99999999999990129, 9.8711730979026902e-14, 1.03426e-13},
    {20000.0, 19000.0, 3.2368746436185902e-13, 0.99999999999967631, 1.73483e-14},
    {20000.0, 19900.0, 0.24011560718543099, 0.75988439281456901, 0.00220614},
    {20000.0, 20100.0, 0.76061670556141765, 0.23938329443858235, 0.00218783},
    {20000.0, 21000.0, 0.99999999999828513, 1.7148666085753985e-12, 8.33112e-14},
    {100000.0, 98500.0, 9.3825549940779958e-7, 0.99999906174450059, 1.48678e-8},
    {100000.0, 100000.0, 0.50042052211036518, 0.49957947788963482, 0.00126157},
    {100000.0, 100500.0, 0.94289673002397129, 0.057103269976028711, 0.000361142},
};

double limit_of(const Row& r) { return r.a > 100 || r.a < 0.1 ? 1e-10 : 1e-13; }

TEST(Gamma, CdfIsWithinItsPromisedError) {
  for (const Row& r : kRows) {
    EXPECT_NEAR(vt::gamma_cdf(r.x, r.a), r.below, limit_of(r)) << r.a << " at " << r.x;
    EXPECT_NEAR(vt::gamma_rest(r.x, r.a), r.above, limit_of(r)) << r.a << " at " << r.x;
  }
}

// In probability: the distance to x times the density, where the density hardly changes in between.
TEST(Gamma, QuantilesInvertTheReference) {
  for (const Row& r : kRows) {
    const double ulp = std::nextafter(r.x, 1e9) - r.x;
    const double allowed = limit_of(r) + 0x1p-52 + ulp * r.density;
    if (r.above > 1e-12) {  // else p says too little about x
      EXPECT_NEAR((vt::gamma_quantile(r.below, r.a) - r.x) * r.density, 0.0, allowed) << r.a << " at " << r.x;
    }
    if (r.below > 1e-12) {
      EXPECT_NEAR((vt::gamma_quantile_of_rest(r.above, r.a) - r.x) * r.density, 0.0, allowed) << r.a << " at " << r.x;
    }
  }
}

// Both tails keep their relative precision: an error of p of limit·p is one of x of limit·p over the density; beside it
// stands the rounding of x, and the density has six digits.
TEST(Gamma, QuantilesArePreciseInTheTails) {
  for (const Row& r : kRows) {
    const auto allowed = [&](double p) { return 1.001 * (limit_of(r) * p / r.density + 0x1p-52 * r.x); };
    if (r.below < 1e-3) {
      EXPECT_NEAR(vt::gamma_quantile(r.below, r.a), r.x, allowed(r.below)) << r.a << " at " << r.x;
    }
    if (r.above < 1e-3) {
      EXPECT_NEAR(vt::gamma_quantile_of_rest(r.above, r.a), r.x, allowed(r.above)) << r.a << " at " << r.x;
    }
  }
  for (const double p : {1e-290, 1e-15, 0.3, 0.9}) {  // closed form of shape 1
    EXPECT_NEAR(vt::gamma_quantile_of_rest(p, 1) / -std::log(p), 1, 1e-13) << p;
    EXPECT_NEAR(vt::gamma_quantile(p, 1) / -std::log1p(-p), 1, 1e-13) << p;
  }
}

TEST(Gamma, QuantileRises) {
  for (const double a : {1e-3, 0.02, 0.7, 1.0, 3.0, 150.0, 1e5}) {
    double last = 0;
    for (int i = 0; i <= 1000; ++i) {
      const double x = vt::gamma_quantile(std::min(1 - 0x1p-53, std::max(0x1p-53, i / 1000.0)), a);
      EXPECT_TRUE(x >= last && x < 1e9) << a << ": " << i;
      last = x;
    }
  }
}

}  // namespace
