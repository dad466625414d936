#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/selftest/selftest.hpp"
#include "kernels/numerics/real.hpp"

namespace vt {

namespace {

/// How many doubles lie from one to the other; of different signs: very many.
double doubles_apart(double a, double b) {
  if (std::isnan(a) || std::isnan(b) || std::signbit(a) != std::signbit(b)) return HUGE_VAL;
  const std::uint64_t x = bits_of(a), y = bits_of(b);
  return static_cast<double>(x > y ? x - y : y - x);
}

constexpr const char* kWrongNumbers =
    "this program or this machine computes wrongly: do not use its results. Run the selftest again, then install the "
    "program anew; if it fails again, try another machine and report it with this certificate";

}  // namespace

SelfCheck check_numbers(const std::string& id, const std::string& what, const std::vector<KnownNumber>& numbers,
                        double relative, const std::string& why) {
  SelfCheck check{id, what, "", "", fmt::format("relative error of at most {:g}: {}", relative, why)};
  const auto error = [](const KnownNumber& one) {
    return std::fabs(one.found - one.expected) / std::fabs(one.expected);
  };
  const auto is_worse = [&](const KnownNumber& a, const KnownNumber& b) {  // what is no number is worst
    return std::isnan(error(b)) ? !std::isnan(error(a)) : error(a) < error(b);
  };
  const KnownNumber& worst = *std::ranges::max_element(numbers, is_worse);
  check.expected = fmt::format("{} numbers; {} is {:.17g}", numbers.size(), worst.what, worst.expected);
  check.found = fmt::format("{:.17g}, the largest error: {:.2g}", worst.found, error(worst));
  check.verdict = error(worst) <= relative ? SelfVerdict::passed : SelfVerdict::failed;
  if (check.verdict == SelfVerdict::failed) check.advice = kWrongNumbers;
  return check;
}

SelfCheck check_neighbours(const std::string& id, const std::string& what, const std::vector<KnownNumber>& numbers,
                           int apart, const std::string& why) {
  SelfCheck check{id, what, "", "", fmt::format("at most {} double{} from it: {}", apart, apart == 1 ? "" : "s", why)};
  const KnownNumber& worst = *std::ranges::max_element(
      numbers, {}, [](const KnownNumber& one) { return doubles_apart(one.found, one.expected); });
  const double distance = doubles_apart(worst.found, worst.expected);
  check.expected = fmt::format("{} numbers; {} is {:.17g}", numbers.size(), worst.what, worst.expected);
  check.found =
      fmt::format("{:.17g}, the farthest: {:g} double{} from it", worst.found, distance, distance == 1 ? "" : "s");
  check.verdict = distance <= apart ? SelfVerdict::passed : SelfVerdict::failed;
  if (check.verdict == SelfVerdict::failed) check.advice = kWrongNumbers;
  return check;
}

SelfCheck check_text(const std::string& id, const std::string& what, const std::string& found,
                     const std::string& expected, const std::string& why, const std::string& advice) {
  SelfCheck check{id, what, expected, found, why};
  check.verdict = found == expected ? SelfVerdict::passed : SelfVerdict::failed;
  if (check.verdict == SelfVerdict::failed) check.advice = advice.empty() ? kWrongNumbers : advice;
  return check;
}

}  // namespace vt
