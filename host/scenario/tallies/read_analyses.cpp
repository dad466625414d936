#include <fmt/format.h>

#include "host/scenario/sections.hpp"

namespace vt {
namespace {

void read_column(TableReader& reader, const std::string& name, Scenario& scenario) {
  ColumnSpec column;
  column.name = name;
  column.where = reader.table().where;
  (void)reader.get("name");
  if (name == "arm") reader.complain("is called 'arm' (tests have the arm without a column); rename it");
  column.value = read_text(reader.need("value", "a formula, looked at when the trial is over"));
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
  const bool is_of_response = analysis.kind == TestKind::logistic || analysis.kind == TestKind::proportions;
  if (is_of_response)
    analysis.response = read_text(reader.need("response", "the name of a [[column]] that is 1 or 0"));
  else
    analysis.time = read_text(reader.need("time", "the name of a [[tally]] of kind time_to_event"));
  const bool has_covariates = analysis.kind == TestKind::logistic || analysis.kind == TestKind::cox;
  const Field covariates = has_covariates ? reader.get("covariates") : Field{};
  analysis.covariates = covariates ? read_texts(covariates) : std::vector<Text>{{"arm", analysis.where}};
  if (!is_of_response) analysis.strata = read_text(reader.get("strata"));
  if (const Field ties = analysis.kind == TestKind::cox ? reader.get("ties") : Field{})
    analysis.ties = read_choice(ties, {"efron", "breslow"});
  reader.finish();
  scenario.analyses.push_back(std::move(analysis));
}

}  // namespace

void read_analyses(TableReader& root, Scenario& scenario) {
  for_each_named(root, "column",
                 [&](TableReader& reader, const std::string& name) { read_column(reader, name, scenario); });
  for_each_named(root, "analysis",
                 [&](TableReader& reader, const std::string& name) { read_analysis(reader, name, scenario); });
  constexpr std::uint64_t most_patients = 10'000;
  if (!scenario.analyses.empty() && scenario.patients > most_patients)
    root.problems().add(scenario.analyses[0].where,
                        fmt::format("tests of {} patients (the trial table holds {} patients of a replicate at most); "
                                    "run fewer patients in more replicates, or use tallies",
                                    scenario.patients, most_patients));
  if (!scenario.analyses.empty() && scenario.allocation == "counterfactual")
    root.problems().add(scenario.analyses[0].where,
                        "a test stands beside counterfactual allocation (arms would not be independent); use pairs");
}

}  // namespace vt
