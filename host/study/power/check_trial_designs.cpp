#include <fmt/format.h>

#include <algorithm>

#include "host/scenario/toml/table_reader.hpp"
#include "host/study/power/play.hpp"
#include "host/study/power/run_power.hpp"

namespace vt {

BuiltPlan plan_of_trial(const StudySpec& study, const std::vector<double>& point, TrialMaker& maker,
                        const TrialChange& change) {
  Problems problems;
  std::optional<PointTrial> trial = maker.make(point, false, problems, change);
  if (trial) return std::move(trial->built);
  Problems located;
  for (const Problem& problem : problems.sorted())
    located.add(problem.where, fmt::format("{} [at {}]", problem.text, point_text(study, point)));
  throw ScenarioError(located.sorted());
}

std::vector<std::string> arm_names(const std::vector<ArmResult>& arms) {
  std::vector<std::string> names;
  for (const ArmResult& arm : arms) names.push_back(arm.name);
  return names;
}

namespace {

/// What cannot be conducted at one point.
void check_point(const StudySpec& study, const BuiltPlan& first, Problems& problems) {
  const Plan& plan = first.buffer.plan();
  const auto complain = [&](const TrialDesign& design, const std::string& text) {
    problems.add(design.where, fmt::format("trial_design.{} {}", design.name, text));
  };
  if (first.arms.size() < 2 && !study.trial_designs.empty())
    complain(study.trial_designs[0], "compares arms, but the scenario has one");
  for (const TrialDesign& design : study.trial_designs) {
    const std::uint64_t most =
        std::max(design.patients, design.re_estimation && design.events == 0 ? design.re_estimation->most : 0);
    if (most > plan.patients)
      complain(design, fmt::format("wants {} patients (the study simulates {} in each replicate); set study.patients",
                                   most, plan.patients));
    const AnalysisPlan& test = *std::ranges::find(first.analyses, design.analysis, &AnalysisPlan::name);
    const bool has_coefficients = test.kind == TestKind::cox || test.kind == TestKind::logistic;
    if (has_coefficients && std::ranges::find(test.covariates, -1) == test.covariates.end())
      complain(design, fmt::format("compares arms by the analysis '{}' (which has no covariate \"arm\"); add it to its "
                                   "covariates",
                                   design.analysis));
    if (entry_of(test.kind).is_paired)
      complain(design, fmt::format("compares arms by the analysis '{}' (which compares lives of the same patients, and "
                                   "a trial has one of each); use 'proportions' or 'logistic'",
                                   design.analysis));
    if (!test.from.empty())
      complain(design,
               fmt::format("compares times that begin at '{}' (looks count days from each patient's entry); use a "
                           "time without from",
                           test.from));
    if (design.known_after > plan.last_day)
      complain(design,
               fmt::format("knows a response after {} days (the trial has {})", design.known_after, plan.last_day));
    if (const std::uint64_t planned =
            design.events > 0 ? design.events : (design.patients > 0 ? design.patients : plan.patients);
        design.re_estimation && design.re_estimation->most < planned)
      complain(design, fmt::format("has re_estimate.most {} (fewer than the {} that are planned); write more",
                                   design.re_estimation->most, planned));
    if (design.re_estimation && first.arms.size() != 2)
      complain(design,
               "changes its size for one comparison, but the scenario has more than two arms; take re_estimate "
               "away");
    if (design.dropping != Dropping::none && first.arms.size() < 3)
      complain(design, "drops arms, but the scenario has two; use futility");
  }
  const std::vector<std::string> arms = arm_names(first.arms);
  for (const ObservedSpec& one : study.observed)
    if (std::ranges::find(arms, one.arm) == arms.end())
      problems.add(one.where, fmt::format("observed.{} is of the arm '{}' (which the scenario does not have){}",
                                          one.name, one.arm, suggest(one.arm, arms)));
}

}  // namespace

void check_trial_designs(const StudySpec& study, const Design& design, const FileText& text_of, Problems& problems) {
  if (study.trial_designs.empty()) return;
  TrialMaker maker(study, text_of);
  const BuiltPlan first = plan_of_trial(study, design.points[0], maker, {});
  const std::uint64_t replicates = first.buffer.plan().replicates;
  std::vector<std::vector<double>> points = design.points;
  for (std::size_t f = 0; f < study.factors.size(); ++f)
    for (std::size_t level = 1; study.factors[f].draws_level && level < study.factors[f].levels.size(); ++level) {
      points.push_back(design.points[0]);
      points.back()[f] = static_cast<double>(level);
    }
  for (const std::vector<double>& point : points) {
    const BuiltPlan here = plan_of_trial(study, point, maker, {});
    const std::size_t before = problems.sorted().size();
    if (arm_names(here.arms) != arm_names(first.arms) || here.buffer.plan().replicates != replicates)
      problems.add(study.trial_designs[0].where,
                   fmt::format("trial designs have other arms or another number of replicates at {} than at {}; keep "
                               "both the same at all points",
                               point_text(study, point), point_text(study, design.points[0])));
    check_point(study, here, problems);
    if (problems.sorted().size() > before) return;
  }
}

}  // namespace vt
