#include <fmt/format.h>

#include "host/scenario/sections.hpp"
#include "host/scenario/tallies/columns.hpp"
#include "output/hdf5/names.hpp"

namespace vt {
namespace {

void read_column(TableReader& reader, const std::string& name, Scenario& scenario) {
  ColumnSpec column;
  column.name = name;
  column.where = reader.table().where;
  const Field written = reader.get("name");
  check_group_name(written);
  for (const std::string_view taken : schema::kPatientScales)
    if (name == taken && name != "arm")
      written.complain(
          fmt::format("is '{}' (the results have a dimension or table of this name); "
                      "rename it",
                      name));
  if (name == "arm") reader.complain("is called 'arm' (tests have the arm without a column); rename it");
  column.value = read_text(reader.need("value", "a formula, looked at when the trial is over"));
  column.among = read_text(reader.get("among"));
  column.unit = read_text(reader.get("unit")).value;
  if (const Field keep = reader.get("keep")) column.keep = read_flag(keep);
  reader.finish();
  scenario.columns.push_back(std::move(column));
}

void read_analysis(TableReader& reader, const std::string& name, Scenario& scenario) {
  AnalysisSpec analysis;
  analysis.name = name;
  analysis.where = reader.table().where;
  check_group_name(reader.get("name"));
  const Field kind = reader.need("kind", "what is tested");
  const TestKindEntry* entry = find_named(kTestKinds, read_choice(kind, names_of(kTestKinds)));
  if (entry == nullptr) return;  // what its other keys mean is not known
  analysis.kind = entry->kind;
  const bool is_of_response =
      analysis.kind == TestKind::logistic || analysis.kind == TestKind::proportions || entry->is_paired;
  if (is_of_response)
    analysis.response = read_text(reader.need("response", entry->is_paired && analysis.kind != TestKind::mcnemar
                                                              ? "the name of a [[column]], a number of each life"
                                                              : "the name of a [[column]] that is 1 or 0"));
  else
    analysis.time = read_text(reader.need("time", "the name of a [[tally]] of kind time_to_event"));
  const bool has_covariates = analysis.kind == TestKind::logistic || analysis.kind == TestKind::cox;
  const Field covariates = has_covariates ? reader.get("covariates") : Field{};
  analysis.covariates = covariates ? read_texts(covariates) : std::vector<Text>{{"arm", analysis.where}};
  if (!is_of_response) analysis.strata = read_text(reader.get("strata"));
  analysis.among = read_text(reader.get("among"));
  if (const Field ties = analysis.kind == TestKind::cox ? reader.get("ties") : Field{})
    analysis.ties = read_choice(ties, {"efron", "breslow"});
  reader.finish();
  scenario.analyses.push_back(std::move(analysis));
}

/// The trial table is held for whole replicates.
void check_size(const Scenario& scenario, Problems& problems) {
  constexpr std::uint64_t most_patients = 10'000;
  if (scenario.patients <= most_patients) return;
  if (!scenario.analyses.empty())
    problems.add(scenario.analyses[0].where,
                 fmt::format("tests of {} patients (the trial table holds {} patients of a replicate at most); "
                             "run fewer patients in more replicates, or use tallies",
                             scenario.patients, most_patients));
  for (const ColumnSpec& column : scenario.columns)
    if (is_kept_column(scenario, column))
      return problems.add(column.where,
                          fmt::format("column.{} is kept of {} patients (the trial table holds {} patients of a "
                                      "replicate at most); run fewer patients in more replicates, or write keep = "
                                      "false and use tallies",
                                      column.name, scenario.patients, most_patients));
}

/// Lives of the same patients are compared in pairs, patients of different arms are not.
void check_pairs(const Scenario& scenario, const AnalysisSpec& test, Problems& problems) {
  const bool is_counterfactual = scenario.allocation == "counterfactual", is_paired = entry_of(test.kind).is_paired;
  if (is_counterfactual && !is_paired)
    problems.add(test.where,
                 fmt::format("{} is a test of kind '{}' beside counterfactual allocation (every patient lives in all "
                             "arms with the same random numbers, so that arms are not independent); use 'mcnemar', "
                             "'paired-t' or 'signed-rank' of a column, or a tally with pair",
                             join_path("analysis", test.name), name_of(test.kind)));
  if (!is_counterfactual && is_paired)
    problems.add(
        test.where,
        fmt::format("{} is a test of kind '{}' (it compares lives of the same patients, and here every patient "
                    "has one); use 'proportions' or 'logistic', or write allocation = \"counterfactual\"",
                    join_path("analysis", test.name), name_of(test.kind)));
}

}  // namespace

void read_analyses(TableReader& root, Scenario& scenario) {
  for_each_named(root, "column",
                 [&](TableReader& reader, const std::string& name) { read_column(reader, name, scenario); });
  for_each_named(root, "analysis",
                 [&](TableReader& reader, const std::string& name) { read_analysis(reader, name, scenario); });
  check_size(scenario, root.problems());
  for (const AnalysisSpec& test : scenario.analyses) check_pairs(scenario, test, root.problems());
}

}  // namespace vt
