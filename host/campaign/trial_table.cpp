#include "host/campaign/trial_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "output/statistics/log_rank.hpp"
#include "output/statistics/paired_tests.hpp"
#include "output/statistics/regression.hpp"
#include "output/statistics/two_proportions.hpp"

namespace vt {

namespace {

/// What one test reads of the patients that it can use.
struct Sample {
  std::vector<double> time;
  std::vector<int> event, arm, stratum;
  std::vector<std::vector<double>> covariates;
};

Sample sample_of(const AnalysisPlan& analysis, std::size_t arms, std::span<const Record> rows) {
  Sample sample;
  std::map<double, int> strata;
  for (const Record& row : rows) {
    if (!is_usable(analysis, row)) continue;
    const auto value = [&](int column) { return row.column[column]; };
    sample.time.push_back(analysis.time >= 0 ? value(analysis.time) : 0);
    sample.event.push_back(analysis.time >= 0 ? value(analysis.outcome) == 0 : value(analysis.response) != 0);
    sample.arm.push_back(static_cast<int>(row.arm));
    if (analysis.strata >= 0)
      sample.stratum.push_back(
          strata.try_emplace(value(analysis.strata), static_cast<int>(strata.size())).first->second);
    sample.covariates.emplace_back();
    for (const int column : analysis.covariates) {
      if (column >= 0) sample.covariates.back().push_back(value(column));
      for (std::size_t a = 1; column < 0 && a < arms; ++a) sample.covariates.back().push_back(row.arm == a ? 1 : 0);
    }
  }
  return sample;
}

/// The difference of an arm's share of events from the first arm's; of no events NaN.
ZTest compare_shares(const Sample& sample, int arm) {
  TwoByTwo table{};
  for (std::size_t i = 0; i < sample.event.size(); ++i) {
    if (sample.arm[i] == arm) (sample.event[i] != 0 ? table.treated_events : table.treated_none) += 1;
    if (sample.arm[i] == 0) (sample.event[i] != 0 ? table.control_events : table.control_none) += 1;
  }
  return test_difference(table, 0, Variance::null);
}

/// Each further life against the first one, of patients with a value in every life.
void add_paired(const AnalysisPlan& analysis, std::span<const Record> rows, ResultTest& test) {
  std::vector<std::vector<double>> lives(analysis.lives);
  for (const Record& row : rows) {
    if (!is_usable(analysis, row)) continue;
    for (std::size_t life = 0; life < lives.size(); ++life)
      lives[life].push_back(row.column[analysis.response + static_cast<int>(life) * analysis.next_life]);
  }
  const PairedKind what = analysis.kind == TestKind::mcnemar ? PairedKind::responses : PairedKind::numbers;
  std::int64_t differing = 0;
  for (std::size_t i = 0; i < lives[0].size(); ++i)
    differing +=
        std::ranges::any_of(lives, [&](const auto& life) { return differ(what, lives[0][i], life[i]); }) ? 1 : 0;
  test.patients.push_back(static_cast<std::int64_t>(lives[0].size()));
  test.events.push_back(differing);
  for (std::size_t life = 1; life < lives.size(); ++life) {
    const PairedTest found = analysis.kind == TestKind::mcnemar    ? mcnemar(lives[0], lives[life])
                             : analysis.kind == TestKind::paired_t ? paired_t(lives[0], lives[life])
                                                                   : signed_rank(lives[0], lives[life]);
    test.estimate.push_back(found.estimate);
    test.standard_error.push_back(found.standard_error);
    test.p.push_back(found.p);
  }
}

}  // namespace

bool is_usable(const AnalysisPlan& analysis, const Record& row) {
  const auto has = [&](int column) {
    bool has_all = true;
    for (int life = 0; column >= 0 && life < static_cast<int>(analysis.lives); ++life)
      has_all = has_all && (row.columns_defined >> (column + life * analysis.next_life) & 1) != 0;
    return has_all;
  };
  bool usable =
      row.failure == 0 && has(analysis.time) && has(analysis.response) && has(analysis.strata) && has(analysis.among);
  for (const int column : analysis.covariates) usable = usable && has(column);
  return usable;
}

std::vector<ResultTest> empty_tests(const BuiltPlan& built) {
  std::vector<ResultTest> tests;
  for (const AnalysisPlan& analysis : built.analyses) {
    ResultTest test;
    test.name = analysis.name, test.kind = analysis.kind, test.what = analysis.what, test.terms = analysis.terms;
    tests.push_back(std::move(test));
  }
  return tests;
}

void add_replicate(const BuiltPlan& built, std::span<const Record> rows, std::vector<ResultTest>& tests) {
  for (std::size_t t = 0; t < tests.size(); ++t) {
    const AnalysisPlan& analysis = built.analyses[t];
    ResultTest& test = tests[t];
    if (entry_of(analysis.kind).is_paired) {
      add_paired(analysis, rows, test);
      continue;
    }
    const Sample s = sample_of(analysis, built.arms.size(), rows);
    std::int64_t events = 0;
    for (const int event : s.event) events += event;
    test.patients.push_back(static_cast<std::int64_t>(s.event.size()));
    test.events.push_back(events);
    if (analysis.kind == TestKind::log_rank) {
      const LogRank found = log_rank(s.time, s.event, s.arm, s.stratum);
      test.estimate.push_back(found.chi_square);
      test.standard_error.push_back(kNaN);
      test.p.push_back(found.p);
      continue;
    }
    if (analysis.kind == TestKind::proportions) {
      for (std::size_t arm = 1; arm < built.arms.size(); ++arm) {
        const ZTest found = compare_shares(s, static_cast<int>(arm));
        test.estimate.push_back(found.estimate);
        test.standard_error.push_back(found.standard_error);
        test.p.push_back(std::erfc(std::fabs(found.z) / std::sqrt(2.0)));
      }
      continue;
    }
    Fit fit;
    if (s.event.empty())
      fit.flaw = "nobody";
    else
      fit = analysis.kind == TestKind::cox
                ? cox(s.time, s.event, s.covariates, analysis.breslow ? Ties::breslow : Ties::efron, s.stratum)
                : logistic(s.event, s.covariates);
    for (std::size_t i = 0; i < analysis.terms.size(); ++i) {
      const bool is_known = fit.flaw.empty();
      test.estimate.push_back(is_known ? fit.coefficient[i] : kNaN);
      test.standard_error.push_back(is_known ? fit.standard_error[i] : kNaN);
      test.p.push_back(is_known ? fit.p(i) : kNaN);
    }
  }
}

ResultTest without_replicates(const ResultTest& test, std::size_t begin, std::size_t end) {
  ResultTest rest = test;
  const auto leave_out = [&](auto& column, std::size_t each) {
    const auto at = [&](std::size_t replicate) {
      return column.begin() + static_cast<std::ptrdiff_t>(replicate * each);
    };
    column.erase(at(begin), at(end));
  };
  for (std::vector<double>* column : {&rest.estimate, &rest.standard_error, &rest.p})
    leave_out(*column, test.terms.size());
  leave_out(rest.patients, 1);
  leave_out(rest.events, 1);
  return rest;
}

}  // namespace vt
