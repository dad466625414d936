#include "host/study/optimise/read_optimise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "host/scenario/toml/merge.hpp"
#include "host/study/optimise/load_optimiser.hpp"

namespace vt {

namespace {

std::optional<std::uint64_t> read_count(const Field& field, std::int64_t low, std::int64_t high) {
  const auto number = field ? read_whole(field, low, high) : std::nullopt;
  return number ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

/// An optimiser chooses between ends, and it chooses all factors.
void check_ends(const StudySpec& study, Problems& problems) {
  for (const FactorSpec& factor : study.factors) {
    const auto complain = [&](const char* text) {
      problems.add(factor.where, fmt::format("factor.{} {}", factor.name, text));
    };
    if (factor.law && factor.law->distribution != Distribution::uniform)
      complain(
          "has a distribution without ends (an optimiser chooses between two); write distribution = \"uniform\" with "
          "low and high");
    if (factor.is_circumstance)
      complain(
          "is a circumstance (an optimiser chooses every factor, and nobody can choose this one); take it away and set "
          "its entry in the trial, or make it a decision");
    if (!factor.law && factor.levels.size() == 1)
      complain("has one value (there is nothing to choose); give it more, or take it away");
  }
}

/// One goal of a method that follows one, two or more of the others.
void check_goals(StudySpec& study, Problems& problems) {
  OptimiseSpec& spec = *study.optimise;
  const auto goals = std::ranges::count_if(study.endpoints, [](const auto& e) { return e.goal != Goal::none; });
  if (!spec.has_method && goals > 1) spec.method = find_named(kOptimiseMethods, "nsga2");
  if (goals == 0)
    problems.add(spec.where,
                 "study.kind is 'optimise', but no endpoint has a goal (there is nothing to make better); write goal = "
                 "\"maximise\" or \"minimise\" in an [[endpoint]]");
  else if (goals == 1 && spec.method->has_goals)
    problems.add(spec.of_method, fmt::format("study.method '{}' is for several goals (one endpoint has one); set "
                                             "\"cmaes\" or \"de\", or give another endpoint a goal",
                                             spec.method->name));
  else if (goals > 1 && !spec.method->has_goals)
    problems.add(spec.of_method, fmt::format("study.method '{}' is for one goal ({} endpoints have one); set "
                                             "\"nsga2\", or make goals limits (at_most, at_least) or a sum (weights)",
                                             spec.method->name, goals));
}

void check_population(const StudySpec& study, Problems& problems) {
  const OptimiseSpec& spec = *study.optimise;
  const OptimiseMethod& method = *spec.method;
  if (spec.population == 0 || (spec.population >= method.least && spec.population % method.divisor == 0)) return;
  const std::uint64_t better =
      std::max(method.least, (spec.population + method.divisor - 1) / method.divisor * method.divisor);
  problems.add(
      spec.of_population,
      fmt::format("study.population is {} ({} needs {} or more{}); write {}", spec.population, method.name,
                  method.least, method.divisor > 1 ? fmt::format(", a multiple of {}", method.divisor) : "", better));
}

}  // namespace

void read_optimise(TableReader& reader, StudySpec& study) {
  OptimiseSpec& spec = study.optimise.emplace();
  study.design = DesignKind::optimise;
  spec.where = reader.get("kind").node->where;
  if (const Field method = reader.get("method")) {
    const std::string name = read_choice(method, names_of(kOptimiseMethods));
    const OptimiseMethod* found = find_named(kOptimiseMethods, name);
    if (found != nullptr) spec.method = found;
    spec.has_method = true;
    spec.of_method = method.node->where;
  }
  if (const Field population = reader.need("population", "it says how many points a generation has")) {
    spec.population = read_count(population, 1, 1 << 16).value_or(0);
    spec.of_population = population.node->where;
  }
  spec.generations = read_count(reader.need("generations", "it says how long is searched"), 2, 1 << 20).value_or(0);
  study.points = spec.population * spec.generations;
  study.seed = read_count(reader.get("seed"), 0, std::int64_t{1} << 62).value_or(study.seed);
  study.most_patients = read_count(reader.get("most_patients"), 1, std::int64_t{1} << 40).value_or(0);
  if (const Field fresh = reader.get("fresh_seed")) {
    spec.fresh_seed = read_count(fresh, 0, std::int64_t{1} << 62);
    spec.of_fresh_seed = fresh.node->where;
  }
  spec.fresh_patients = read_count(reader.get("fresh_patients"), 1, std::int64_t{1} << 40);
}

void check_optimise(StudySpec& study, Node& trial, Problems& problems) {
  const OptimiseSpec& spec = *study.optimise;
  check_ends(study, problems);
  for (const FactorSpec& factor : study.factors)
    if (factor.name == "generation")
      problems.add(factor.where, "factor.generation has the name of what results count points by; rename it");
  check_goals(study, problems);
  check_population(study, problems);
  const Node* seed = find_entry(trial, "trial.seed");
  if (spec.fresh_seed && seed != nullptr && static_cast<std::int64_t>(*spec.fresh_seed) == seed->whole)
    problems.add(spec.of_fresh_seed,
                 fmt::format("study.fresh_seed is {}, the trial's own (the same random numbers would say "
                             "the same again); take another, or leave it out",
                             *spec.fresh_seed));
  if (const std::string flaw = find_optimiser().flaw; !flaw.empty())
    problems.note(spec.where, "study.kind is 'optimise' " + flaw);
}

}  // namespace vt
