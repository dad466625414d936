#include <fmt/format.h>

#include <set>

#include "host/plan/tallies/tally_builder.hpp"

namespace vt {

/// The place of a column in the trial table; the end of a time is there once.
int TallyBuilder::column(const Column& column, const Position& where) {
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const Column& other = columns_[c];
    if (column.kind != ColumnKind::formula && other.kind == column.kind && other.tally == column.tally)
      return static_cast<int>(c);
  }
  if (columns_.size() == kMaxColumns) {
    parts_.problems.add(
        where,
        fmt::format("too many columns of the trial table (at most {}, two for each time); drop some", kMaxColumns));
    return 0;
  }
  columns_.push_back(column);
  parts_.plan.ends_tallied = 1;
  return static_cast<int>(columns_.size() - 1);
}

void TallyBuilder::build_analyses() {
  if (parts_.scenario.analyses.empty()) return;
  std::map<std::string, int> by_name;
  for (const ColumnSpec& spec : parts_.scenario.columns)
    by_name[spec.name] =
        column({ColumnKind::formula, 0,
                parts_.formulas.visit_formula(spec.value.value, spec.value.where, fmt::format("column '{}'", spec.name),
                                              nullptr, IfUndefined::is_not_evaluable)},
               spec.where);
  const auto tally_of = [&](const Text& name) {
    for (std::uint32_t t = 0; t < parts_.built.tallies.size(); ++t)
      if (parts_.built.tallies[t].name == name.value) return t;
    return 0u;  // reported by the reader
  };
  for (const AnalysisSpec& spec : parts_.scenario.analyses) {
    AnalysisPlan test;
    test.name = spec.name;
    test.kind = spec.kind;
    test.breslow = spec.ties == "breslow";
    if (spec.time.is_set()) {
      test.time = column({ColumnKind::end_day, tally_of(spec.time), {}}, spec.where);
      test.outcome = column({ColumnKind::outcome, tally_of(spec.time), {}}, spec.where);
      test.what = "time " + spec.time.value;
    } else {
      test.response = by_name[spec.response.value];
      test.what = "response " + spec.response.value;
    }
    if (spec.strata.is_set()) {
      test.strata = by_name[spec.strata.value];
      test.what += ", strata " + spec.strata.value;
    }
    if (spec.kind == TestKind::logistic) test.terms.emplace_back("intercept");
    for (const Text& name : spec.covariates) {
      test.covariates.push_back(name.value == "arm" ? -1 : by_name[name.value]);
      if (name.value != "arm") test.terms.push_back(name.value);
      for (std::size_t a = 1; name.value == "arm" && a < parts_.scenario.arms.size(); ++a)
        test.terms.push_back(parts_.scenario.arms[a].name);
    }
    if (spec.kind == TestKind::log_rank) test.terms = {"chi-square"};
    std::set<std::string_view> terms;
    for (const std::string& term : test.terms)
      if (!terms.insert(term).second)
        parts_.problems.add(spec.where,
                            fmt::format("analysis '{}' has two terms called '{}' (results are found by it); rename "
                                        "the column or the arm",
                                        spec.name, term));
    parts_.built.analyses.push_back(std::move(test));
  }
}

}  // namespace vt
