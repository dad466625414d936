#include <fmt/format.h>

#include <cmath>

#include "host/selftest/selftest.hpp"
#include "kernels/numerics/elementary.hpp"
#include "kernels/numerics/normal.hpp"
#include "kernels/numerics/philox.hpp"
#include "output/statistics/estimate.hpp"
#include "output/statistics/survival.hpp"

namespace vt {

namespace {

std::string hex_of(const Words& words) {
  return fmt::format("{:08x} {:08x} {:08x} {:08x}", words.w[0], words.w[1], words.w[2], words.w[3]);
}

/// Known answers of Random123 (kat_vectors, philox4x32, 10 rounds).
SelfCheck check_random_numbers() {
  const std::uint64_t ones = ~std::uint64_t{0};
  const std::string found = hex_of(philox(0, 0, 0)) + "; " + hex_of(philox(ones, ones, ones)) + "; " +
                            hex_of(philox(0x299f31d0a4093822u, 0x85a308d3243f6a88u, 0x0370734413198a2eu));
  return check_text(
      "philox", "random numbers: Philox4x32-10", found,
      "6627e8d5 e169c58d bc57ac4c 9b00dbd8; 408f276d 41c83b0e a20bc7c6 6d5451fd; d16cfe09 94fdcceb 5001e420 "
      "24126ea1",
      "every bit: integers; the known answers of Random123 (Salmon et al. 2011)", "");
}

/// Correctly rounded values, from 400 bits (mpmath).
SelfCheck check_elementary() {
  return check_neighbours("elementary",
                          "exp, log, pow, log1p, expm1 at arguments whose correctly rounded value is known",
                          {{"exp(1)", exp(1.0), 0x1.5bf0a8b145769p+1},
                           {"exp(-20.25)", exp(-20.25), 0x1.b93de1e27ca3bp-30},
                           {"exp(300.5)", exp(300.5), 0x1.719c25b8f5b4ap+433},
                           {"log(10)", log(10.0), 0x1.26bb1bbb55516p+1},
                           {"log(0.1)", log(0.1), -0x1.26bb1bbb55515p+1},
                           {"log(1 + 2^-20)", log(1 + 0x1p-20), 0x1.fffff00000aabp-21},
                           {"pow(2, 0.5)", pow(2.0, 0.5), 0x1.6a09e667f3bcdp+0},
                           {"pow(70, 0.75)", pow(70.0, 0.75), 0x1.833510392ebf5p+4},
                           {"pow(0.3, -7.5)", pow(0.3, -7.5), 0x1.04e140cf4ea7ep+13},
                           {"log1p(2^-30)", log1p(0x1p-30), 0x1.fffffffc00000p-31},
                           {"expm1(2^-30)", expm1(0x1p-30), 0x1.0000000200000p-30}},
                          1,
                          "their error is below 0.95 units in the last place, that of rounding at most 0.5 (that of "
                          "expm1 is below 1.9, and "
                          "less at this argument)");
}

SelfCheck check_normal() {
  return check_numbers("normal_quantile", "quantile and probability of the standard normal distribution",
                       {{"quantile at 0.975", normal_quantile(0.975), 1.9599639845400542},
                        {"P(Z < 1.9599639845400542)", normal_cdf(1.9599639845400542), 0.975}},
                       1e-14, "both are stated to be right to 1e-15 and better, and their arguments are rounded");
}

/// Six patients, by hand: events at 1, 3, 3 and 6, censored at 2 and 5. S(1) = 5/6, S(3) = 5/6·2/4; Greenwood's error
/// at 3 is 5/12·√(1/(6·5) + 2/(4·2)).
SelfCheck check_survival() {
  const std::vector<double> times = {1, 2, 3, 3, 5, 6};
  const std::vector<int> causes = {1, 0, 1, 1, 0, 1};
  const TimeCurve curve = kaplan_meier(risk_table(times, causes));
  const Estimate after_one = at_time(curve, 1), after_three = at_time(curve, 4);
  return check_numbers(
      "kaplan_meier", "Kaplan–Meier's curve of six patients, done by hand",
      {{"S(1)", after_one.value, 5.0 / 6},
       {"S(4)", after_three.value, 5.0 / 12},
       {"standard error of S(4)", after_three.standard_error, 5.0 / 12 * std::sqrt(1.0 / 30 + 1.0 / 4)}},
      1e-14, "a few roundings of 1.1e-16 each");
}

/// The formula of Wilson 1927 with 400 bits (mpmath).
SelfCheck check_wilson() {
  const Interval found = wilson(10.0 / 50, 50);
  return check_numbers(
      "wilson", "95 % interval of 10 patients of 50 (Wilson's score interval)",
      {{"lower limit", found.low, 0.1124375001577611}, {"upper limit", found.high, 0.33037105932225413}}, 1e-14,
      "a few roundings of 1.1e-16 each");
}

}  // namespace

std::vector<SelfCheck> check_arithmetic() {
  return {check_random_numbers(), check_elementary(), check_normal(), check_survival(), check_wilson()};
}

}  // namespace vt
