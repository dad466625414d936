#pragma once
/// \file Populations for tests: a small trial around a piece of text, and its patients' sampled values.

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/scenario/read_scenario.hpp"
#include "kernels/people/population.hpp"
#include "tests/support/trial.hpp"

namespace vt::test {

using Files = std::map<std::string, std::string>;

/// A trial of two days with one arm, and `text` before it. Line 1 of the file is line 1 of `text`.
inline std::string trial_around(const std::string& text, const std::string& trial = "patients = 1000") {
  return text + "\n[trial]\n" + trial +
         "\nduration = \"2 day\"\n"
         "[pk]\nmodel = \"one_compartment\"\nabsorption = \"first_order\"\nclearance = \"10 L/h\"\nvolume = \"250 L\"\n"
         "absorption_rate = \"1 1/h\"\nsource = \"test\"\nbasis = \"assumed\"\n"
         "[[arm]]\nname = \"one\"\nregimen = { dose = \"400 mg\", every = \"24 h\" }\n";
}

/// Reads a scenario that stands in `files` as "s.toml".
inline std::optional<Scenario> read_from(const Files& files, Problems& problems) {
  const auto text_of = [&](const std::string& path, const Position& at, Problems& p) -> std::optional<std::string> {
    if (const auto found = files.find(path); found != files.end()) return found->second;
    p.add(at, "there is no file '" + path + "'");
    return std::nullopt;
  };
  return read_scenario("s.toml", {}, text_of, problems);
}

/// As read_from; mistakes end the test.
inline Scenario scenario_of(const Files& files) {
  Problems problems;
  auto scenario = read_from(files, problems);
  if (!problems.empty() || !scenario) throw ScenarioError(problems.sorted());
  return std::move(*scenario);
}
inline Scenario scenario_of(const std::string& text) { return scenario_of(Files{{"s.toml", text}}); }

/// "s.toml:LINE:COL: TEXT" of every mistake, a line each, those of the Plan too.
inline std::string problems_of(const Files& files) {
  Problems problems;
  const auto scenario = read_from(files, problems);
  if (scenario && problems.empty()) (void)build_plan(*scenario, problems);
  std::string lines;
  for (const Problem& p : problems.sorted())
    lines +=
        p.where.file + ":" + std::to_string(p.where.line) + ":" + std::to_string(p.where.column) + ": " + p.text + "\n";
  return lines;
}
inline std::string problems_of(const std::string& text) { return problems_of(Files{{"s.toml", text}}); }

/// What the patient phase gives the first n patients of a replicate.
struct Sampled {
  std::vector<std::vector<double>> covariate;  ///< [covariate][patient], order of the scenario
  std::vector<std::uint64_t> failure;
  std::vector<std::uint32_t> rejected_by;
  std::vector<std::vector<double>> trait;      ///< [place in Plan::trait_slot][patient]
  std::vector<std::vector<double>> parameter;  ///< those that differ between patients, in order; [parameter][patient]
};
inline Sampled sample_patients(const BuiltPlan& built, std::size_t n, std::uint64_t first = 0) {
  const Plan& plan = built.buffer.plan();
  Sampled out;
  out.covariate.resize(plan.covariates.count);
  out.trait.resize(kTraits);
  out.parameter.resize(plan.n_parameters);
  for (std::size_t i = 0; i < n; ++i) {
    Lanes<Id, 1> id;
    id.put(0, {first + i});
    static PatientValues<1> values;
    std::uint64_t failure[1] = {0};
    std::uint32_t rejected_by[1] = {0};
    sample_population(plan, id, values, failure, rejected_by);
    out.failure.push_back(failure[0]);
    out.rejected_by.push_back(rejected_by[0]);
    for (std::uint32_t p = 0; p < plan.n_parameters; ++p)
      out.parameter[p].push_back(values.value[at(plan, plan.derived, p).slot][0]);
    for (std::size_t t = 0; t < kTraits; ++t) out.trait[t].push_back(values.value[plan.trait_slot[t]][0]);
    for (std::uint32_t c = 0; c < plan.covariates.count; ++c)
      out.covariate[c].push_back(values.value[at(plan, plan.covariates, c).slot][0]);
  }
  return out;
}
/// What a patient has of a model's table.
template <class M>
typename M::Parameters parameters_of(const Sampled& sampled, std::size_t patient) {
  typename M::Parameters p;
  auto trait = static_cast<std::size_t>(kFirstModelTrait + kBefore<M>.parameters);
  for (const auto& one : M::parameters) p.*one.member = sampled.trait[trait++][patient];
  return p;
}

}  // namespace vt::test
