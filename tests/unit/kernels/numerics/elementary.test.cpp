#include "kernels/numerics/elementary.hpp"

#include <gtest/gtest.h>

#include "kernels/lanes.hpp"
#include "kernels/numerics/philox.hpp"
#include "tests/unit/kernels/numerics/reference_table.hpp"

namespace {

using reference::BitHash;
using reference::Row;
using reference::rows_of;
using reference::Worst;
using reference::worst_of;

/// The arguments of the bit tests: reproducible on any machine because they come from Philox and exact scaling.
double between(double low, double high, std::uint64_t i) {
  const vt::Words w = vt::philox(2024, i, 7);
  return vt::fma(high - low, vt::uniform(w.w[0], w.w[1]), low);
}

template <class Function>
std::uint64_t bits_over(double low, double high, Function function) {
  BitHash hash;
  for (std::uint64_t i = 0; i < 100000; ++i) hash.feed(vt::bits_of(function(between(low, high, i), i)));
  return hash.value();
}

// The hashes were made by g++ 12 -O0 without vector instructions; clang 14, -O3, AVX2 and AVX-512 give the same.
TEST(Elementary, KeepsEveryBitOnEveryCompiler) {
  EXPECT_EQ(bits_over(-708, 709, [](double x, std::uint64_t) { return vt::exp(x); }), 7815220531237090111u);
  EXPECT_EQ(bits_over(0, 4, [](double x, std::uint64_t) { return vt::log(x); }), 4895717036210186683u);
  EXPECT_EQ(bits_over(-3, 3, [](double x, std::uint64_t) { return vt::expm1(x); }), 3830617796838661871u);
  EXPECT_EQ(bits_over(-0.99, 3, [](double x, std::uint64_t) { return vt::log1p(x); }), 6754203439305683420u);
  EXPECT_EQ(bits_over(-3, 3, [](double x, std::uint64_t) { return vt::expm1_over(x); }), 6247543296448814244u);
  EXPECT_EQ(bits_over(0, 9, [](double x, std::uint64_t i) { return vt::pow(x, between(-20, 20, i + 1000000)); }),
            10387056146800851401u);
  EXPECT_EQ(bits_over(-1100, 1100, [](double x, std::uint64_t) { return vt::coarse_exp2(x); }), 4850910684473138646u);
  EXPECT_EQ(bits_over(0, 4, [](double x, std::uint64_t) { return vt::coarse_log2(x); }), 10897398348139551416u);
}

struct Argument {
  double x, y;
};

TEST(Elementary, GivesALaneTheBitsOfAScalarCall) {
  constexpr int n_lanes = 64;
  vt::Lanes<Argument, n_lanes> lanes;
  for (int lane = 0; lane < n_lanes; ++lane)
    lanes.put(lane, {between(0.01, 30, static_cast<std::uint64_t>(lane)),
                     between(-9, 9, 999 + static_cast<std::uint64_t>(lane))});
  vt::Lanes<Argument, n_lanes> out = lanes;
  const auto all = [](const Argument& a) VT_INLINE {
    return Argument{vt::pow(vt::exp(a.y) + vt::log(a.x + 60.0), 0.75),
                    vt::expm1(a.y) * vt::log1p(a.x) + vt::expm1_over(a.y)};
  };
  vt::advance(out, all);
  for (int lane = 0; lane < n_lanes; ++lane) {
    volatile double x = lanes[lane].x, y = lanes[lane].y;
    const Argument alone = all({x, y});
    EXPECT_EQ(vt::bits_of(out[lane].x), vt::bits_of(alone.x));
    EXPECT_EQ(vt::bits_of(out[lane].y), vt::bits_of(alone.y));
  }
}

// Limits: the errors that the docstrings promise.
void expect_within(const Worst& worst, double limit_ulps) {
  EXPECT_GE(worst.n_rows, 2000u) << "the table was not found";
  EXPECT_LE(worst.ulps, limit_ulps) << "at " << worst.x << ", " << worst.y;
  EXPECT_GT(worst.ulps, 0.4) << "an error that small means that nothing was compared";
}

TEST(Elementary, StaysWithinItsPromisedErrorOfTheTable) {
  expect_within(worst_of(rows_of("exp", 1), [](const Row& r) { return vt::exp(r.x); }), 0.9);
  expect_within(worst_of(rows_of("log", 1), [](const Row& r) { return vt::log(r.x); }), 0.85);
  expect_within(worst_of(rows_of("expm1", 1), [](const Row& r) { return vt::expm1(r.x); }), 1.9);
  expect_within(worst_of(rows_of("expm1_over", 1), [](const Row& r) { return vt::expm1_over(r.x); }), 1.9);
  expect_within(worst_of(rows_of("log1p", 1), [](const Row& r) { return vt::log1p(r.x); }), 0.85);
  expect_within(worst_of(rows_of("pow", 2), [](const Row& r) { return vt::pow(r.x, r.y); }), 0.95);
}

TEST(Elementary, IsExactWhereTheResultIsADouble) {
  EXPECT_EQ(vt::exp(0.0), 1.0);
  EXPECT_EQ(vt::log(1.0), 0.0);
  EXPECT_EQ(vt::expm1(0.0), 0.0);
  EXPECT_EQ(vt::log1p(0.0), 0.0);
  EXPECT_EQ(vt::expm1_over(0.0), 1.0);
  EXPECT_EQ(vt::pow(3.5, 0.0), 1.0);
  EXPECT_EQ(vt::pow(3.5, 1.0), 3.5);
  EXPECT_EQ(vt::pow(1.0, 1e300), 1.0);
  EXPECT_EQ(vt::pow(2.0, -30.0), 0x1p-30);
}

TEST(Elementary, ExpIsTinyWhereItWouldUnderflowAndInfiniteWhereItWouldOverflow) {
  const double largest = std::numeric_limits<double>::max(), infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(vt::exp(-largest), vt::exp(-708.0));
  EXPECT_GE(vt::exp(-largest), std::numeric_limits<double>::min());
  EXPECT_LT(vt::exp(-largest), 3.4e-308);
  const double last = 0x1.62e42fefa39efp+9;  // 1024 ln 2, rounded down
  EXPECT_NEAR(vt::exp(last) / largest, 1.0, 1e-13);
  EXPECT_EQ(vt::exp(std::nextafter(last, largest)), infinity);
  EXPECT_EQ(vt::exp(largest), infinity);
  EXPECT_EQ(vt::exp(infinity), infinity);
}

TEST(Elementary, PowAndExpm1AreInfiniteWhereTheResultWouldOverflow) {
  const double largest = std::numeric_limits<double>::max(), infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(vt::pow(10.0, 1e300), infinity);
  EXPECT_EQ(vt::pow(10.0, largest), infinity);
  EXPECT_EQ(vt::pow(2.0, 1024.0), infinity);
  EXPECT_EQ(vt::pow(2.0, 1023.0), 0x1p1023);
  EXPECT_EQ(vt::pow(0.1, 1e300), vt::exp(-708.0));
  EXPECT_TRUE(std::isfinite(vt::expm1(709.0)));
  EXPECT_EQ(vt::expm1(1e300), infinity);
  EXPECT_EQ(vt::expm1(-1e300), -1.0);
  EXPECT_EQ(vt::expm1_over(1e300), infinity);
}

TEST(Elementary, ReachesTheEndsOfItsDomains) {
  const double smallest = std::numeric_limits<double>::min(), largest = std::numeric_limits<double>::max();
  EXPECT_EQ(vt::log(smallest), -0x1.6232bdd7abcd2p+9);          // −1022 ln 2
  EXPECT_EQ(vt::log(largest), 0x1.62e42fefa39efp+9);            // 1024 ln 2
  EXPECT_EQ(vt::log1p(0x1p1023), 0x1.628b76e3a7b61p+9);         // 1023 ln 2
  EXPECT_EQ(vt::log1p(-1.0 + 0x1p-53), -0x1.25e4f7b2737fap+5);  // −53 ln 2
  EXPECT_EQ(vt::expm1(smallest), smallest);
  EXPECT_EQ(vt::log1p(smallest), smallest);
}

TEST(Elementary, Expm1OverHasNoStepAtZero) {
  for (double x = 0x1p-1; x > 0x1p-1000; x *= 0.5)
    for (const double t : {x, -x})  // the series to t², and its next term, t³/24, generously
      EXPECT_NEAR(vt::expm1_over(t), 1.0 + t / 2.0 + t * t / 6.0, 0x1p-51 + x * x * x / 20.0);
}

TEST(Elementary, TheCoarseOnesStayWithinTheirPromisedErrors) {
  double of_exp2 = 0, of_log2 = 0;
  for (std::uint64_t i = 0; i < 100000; ++i) {
    const double x = between(-3, 3, i), y = between(-900, 900, i), z = std::exp2(between(-1, 1, i)), far = std::exp2(y);
    of_exp2 =
        std::max({of_exp2, std::abs(vt::coarse_exp2(x) / std::exp2(x) - 1), std::abs(vt::coarse_exp2(y) / far - 1)});
    of_log2 = std::max({of_log2, std::abs(vt::coarse_log2(z) - std::log2(z)), std::abs(vt::coarse_log2(far) - y)});
  }
  EXPECT_LT(of_exp2, 5e-11);
  EXPECT_GT(of_exp2, 4e-11) << "an error that small means that nothing was compared";
  EXPECT_LT(of_log2, 2e-10);
  EXPECT_GT(of_log2, 1e-10) << "an error that small means that nothing was compared";
}

TEST(Elementary, TheCoarseOnesKeepTheirEndsAndWhatIsNoNumber) {
  const double largest = std::numeric_limits<double>::max();
  EXPECT_EQ(vt::coarse_exp2(0.0), 1.0);
  EXPECT_EQ(vt::coarse_exp2(-largest), 0x1p-1021);
  EXPECT_EQ(vt::coarse_exp2(largest), 0x1p1023);
  EXPECT_EQ(vt::coarse_log2(1.0), 0.0);
  EXPECT_EQ(vt::coarse_log2(0x1p-1000), -1000.0);
  EXPECT_EQ(vt::coarse_log2(std::numeric_limits<double>::min()), -1022.0);
  const double none = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(vt::coarse_exp2(none)));
  EXPECT_TRUE(std::isnan(vt::exp(none)));
  EXPECT_TRUE(std::isnan(vt::clamp(none, 0.0, 1.0)));
}

TEST(Elementary, ExactSumAndProductLoseNothing) {
  const vt::TwoWords sum = vt::exact_sum(1.0, 0x1p-80);
  EXPECT_EQ(sum.high, 1.0);
  EXPECT_EQ(sum.low, 0x1p-80);
  const vt::TwoWords product = vt::exact_product(1.0 + 0x1p-30, 1.0 + 0x1p-30);  // 1 + 2^-29 + 2^-60
  EXPECT_EQ(product.high, 1.0 + 0x1p-29);
  EXPECT_EQ(product.low, 0x1p-60);
}

}  // namespace
