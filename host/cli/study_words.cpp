#include "host/cli/study_words.hpp"

#include <fmt/format.h>

#include <optional>

#include "host/explain/explain.hpp"
#include "host/explain/trial_designs.hpp"
#include "host/explain/words.hpp"
#include "host/problems.hpp"
#include "host/study/endpoints.hpp"
#include "host/study/factor_correlation.hpp"

namespace vt {

namespace {

/// "cmaes, 20 generations × 16 points: at most "
std::string generations_words(const OptimiseSpec& spec) {
  return fmt::format("{}, {} generations × {} points: at most ", spec.method->name, spec.generations, spec.population);
}

std::string amount_of_work(const LoadedStudy& loaded, const StudyNeeds& needs) {
  const std::string generations = loaded.study.optimise ? generations_words(*loaded.study.optimise) : "";
  return fmt::format("{}{} × {} patients{}, about {:.2g} core-seconds", generations,
                     words::count(needs.points, "point"), needs.patients, times_words(needs), needs.cost.core_seconds);
}

std::string factor_words(const FactorSpec& factor) {
  std::string values;
  for (const FactorLevel& level : factor.levels) values += fmt::format("{}{}", values.empty() ? "" : ", ", level.label);
  if (factor.law) {
    const DistributionEntry& law = *find_distribution(name_of(factor.law->distribution));
    values = fmt::format("{}, {} {}, {} {}{}{}", law.name, law.first.key, factor.law->first, law.second.key,
                         factor.law->second, factor.unit.empty() ? "" : " ", factor.unit);
  }
  if (factor.draws_level) values += ", one of them drawn for each replicate";
  const std::string what =
      factor.key.empty() ? "" : fmt::format(" ({} {})", factor.scales ? "multiplies" : "sets", factor.key);
  return fmt::format("  {}{}: {}\n", factor.name, what, values);
}

std::string endpoint_words(const StudySpec& study, const EndpointSpec& endpoint) {
  std::string text = fmt::format("  {}: {}", endpoint.question.name, title_of(study, endpoint));
  if (endpoint.goal != Goal::none)
    text += endpoint.goal == Goal::maximise ? "; the more the better" : "; the less the better";
  if (endpoint.precision) text += fmt::format("; to a standard error of {}", *endpoint.precision);
  if (endpoint.at_most) text += fmt::format("; at most {}", *endpoint.at_most);
  if (endpoint.at_least) text += fmt::format("; at least {}", *endpoint.at_least);
  return text + "\n";
}

}  // namespace

const char* words_for(DesignKind design) {
  switch (design) {
    case DesignKind::latin_hypercube:
      return "latin_hypercube";
    case DesignKind::one_at_a_time:
      return "one_at_a_time";
    case DesignKind::list:
      return "list";
    case DesignKind::sobol:
      return "sobol";
    case DesignKind::saltelli:
      return "saltelli";
    case DesignKind::morris:
      return "morris";
    case DesignKind::replicates:
      return "power";
    case DesignKind::optimise:
      return "optimise";
    case DesignKind::grid:
      break;
  }
  return "grid";
}

PointTrial first_trial(const LoadedStudy& loaded) {
  Problems problems;
  std::optional<PointTrial> trial =
      TrialMaker(loaded.study, loaded.text_of()).make(loaded.design.points.at(0), false, problems);
  if (!trial) throw ScenarioError(problems.sorted());
  return std::move(*trial);
}

std::string times_words(const StudyNeeds& needs) {
  return (needs.replicates > 1 ? fmt::format(" × {} replicates", needs.replicates) : "") +
         (needs.arms > 1 ? fmt::format(" × {} arms", needs.arms) : "");
}

std::string points_words(const StudySpec& study, const StudyNeeds& needs) {
  if (!study.trial_designs.empty())
    return fmt::format("{} ({}: {} trial designs)", needs.points, words_for(study.design), study.trial_designs.size());
  if (!study.optimise) return fmt::format("{} ({})", needs.points, words_for(study.design));
  return fmt::format("{}{} points, then at most {} once more with {} patients", generations_words(*study.optimise),
                     needs.points, needs.fresh_points, needs.fresh_patients);
}

std::string explain_study(const LoadedStudy& loaded) {
  const StudySpec& study = loaded.study;
  const PointTrial first = first_trial(loaded);
  const StudyNeeds needs = needs_of(study, loaded.design, first.built, loaded.text_of(), 0);
  std::string text =
      fmt::format("Study\n  {} design, {}\n  all points have the same patients: the same random numbers\n",
                  words_for(study.design), amount_of_work(loaded, needs));
  if (!study.factors.empty()) text += "\nFactors\n";
  for (const FactorSpec& factor : study.factors) text += factor_words(factor);
  for (const StudyCorrelation& both : correlations_of(study, loaded.design))
    text += fmt::format("  {}\n", correlation_text(both));
  text += explain_trial_designs(study, first.built);
  if (!study.endpoints.empty()) text += "\nEndpoints\n";
  for (const EndpointSpec& endpoint : study.endpoints) text += endpoint_words(study, endpoint);
  return text +
         fmt::format("\nThe trial{}{}\n\n", study.factors.empty() ? "" : " at ",
                     point_text(study, loaded.design.points[0])) +
         explain(first.scenario, first.built);
}

}  // namespace vt
