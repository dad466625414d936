#include "host/plan/people/patient_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "host/formula/formula.hpp"

namespace vt {
namespace {

struct Waiting {
  PatientValue value;
  std::vector<std::size_t> needs;  ///< numbers of values in the list
  bool is_placed = false;
};

std::vector<std::string> names_in(const PatientValue& value) {
  if (value.parameter) return names_in_formula(value.parameter->value.formula);
  std::vector<std::string> names;
  for (const auto& [key, expression] : value.covariate->parameters)
    for (const std::string& name : names_in_formula(expression.formula)) names.push_back(name);
  return names;
}

/// In the order in which they stand in the scenario.
std::vector<Waiting> values_of(const Scenario& scenario) {
  std::vector<Waiting> all;
  for (const CovariateSpec& spec : scenario.covariates) all.push_back({{&spec, nullptr}, {}});
  for (const ParameterSpec& spec : scenario.parameters) all.push_back({{nullptr, &spec}, {}});
  std::map<std::string, std::size_t, std::less<>> number;
  for (std::size_t i = 0; i < all.size(); ++i) number[all[i].value.name()] = i;
  for (Waiting& one : all)
    for (const std::string& name : names_in(one.value))
      if (const auto found = number.find(name); found != number.end()) one.needs.push_back(found->second);
  return all;
}

std::string describe(const PatientValue& value) {
  return fmt::format("{} '{}'", value.covariate ? "covariate" : "parameter", value.name());
}

/// All values that are left wait for others: some of them for each other in a circle. Returns the first of one.
std::size_t report_circle(const std::vector<Waiting>& all, std::size_t first_left, Problems& problems) {
  const auto next = [&](std::size_t i) {
    return *std::ranges::find_if(all[i].needs, [&](std::size_t needed) { return !all[needed].is_placed; });
  };
  std::vector<std::size_t> path;
  for (std::size_t i = first_left; std::ranges::find(path, i) == path.end(); i = next(i)) path.push_back(i);
  path.erase(path.begin(), std::ranges::find(path, next(path.back())));
  std::rotate(path.begin(), std::ranges::min_element(path), path.end());
  const PatientValue& value = all[path.front()].value;
  std::string circle = describe(value);
  for (std::size_t i = 1; i < path.size(); ++i) circle += " needs " + describe(all[path[i]].value);
  problems.add(value.covariate ? value.covariate->where : value.parameter->value.where,
               fmt::format("{} needs {} (none can be computed before the other); write one of them without the other",
                           circle, path.size() == 1 ? "itself" : describe(value)));
  return path.front();
}

/// What is drawn per replicate may read what is the same for all patients of one, and nothing else.
void check_per_replicate(const Scenario& scenario, const std::vector<PatientValue>& order, Problems& problems) {
  std::set<std::string, std::less<>> varies;  // between patients of a replicate
  for (const RandomEffectSpec& effect : scenario.random_effects)
    for (const std::string& name : effect.names)
      if (!effect.per_replicate) varies.insert("eta." + name);
  for (const PatientValue& value : order) {
    const std::vector<std::string> names = names_in(value);
    const auto reads = std::ranges::find_if(names, [&](const std::string& name) { return varies.contains(name); });
    const bool is_drawn = value.covariate && value.covariate->distribution != Distribution::fixed;
    const bool is_column = value.parameter ? value.parameter->value.column >= 0 : value.covariate->column >= 0;
    const bool is_shared = value.covariate && value.covariate->per_replicate;
    if (is_shared && reads != names.end())
      problems.add(value.covariate->where,
                   fmt::format("covariate '{}' is the same for all patients of a replicate, but reads '{}', which is "
                               "not; take that out of its numbers, or per = \"replicate\" away",
                               value.name(), *reads));
    else if (!is_shared && (is_drawn || is_column || reads != names.end()))
      varies.insert(value.name());
  }
}

}  // namespace

std::vector<PatientValue> in_order_of_computation(const Scenario& scenario, Problems& problems) {
  std::vector<Waiting> all = values_of(scenario);
  const auto is_ready = [&](const Waiting& one) {
    return !one.is_placed && std::ranges::all_of(one.needs, [&](std::size_t needed) { return all[needed].is_placed; });
  };
  std::vector<PatientValue> order;
  while (order.size() < all.size()) {
    auto next = std::ranges::find_if(all, is_ready);
    if (next == all.end()) {
      const auto left = std::ranges::find(all, false, &Waiting::is_placed);
      next =
          all.begin() + static_cast<long>(report_circle(all, static_cast<std::size_t>(left - all.begin()), problems));
    }
    next->is_placed = true;
    order.push_back(next->value);
  }
  check_per_replicate(scenario, order, problems);
  return order;
}

}  // namespace vt
