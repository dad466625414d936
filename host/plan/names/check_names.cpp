#include "host/plan/names/check_names.hpp"

#include <fmt/format.h>

#include <map>

#include "host/formula/parser.hpp"
#include "host/plan/names/observables.hpp"

namespace vt {
namespace {

/// What formulas read under the user's names. Events and random effects have theirs behind a dot: event.X, eta.X.
struct UserName {
  std::string kind, name;
  Position where;
};

std::vector<UserName> readable(const Scenario& scenario) {
  std::vector<UserName> all;
  for (const CovariateSpec& spec : scenario.covariates)
    all.push_back({spec.column >= 0 ? "column" : "covariate", spec.name, spec.where});
  for (const ParameterSpec& spec : scenario.parameters) all.push_back({"parameter", spec.name, spec.value.where});
  for (const TestSpec& spec : scenario.tests) all.push_back({"test", spec.name, spec.where});
  return all;
}

/// What else a formula would take the name for; "" = nothing.
std::string other_meaning(const UserName& one) {
  if (formula_text::is_function(one.name)) return "a function of formulas (both could be meant)";
  if (formula_text::is_operator_word(one.name)) return "an operator of formulas (which could not read it)";
  if (find_observable(one.name) == nullptr) return "";
  return one.kind == "test" ? "an observable (rules and tallies could read one or the other)"
                            : "an observable (criteria, models and doses would read the patient's value, visits, rules "
                              "and tallies the observable)";
}

}  // namespace

void check_names(const Scenario& scenario, Problems& problems) {
  std::map<std::string, const UserName*> seen;
  const std::vector<UserName> all = readable(scenario);
  for (const UserName& one : all) {
    if (const std::string other = other_meaning(one); !other.empty())
      problems.add(one.where, fmt::format("{} '{}' has the name of {}; rename it{}", one.kind, one.name, other,
                                          one.kind == "column" ? ", or leave it out with columns = […]"
                                                               : fmt::format(", for instance patient_{}", one.name)));
    if (const auto [at, is_new] = seen.emplace(one.name, &one);
        !is_new && (one.kind == "test" || at->second->kind == one.kind))
      problems.add(one.where,
                   fmt::format("{} '{}' has the name of a {} ({}, line {}; a formula could mean either); "
                               "rename one of them",
                               one.kind, one.name, at->second->kind, at->second->where.file, at->second->where.line));
  }
}

}  // namespace vt
