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

}  // namespace

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
  double mean = 0, squares = 0;
  for (std::size_t i = 0; i < first.size(); ++i) mean += (second[i] - first[i]) / n;
  for (std::size_t i = 0; i < first.size(); ++i) squares += std::pow(second[i] - first[i] - mean, 2);
  const double error = std::sqrt(squares / (n - 1) / n);
  return {mean, error, error > 0 ? student_p(mean / error, n - 1) : kNaN};
}

PairedTest signed_rank(std::span<const double> first, std::span<const double> second) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < first.size(); ++i)
    if (second[i] != first[i]) differences.push_back(second[i] - first[i]);
  if (differences.empty()) return kNoAnswer;
  std::ranges::sort(differences, {}, [](double d) { return std::fabs(d); });
  double positive = 0, ties = 0;
  for (std::size_t begin = 0, end = 0; begin < differences.size(); begin = end) {
    while (end < differences.size() && std::fabs(differences[end]) == std::fabs(differences[begin])) ++end;
    const double rank = static_cast<double>(begin + 1 + end) / 2, tied = static_cast<double>(end - begin);
    for (std::size_t i = begin; i < end; ++i) positive += differences[i] > 0 ? rank : 0;
    ties += tied * tied * tied - tied;
  }
  const auto n = static_cast<double>(differences.size());
  const double all = n * (n + 1) / 2, above = positive - all / 2;
  const double sd = std::sqrt(n * (n + 1) * (2 * n + 1) / 24 - ties / 48);
  const double corrected = std::max(0.0, std::fabs(above) - 0.5);
  return {2 * above / all, kNaN, sd > 0 ? two_sided_p(corrected / sd) : kNaN};
}

}  // namespace vt
