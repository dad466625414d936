#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/plan/names/observables.hpp"
#include "host/plan/tallies/tally_builder.hpp"
#include "host/plan/tallies/whose_table.hpp"

namespace vt {

/// The place of a column in the trial table; the end of a time is there once.
int TallyBuilder::column(const Column& column, const Position& where) {
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const Column& other = columns_[c];
    if (column.kind != ColumnKind::formula && other.kind == column.kind && other.tally == column.tally)
      return static_cast<int>(c);
  }
  const std::size_t most = kMaxColumns / std::max(1u, parts_.plan.lives);
  if (columns_.size() == most) {
    parts_.problems.add(
        where, fmt::format("too many columns of the trial table (at most {}{}, two for each time, one for each among "
                           "of an analysis); drop some",
                           most, parts_.plan.lives > 1 ? " in each of the lives of a patient" : ""));
    return 0;
  }
  columns_.push_back(column);
  parts_.plan.ends_tallied = 1;
  return static_cast<int>(columns_.size() - 1);
}

namespace {

/// The unit of the quantity that a column is, or "".
std::string unit_of_column(const ColumnSpec& spec) {
  if (!spec.unit.empty()) return spec.unit;
  const std::string& formula = spec.value.value;
  const ObservableName* observable = find_observable(std::string_view(formula).substr(0, formula.find_first_of(" @")));
  const bool is_plain = observable != nullptr && formula.find_first_of("<>=+-*/(") == std::string::npos;
  return is_plain && observable->unit != "1" ? std::string(observable->unit) : "";
}

}  // namespace

Program TallyBuilder::condition(const Text& among, const std::string& of) {
  if (!among.is_set()) return {};
  const Program program =
      parts_.formulas.visit_formula(among.value, among.where, fmt::format("the condition 'among' of {}", of));
  parts_.formulas.note_looked(program, {}, among.where);
  return program;
}

/// The columns by name that are tested, kept or in the table of patients; others nobody reads.
std::map<std::string, int> TallyBuilder::build_columns() {
  std::map<std::string, int> by_name;
  for (const ColumnSpec& spec : parts_.scenario.columns) {
    const bool is_kept = is_kept_column(parts_.scenario, spec);
    const std::string what = fmt::format("column '{}'", spec.name);
    const Program value = parts_.formulas.visit_formula(spec.value.value, spec.value.where, what, nullptr,
                                                        {IfUndefined::is_not_evaluable, spec.among.value});
    parts_.formulas.note_looked(value, {}, spec.value.where);
    const Program among = condition(spec.among, what);
    const bool is_in_table = whose_table(parts_.scenario) != TablePlan::Whose::nobody;
    if (!is_kept && !is_in_table && !is_tested_column(parts_.scenario, spec)) continue;
    by_name[spec.name] = column({ColumnKind::formula, 0, value, among}, spec.where);
    const auto place = static_cast<std::uint32_t>(by_name[spec.name]);
    if (is_kept) parts_.built.kept.push_back({spec.name, unit_of_column(spec), spec.value.value, place});
    if (is_in_table)
      parts_.built.table.columns.push_back(
          {TableColumn::From::trial_table, place, "column", spec.name, unit_of_column(spec), spec.value.value});
  }
  const std::uint64_t bytes = sizeof(double) * parts_.plan.patients * parts_.plan.replicates *
                              (1 + parts_.built.kept.size() * parts_.plan.lives);
  if (!parts_.built.kept.empty() && bytes > kKeptBytes)
    parts_.problems.add(
        parts_.scenario.columns[0].where,
        fmt::format("the columns of {} patients in {} replicates that are kept need {} MB (at most {} MB); run fewer "
                    "replicates, or write keep = false and use tallies",
                    parts_.plan.patients, parts_.plan.replicates, bytes >> 20, kKeptBytes >> 20));
  return by_name;
}

void TallyBuilder::build_analyses() {
  std::map<std::string, int> by_name = build_columns();
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
      test.time = column({ColumnKind::end_day, tally_of(spec.time), {}, {}}, spec.where);
      test.outcome = column({ColumnKind::outcome, tally_of(spec.time), {}, {}}, spec.where);
      test.what = "time " + spec.time.value;
      if (tally_of(spec.time) < parts_.built.tallies.size()) test.from = parts_.built.tallies[tally_of(spec.time)].from;
    } else {
      test.response = by_name[spec.response.value];
      test.what = "response " + spec.response.value;
    }
    if (spec.strata.is_set()) {
      test.strata = by_name[spec.strata.value];
      test.what += ", strata " + spec.strata.value;
    }
    if (spec.among.is_set()) {  // who has a value in it
      const Program among = condition(spec.among, fmt::format("analysis '{}'", spec.name));
      test.among = column({ColumnKind::formula, 0, among, among}, spec.where);
      test.what += ", among " + spec.among.value;
    }
    if (spec.kind == TestKind::logistic) test.terms.emplace_back("intercept");
    for (const Text& name : spec.covariates) {
      test.covariates.push_back(name.value == "arm" ? -1 : by_name[name.value]);
      if (name.value != "arm") test.terms.push_back(name.value);
      for (std::size_t a = 1; name.value == "arm" && a < parts_.scenario.arms.size(); ++a)
        test.terms.push_back(parts_.scenario.arms[a].name);
    }
    if (spec.kind == TestKind::log_rank) test.terms = {"chi-square"};
    test.lives = entry_of(spec.kind).is_paired ? parts_.plan.lives : 1;
    std::set<std::string_view> terms;
    for (const std::string& term : test.terms)
      if (!terms.insert(term).second)
        parts_.problems.add(spec.where,
                            fmt::format("analysis '{}' has two terms called '{}' (results are found by it); rename "
                                        "the column or the arm",
                                        spec.name, term));
    parts_.built.analyses.push_back(std::move(test));
  }
  for (AnalysisPlan& test : parts_.built.analyses) test.next_life = static_cast<int>(columns_.size());
}

}  // namespace vt
