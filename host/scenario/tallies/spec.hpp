#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/scenario/written.hpp"
#include "kernels/vocabulary/tallies.hpp"

/// \file What is counted and written down, as written.

namespace vt {

/// An axis of a tally, such as "bins(x, e1, …)" or "quartile(x, low, high)".
struct AxisSpec {
  AxisForm form = AxisForm::arm;
  Text source;  ///< formula, for bins and quantile
  std::vector<double> edges;
  double low = 0, high = 0;  ///< quantile: where the values lie; 0: not said
  std::string text;          ///< as written
  Position where;
};

struct TallySpec {
  std::string name;
  std::vector<double> hours;  ///< a profile: concentrations so long after the first intake of the day before `at`
  std::string kind;           ///< as written; "": its keys tell (kinds.hpp)
  Text score;                 ///< or what is waited for, in words
  bool has_range = false;
  double low = 0, high = 0;  ///< declared range, in the score's unit
  std::string unit;
  Text at;  ///< name of a visit, or "end"
  std::vector<AxisSpec> by;
  Estimand estimand = Estimand::itt;
  std::vector<double> thresholds;  ///< of a number, ascending, in its unit
  std::vector<Text> pair;          ///< two arms whose lives are compared
  std::vector<Text> events, competing;
  Text from;                   ///< event at which a time begins, or empty: with the trial
  Text among;                  ///< condition of those who are counted, or empty: everybody
  std::int32_t every_day = 7;  ///< length of an interval of times
  bool for_means = false;      ///< of a number, that nothing but its mean and its shares above are asked
  std::string title;           ///< words for reports; "" = name
  Position where;
};

/// What is written down of single patients: the first ones.
struct RecordSpec {
  std::uint64_t patients = 0;
  bool decisions = false, doses = false;
  Text table;                      ///< "recorded", "all", or empty
  std::vector<Text> daily;         ///< observables
  std::vector<std::int32_t> days;  ///< whose concentrations are written down
  std::vector<double> hours;       ///< after the nominal morning dose of each of these days
  Position where;
};

/// A number of each patient when the trial is over, for tests.
struct ColumnSpec {
  std::string name;
  Text value;
  Text among;                ///< condition of those who have a value, or empty
  std::optional<bool> keep;  ///< in the results; not said: where no test reads it
  std::string unit;          ///< "": that of the quantity it is, if it is one
  Position where;
};

/// A statistical test of every replicate.
struct AnalysisSpec {
  std::string name;
  TestKind kind = TestKind::log_rank;
  Text time;                     ///< name of a tally of times: log-rank, cox
  Text response;                 ///< name of a column: logistic
  std::vector<Text> covariates;  ///< "arm" or columns: cox, logistic
  Text strata;                   ///< name of a column, or empty
  std::string ties = "efron";    ///< or breslow
  Text among;                    ///< condition of those who are tested, or empty: everybody
  Position where;
};

/// Ends a run before its last patient, at 10,000 · 2^k patients, once a tally is known well enough.
struct StopSpec {
  Text tally;
  double standard_error = 0;
  bool is_set() const { return tally.is_set(); }
};

}  // namespace vt
