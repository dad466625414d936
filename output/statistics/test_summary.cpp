#include "output/statistics/test_summary.hpp"

#include <boost/math/distributions/students_t.hpp>

#include <cmath>
#include <limits>

namespace vt {

bool is_of_ratio(TestKind kind) { return kind == TestKind::cox || kind == TestKind::logistic; }

std::string_view estimate_name(TestKind kind) {
  if (is_of_ratio(kind)) return kind == TestKind::cox ? "hazard ratio" : "odds ratio";
  if (kind == TestKind::log_rank) return "chi-square";
  return kind == TestKind::signed_rank ? "rank correlation" : "difference";
}

namespace {

/// Standard errors from an estimate to the ends of its 95 % interval: as many as its p has them.
double errors_to_the_ends(const ResultTest& test, std::size_t at) {
  if (test.kind != TestKind::paired_t) return kZ95;
  const std::int64_t pairs = test.patients[at / test.terms.size()];
  return pairs < 2 ? kNaN : boost::math::quantile(boost::math::students_t(static_cast<double>(pairs - 1)), 0.975);
}

}  // namespace

Interval interval_of(const ResultTest& test, std::size_t at) {
  if (test.kind == TestKind::log_rank || test.kind == TestKind::signed_rank) return {kNaN, kNaN};
  const double half = errors_to_the_ends(test, at) * test.standard_error[at];
  return {test.estimate[at] - half, test.estimate[at] + half};
}

const DerivedOfTest kDerivedOfTests[5] = {
    {"low", "95 % interval of the estimate, lower end; NaN where it has no error", false,
     [](const ResultTest& test, std::size_t at) { return interval_of(test, at).low; }},
    {"high", "95 % interval of the estimate, upper end; NaN where it has no error", false,
     [](const ResultTest& test, std::size_t at) { return interval_of(test, at).high; }},
    {"ratio", "hazard ratio (cox), odds ratio (logistic)", true,
     [](const ResultTest& test, std::size_t at) { return std::exp(test.estimate[at]); }},
    {"ratio_low", "95 % interval of the ratio, lower end", true,
     [](const ResultTest& test, std::size_t at) { return std::exp(interval_of(test, at).low); }},
    {"ratio_high", "95 % interval of the ratio, upper end", true,
     [](const ResultTest& test, std::size_t at) { return std::exp(interval_of(test, at).high); }},
};

std::vector<double> numbers_of(const DerivedOfTest& derived, const ResultTest& test) {
  std::vector<double> numbers;
  if (derived.is_of_ratios && !is_of_ratio(test.kind)) return numbers;
  for (std::size_t at = 0; at < test.estimate.size(); ++at) numbers.push_back(derived.number(test, at));
  return numbers;
}

TestSummary summary_of(const ResultTest& test, std::size_t term) {
  constexpr double level = 0.05;
  double n = 0, sum = 0, significant = 0;
  const std::size_t terms = test.terms.size();
  for (std::size_t r = 0; r < test.replicates(); ++r) {
    const double x = test.estimate[r * terms + term];
    if (std::isnan(x)) continue;
    n += 1, sum += x;
    significant += test.p[r * terms + term] < level ? 1 : 0;
  }
  const double mean = sum / n;
  double squares = 0;
  for (std::size_t r = 0; r < test.replicates(); ++r) {
    const double off = test.estimate[r * terms + term] - mean;
    squares += std::isnan(off) ? 0 : off * off;
  }
  return {.estimates = static_cast<std::int64_t>(n),
          .replicates = static_cast<std::int64_t>(test.replicates()),
          .mean = mean,
          .sd = n > 1 ? std::sqrt(squares / (n - 1)) : std::numeric_limits<double>::quiet_NaN(),
          .significant = significant / static_cast<double>(test.replicates())};
}

}  // namespace vt
