#include "output/statistics/paired_tests.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <boost/math/special_functions/beta.hpp>

#include "output/statistics/distributions.hpp"
#include "output/statistics/estimate.hpp"

namespace vt {
namespace {

using Quiet = boost::math::policies::policy<boost::math::policies::domain_error<boost::math::policies::ignore_error>,
                                            boost::math::policies::overflow_error<boost::math::policies::ignore_error>>;

constexpr PairedTest kNoAnswer = {kNaN, kNaN, kNaN};

/// P(X ≤ k) of a binomial distribution of n with probability ½, k < n.
double binomial_half(double k, double n) { return boost::math::ibeta(n - k, k + 1, 0.5, Quiet()); }

/// P(|T| > |t|).
double student_p(double t, double df) { return boost::math::ibeta(df / 2, 0.5, df / (df + t * t), Quiet()); }

/// A difference within one patient, and how far rounding may have moved it.
struct Difference {
  double value, rounding;
};

Difference difference(double first, double second) {
  const double rounding = kRounding * std::max(std::fabs(first), std::fabs(second)), value = second - first;
  return {std::fabs(value) <= rounding ? 0 : value, rounding};
}

std::vector<Difference> differences(std::span<const double> first, std::span<const double> second) {
  std::vector<Difference> all;
  for (std::size_t i = 0; i < first.size(); ++i) all.push_back(difference(first[i], second[i]));
  return all;
}

/// Whether two numbers that came from differences are the same but for rounding.
bool are_alike(double a, double b, double rounding) { return std::fabs(a - b) <= rounding; }

}  // namespace

bool differ(PairedKind kind, double first, double second) {
  return kind == PairedKind::responses ? (first != 0) != (second != 0) : difference(first, second).value != 0;
}

PairedTest mcnemar(std::span<const double> first, std::span<const double> second) {
  if (first.empty()) return kNoAnswer;
  double gained = 0, lost = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    gained += first[i] == 0 && second[i] != 0 ? 1 : 0;
    lost += first[i] != 0 && second[i] == 0 ? 1 : 0;
  }
  const auto n = static_cast<double>(first.size());
  const double differ = gained + lost, change = gained - lost;
  const double p = gained == lost ? 1 : std::min(1.0, 2 * binomial_half(std::min(gained, lost), differ));
  return {change / n, std::sqrt(differ - change * change / n) / n, p};
}

PairedTest paired_t(std::span<const double> first, std::span<const double> second) {
  const auto n = static_cast<double>(first.size());
  if (first.size() < 2) return kNoAnswer;
  const std::vector<Difference> all = differences(first, second);
  double mean = 0, squares = 0;
  for (const Difference& d : all) mean += d.value / n;
  bool is_constant = true;
  for (const Difference& d : all) {
    squares += std::pow(d.value - mean, 2);
    // None is not some, however large the numbers of another pair are.
    is_constant = is_constant && (d.value == 0) == (all[0].value == 0) &&
                  are_alike(d.value, all[0].value, std::max(d.rounding, all[0].rounding));
  }
  if (is_constant) return {all[0].value == 0 ? 0 : mean, 0, all[0].value == 0 ? 1 : kNaN};
  const double error = std::sqrt(squares / (n - 1) / n);
  return {mean, error, student_p(mean / error, n - 1)};
}

PairedTest signed_rank(std::span<const double> first, std::span<const double> second) {
  if (first.empty()) return kNoAnswer;
  std::vector<Difference> all = differences(first, second);
  std::erase_if(all, [](const Difference& d) { return d.value == 0; });
  if (all.empty()) return {0, 0, 1};
  std::ranges::sort(all, {}, [](const Difference& d) { return std::fabs(d.value); });
  const auto are_tied = [](const Difference& a, const Difference& b) {
    return are_alike(std::fabs(a.value), std::fabs(b.value), std::max(a.rounding, b.rounding));
  };
  double positive = 0, ties = 0;
  for (std::size_t begin = 0, end = 0; begin < all.size(); begin = end) {
    while (end < all.size() && are_tied(all[begin], all[end])) ++end;
    const double rank = static_cast<double>(begin + 1 + end) / 2, tied = static_cast<double>(end - begin);
    for (std::size_t i = begin; i < end; ++i) positive += all[i].value > 0 ? rank : 0;
    ties += tied * tied * tied - tied;
  }
  const auto n = static_cast<double>(all.size());
  const double sum = n * (n + 1) / 2, above = positive - sum / 2;
  const double sd = std::sqrt(n * (n + 1) * (2 * n + 1) / 24 - ties / 48);
  const double corrected = std::max(0.0, std::fabs(above) - 0.5);
  return {2 * above / sum, kNaN, two_sided_p(corrected / sd)};
}

}  // namespace vt
