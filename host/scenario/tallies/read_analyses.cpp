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
  analysis.kind = read_choice(reader.need("kind", "what is tested"), {"log-rank", "cox", "logistic"});
  if (analysis.kind == "logistic")
    analysis.response = read_text(reader.need("response", "the name of a [[column]] that is 1 or 0"));
  else if (!analysis.kind.empty())
    analysis.time = read_text(reader.need("time", "the name of a [[tally]] of kind time_to_event"));
  if (analysis.kind == "log-rank") {
    analysis.covariates = {{"arm", analysis.where}};
  } else if (!analysis.kind.empty()) {
    const Field covariates = reader.get("covariates");
    analysis.covariates = covariates ? read_texts(covariates) : std::vector<Text>{{"arm", analysis.where}};
  }
  if (analysis.kind != "logistic") analysis.strata = read_text(reader.get("strata"));
  if (const Field ties = reader.get("ties"); ties && analysis.kind == "cox")
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
