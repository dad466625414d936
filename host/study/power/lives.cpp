#include "host/study/power/lives.hpp"

#include <algorithm>
#include <cmath>

#include "host/campaign/trial_table.hpp"
#include "output/statistics/log_rank.hpp"
#include "output/statistics/regression.hpp"
#include "output/statistics/two_proportions.hpp"

namespace vt {

namespace {

/// The patients of two arms, as far as their outcome is known.
struct Outcomes {
  std::vector<double> time;
  std::vector<int> event, group;
  std::vector<double> stratum;
  std::vector<std::vector<double>> covariates;  ///< the arm where the analysis has it
};

Outcomes outcomes_of(const AnalysisPlan& analysis, const Lives& lives, const Entered& entered, std::uint32_t arm,
                     double today, double known_after) {
  Outcomes outcomes;
  for (std::size_t p = 0; p < entered.arm.size(); ++p) {
    const std::uint32_t own = entered.arm[p];
    const double entry = entered.day[p];
    // Compared on the calendar, as the day of a look is a sum: a difference from it may miss its own news by rounding.
    if ((own != 0 && own != arm) || (analysis.time < 0 ? entry + known_after > today : entry >= today)) continue;
    const Record& row = *lives.row[own][p];
    if (!is_usable(analysis, row)) continue;
    const auto value = [&](int column) { return row.column[column]; };
    if (analysis.time >= 0) {
      const double end = value(analysis.time);
      const bool is_over = entry + end <= today;
      outcomes.time.push_back(is_over ? end : std::min(end, today - entry));
      outcomes.event.push_back(is_over && value(analysis.outcome) == 0);
    } else {
      outcomes.event.push_back(value(analysis.response) != 0);
    }
    outcomes.group.push_back(own != 0);
    if (analysis.strata >= 0) outcomes.stratum.push_back(value(analysis.strata));
    outcomes.covariates.emplace_back();
    for (const int column : analysis.covariates)
      outcomes.covariates.back().push_back(column >= 0 ? value(column) : static_cast<double>(own != 0));
  }
  return outcomes;
}

/// 0, 1, 2 … for strata.
std::vector<int> numbered(const std::vector<double>& strata) {
  std::vector<double> all = strata;
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  std::vector<int> numbers;
  for (const double one : strata) numbers.push_back(static_cast<int>(std::ranges::lower_bound(all, one) - all.begin()));
  return numbers;
}

/// Of the arm's coefficient.
Compared wald(const AnalysisPlan& analysis, const Fit& fit) {
  Compared found;
  std::size_t place = fit.intercepts;
  for (const int column : analysis.covariates) {
    if (column < 0) break;
    ++place;
  }
  if (!fit.flaw.empty() || place >= fit.coefficient.size()) return found;
  found.estimate = fit.coefficient[place];
  found.z = found.estimate / fit.standard_error[place];
  return found;
}

Compared times_compared(const Outcomes& outcomes) {
  const LogRank test = log_rank(outcomes.time, outcomes.event, outcomes.group, numbered(outcomes.stratum));
  Compared found;
  if (test.observed.size() < 2 || !(test.chi_square > 0)) return found;
  const double excess = test.observed[1] - test.expected[1];
  found.z = std::copysign(std::sqrt(test.chi_square), excess);
  found.estimate = test.chi_square / excess;  // excess / variance, as chi-square = excess² / variance
  return found;
}

Compared shares_compared(const Outcomes& outcomes, double margin) {
  double n[2] = {}, events[2] = {};
  for (std::size_t i = 0; i < outcomes.event.size(); ++i)
    n[outcomes.group[i]] += 1, events[outcomes.group[i]] += outcomes.event[i];
  const ZTest found =
      test_difference({events[1], n[1] - events[1], events[0], n[0] - events[0]}, -margin, Variance::null);
  return {found.z, found.estimate, 0};
}

}  // namespace

bool is_event(const AnalysisPlan& analysis, const Record& row) {
  if (!is_usable(analysis, row)) return false;
  return analysis.time >= 0 ? row.column[analysis.outcome] == 0 : row.column[analysis.response] != 0;
}

Lives Lives::under_null() const {
  Lives null = *this;
  for (std::vector<const Record*>& arm : null.row) arm = row[0];
  return null;
}

Compared compare_arms(const AnalysisPlan& analysis, const Lives& lives, const Entered& entered, std::uint32_t arm,
                      double today, double known_after, double margin, bool fewer_is_better) {
  const Outcomes outcomes = outcomes_of(analysis, lives, entered, arm, today, known_after);
  const std::int64_t events = std::ranges::count(outcomes.event, 1);
  const std::int64_t in_arm = std::ranges::count(outcomes.group, 1);
  Compared found;
  if (in_arm > 0 && in_arm < std::ssize(outcomes.group)) switch (analysis.kind) {
      case TestKind::log_rank:
        found = times_compared(outcomes);
        break;
      case TestKind::cox:
        found = wald(analysis, cox(outcomes.time, outcomes.event, outcomes.covariates,
                                   analysis.breslow ? Ties::breslow : Ties::efron, numbered(outcomes.stratum)));
        break;
      case TestKind::logistic:
        found = wald(analysis, logistic(outcomes.event, outcomes.covariates));
        break;
      case TestKind::proportions:
        found = shares_compared(outcomes, fewer_is_better ? -margin : margin);
        break;
      case TestKind::mcnemar:
      case TestKind::paired_t:
      case TestKind::signed_rank:
        break;  // refused: check_trial_designs.cpp
    }
  if (!std::isfinite(found.z)) found.z = 0;
  if (fewer_is_better) found.z = -found.z;
  found.information = analysis.time >= 0 ? events : std::ssize(outcomes.event);
  return found;
}

}  // namespace vt
