#include <algorithm>

#include <fmt/format.h>

#include "host/scenario/sections.hpp"
#include "host/scenario/toml/shapes.hpp"

namespace vt {
namespace {

void read_mutant(TableReader& reader, const std::string& name, Scenario& scenario) {
  constexpr Range folds{1e-6, 1e12}, shares{0, 1e6};
  MutantSpec mutant;
  mutant.name = name;
  mutant.where = reader.table().where;
  (void)reader.get("name");
  if (const auto fold = read_number(reader.need("fold", "how many times more drug it takes"), "", folds))
    mutant.fold = *fold;
  if (const auto fold = read_number(reader.get("second_fold"), "", folds)) mutant.second_fold = *fold;
  if (const auto share = read_number(reader.need("share", "its weight among the mutants"), "", shares))
    mutant.share = *share;
  mutant.origin = read_origin(reader, true);
  reader.finish();
  scenario.mutants.push_back(std::move(mutant));
}

/// [mutants] mixture = { T315I = 0.5, M351T = 0.5 }: the weights of all mutants; those it does not name have none.
void read_mixture(TableReader& root, Scenario& scenario, Origin& origin) {
  const Field field = root.get("mutants");
  if (!field) return;
  if (!field.node->is_table()) return field.complain("is no table; write [mutants] with mixture = { NAME = 1 }");
  TableReader reader(*field.node, field.path, root.problems());
  const Field mixture = reader.need("mixture", "the weights, such as { NAME = 1 }");
  note_own_names(mixture);
  origin = read_origin(reader, true);
  reader.finish();
  if (!mixture || !mixture.node->is_table()) return;
  TableReader weights(*mixture.node, mixture.path, root.problems());
  for (MutantSpec& mutant : scenario.mutants) {
    const auto weight = read_number(weights.get(mutant.name), "", {0, 1e6});
    mutant.share = weight ? *weight : 0;
  }
  weights.finish();
}

/// Σ (mutant == i)·fold_i: exact, as all terms but one are 0.
ParameterSpec fold_parameter(const Scenario& scenario, const char* name, double MutantSpec::*fold) {
  ParameterSpec parameter;
  parameter.name = name;
  for (std::size_t i = 0; i < scenario.mutants.size(); ++i)
    parameter.value.formula +=
        fmt::format("{}(mutant == {})*{}", i == 0 ? "" : " + ", i + 1, scenario.mutants[i].*fold);
  parameter.value.text = parameter.value.formula;
  parameter.value.where = scenario.mutants[0].where;
  parameter.value.origin = scenario.mutants[0].origin;
  return parameter;
}

}  // namespace

void read_mutants(TableReader& root, Scenario& scenario) {
  for_each_named(root, "mutant",
                 [&](TableReader& reader, const std::string& name) { read_mutant(reader, name, scenario); });
  if (scenario.mutants.empty()) return;
  CovariateSpec which;
  which.name = "mutant";
  which.distribution = Distribution::categorical;
  which.where = scenario.mutants[0].where;
  which.origin = scenario.mutants[0].origin;
  read_mixture(root, scenario, which.origin);
  double sum = 0;
  for (const MutantSpec& mutant : scenario.mutants) sum = sum + mutant.share;
  if (!(sum > 0)) {
    root.problems().add(which.where, "no mutant has a share (one of them is drawn for each patient); give one a share");
    sum = 1;
  }
  for (std::size_t i = 0; i < scenario.mutants.size(); ++i) {
    which.values.push_back(static_cast<double>(i + 1));
    which.probabilities.push_back(scenario.mutants[i].share / sum);
  }
  scenario.covariates.push_back(std::move(which));
  scenario.parameters.push_back(fold_parameter(scenario, "mutant_fold", &MutantSpec::fold));
  scenario.parameters.push_back(fold_parameter(scenario, "mutant_second_fold", &MutantSpec::second_fold));
}

}  // namespace vt
