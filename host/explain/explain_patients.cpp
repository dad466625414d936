#include <fmt/format.h>

#include "host/explain/parts.hpp"
#include "host/explain/words.hpp"
#include "host/plan/tallies/whose_table.hpp"

/// \file What is written down of single patients, and what is tested of them.

namespace vt::words {

std::string record(const Scenario& s) {
  const TablePlan::Whose whose = whose_table(s);
  const std::string row = "a row of covariates, random effects, parameters, course, events and columns";
  std::string out;
  if (whose == TablePlan::Whose::all) out = paragraph("  ", "  ", fmt::format("Of every patient: {}.", row));
  if (s.record.patients == 0) return out;
  std::vector<std::string> what;
  if (whose == TablePlan::Whose::recorded) what.push_back(row);
  if (s.record.doses) what.push_back("every dose, prescribed and taken, and the rates of every day");
  if (s.record.decisions) what.push_back("every change of dose");
  for (const Text& name : s.record.daily) what.push_back(name.value + " on every day");
  if (!s.record.days.empty())
    what.push_back(
        fmt::format("{} of {}", count(s.record.hours.size(), "concentration"), count(s.record.days.size(), "day")));
  if (what.empty()) return out;
  return out +
         paragraph("  ", "  ", fmt::format("Of the first {}: {}.", count(s.record.patients, "patient"), list(what)));
}

std::string analyses(const Scenario& s) {
  std::string out;
  for (const ColumnSpec& column : s.columns)
    out += paragraph(fmt::format("  {} = ", column.name), "    ",
                     column.value.value +
                         (column.among.is_set() ? ", of those with " + column.among.value : std::string()) +
                         (is_kept_column(s, column) ? " (kept of each patient)" : ""));
  for (const AnalysisSpec& test : s.analyses) {
    std::string text =
        fmt::format("{} of {}", name_of(test.kind), test.time.is_set() ? test.time.value : test.response.value);
    if (!test.covariates.empty()) text += " by " + names(test.covariates);
    if (test.strata.is_set()) text += ", within " + test.strata.value;
    if (test.among.is_set()) text += ", among those with " + test.among.value;
    out += paragraph(fmt::format("  {}: ", test.name), "    ", text + ", in each replicate.");
  }
  return out;
}

}  // namespace vt::words
