#include "host/study/power/run_power.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "host/campaign/workers/worker.hpp"
#include "host/scenario/toml/table_reader.hpp"
#include "host/study/power/play.hpp"
#include "kernels/people/population.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

constexpr Stream kEntry = stream_of("trial design");

/// Of all arms: the Plan in which everybody is in that arm.
using ArmPlans = std::vector<BuiltPlan>;

bool is_drawn(const StudySpec& study) {
  return std::ranges::any_of(study.factors, [](const FactorSpec& factor) { return !!factor.law; });
}

/// \throws ScenarioError: what was drawn for a replicate makes no trial, which is told with the point
BuiltPlan plan_of(const StudySpec& study, const std::vector<double>& point, TrialMaker& maker,
                  const TrialChange& change) {
  Problems problems;
  std::optional<PointTrial> trial = maker.make(point, false, problems, change);
  if (trial) return std::move(trial->built);
  Problems located;
  for (const Problem& problem : problems.sorted())
    located.add(problem.where, fmt::format("{} [at {}]", problem.text, point_text(study, point)));
  throw ScenarioError(located.sorted());
}

ArmPlans plans_of(const StudySpec& study, const std::vector<double>& point, std::size_t arms, TrialMaker& maker) {
  ArmPlans plans;
  for (std::size_t arm = 0; arm < arms; ++arm)
    plans.push_back(plan_of(study, point, maker, {.patients = 0, .arm = arm}));
  return plans;
}

double random_number(const Plan& plan, Id id, int slot) {
  return uniform_of_word(draw(plan, id, kEntry, 0, slot).w[0]);
}

/// A replicate's patients, from their rows in all arms: those who qualify and whose life could be computed in each.
/// \param plan  with the arms' shares
Lives lives_of(const Plan& plan, const std::vector<std::span<const Record>>& rows, std::uint64_t& failed) {
  Lives lives;
  lives.row.resize(rows.size());
  for (std::size_t p = 0; p < rows[0].size(); ++p) {
    if (rows[0][p].rejected_by != 0) continue;
    if (std::ranges::any_of(rows, [&](const auto& arm) { return arm[p].failure != 0; })) {
      ++failed;
      continue;
    }
    Lanes<Id, 1> who;
    who.put(0, {rows[0][p].patient});
    std::uint64_t arm[1];
    allocate<1>(plan, who, arm);
    for (std::size_t a = 0; a < rows.size(); ++a) lives.row[a].push_back(&rows[a][p]);
    lives.block_arm.push_back(static_cast<std::uint32_t>(arm[0]));
    lives.wait.push_back(random_number(plan, who[0], 0));
    lives.choice.push_back(random_number(plan, who[0], 1));
  }
  return lives;
}

/// Some replicates of a point.
struct Chunk {
  std::size_t point;
  std::uint64_t first, count;  ///< replicates
};

std::vector<Chunk> chunks_of(const std::vector<BuiltPlan>& points, std::size_t arms) {
  std::vector<Chunk> chunks;
  for (std::size_t p = 0; p < points.size(); ++p) {
    const Plan& plan = points[p].buffer.plan();
    const std::uint64_t rows = std::max<std::uint64_t>(1, plan.patients * arms);
    const std::uint64_t at_once = std::max<std::uint64_t>(1, kMostRows / rows);
    for (std::uint64_t r = 0; r < plan.replicates; r += at_once)
      chunks.push_back({p, r, std::min(at_once, plan.replicates - r)});
  }
  return chunks;
}

std::vector<std::string> names_of(const std::vector<ArmResult>& arms) {
  std::vector<std::string> names;
  for (const ArmResult& arm : arms) names.push_back(arm.name);
  return names;
}

/// One study's trials.
class PowerRun {
 public:
  PowerRun(const StudySpec& study, const Design& design, const FileText& text_of, const RunOptions& options)
      : study_(study), design_(design), engine_(make_engine(options.backend)) {
    TrialMaker maker(study, text_of);
    for (const std::vector<double>& point : design.points) natural_.push_back(plan_of(study, point, maker, {}));
    arms_ = natural_[0].arms.size();
    if (!is_drawn(study))
      for (const std::vector<double>& point : design.points) plans_.push_back(plans_of(study, point, arms_, maker));
    for (std::size_t p = 0; p < natural_.size(); ++p) {
      designs_.emplace_back();
      for (const TrialDesign& one : study.trial_designs) {
        designs_.back().push_back(prepare(one, natural_[p]));
        for (const bool is_null : {false, true}) {
          const std::uint64_t patients = designs_.back().back().design.patients;
          results_.push_back({one.name,
                              one.curve,
                              p,
                              is_null,
                              patients,
                              one.margin,
                              one.wanted_power.value_or(kNaN),
                              one.looks,
                              designs_.back().back().bounds,
                              {}});
          results_.back().trials.resize(natural_[p].buffer.plan().replicates);
        }
      }
    }
  }

  std::vector<Chunk> chunks() const { return chunks_of(natural_, arms_); }
  void do_chunk(const Chunk& chunk, TrialMaker& maker);
  Study found(int threads) &&;

 private:
  const StudySpec& study_;
  const Design& design_;
  Engine engine_;
  std::size_t arms_ = 0;
  std::vector<BuiltPlan> natural_;                    ///< [point] as the scenario is
  std::vector<ArmPlans> plans_;                       ///< [point]; none where factors are drawn
  std::vector<std::vector<PreparedDesign>> designs_;  ///< [point][design]
  std::vector<PowerResult> results_;                  ///< [point][design][as simulated, null]
  std::mutex mutex_;
  std::map<std::size_t, std::uint64_t> failed_;  ///< by point
};

void PowerRun::do_chunk(const Chunk& chunk, TrialMaker& maker) {
  const Plan& natural = natural_[chunk.point].buffer.plan();
  std::vector<std::vector<Record>> rows(arms_, std::vector<Record>(natural.patients * chunk.count));
  const auto simulate = [&](const ArmPlans& plans, std::uint64_t first, std::uint64_t count) {
    for (std::size_t arm = 0; arm < arms_; ++arm) {
      const Plan& plan = plans[arm].buffer.plan();
      std::vector<std::uint64_t> words(all_words(plan));
      engine_.run(plan, {first * kNextReplicate, natural.patients, count}, words.data(),
                  rows[arm].data() + (first - chunk.first) * natural.patients);
    }
  };
  if (!plans_.empty()) simulate(plans_[chunk.point], chunk.first, chunk.count);
  for (std::uint64_t r = chunk.first; plans_.empty() && r < chunk.first + chunk.count; ++r)
    simulate(plans_of(study_, drawn_point(study_, design_.points[chunk.point], r), arms_, maker), r, 1);
  std::uint64_t failed = 0;
  const std::size_t designs = designs_[chunk.point].size();
  for (std::uint64_t r = 0; r < chunk.count; ++r) {
    std::vector<std::span<const Record>> of_replicate;
    for (const std::vector<Record>& arm : rows)
      of_replicate.push_back(std::span(arm).subspan(r * natural.patients, natural.patients));
    const Lives lives = lives_of(natural, of_replicate, failed), null = lives.under_null();
    for (std::size_t d = 0; d < designs; ++d)
      for (const bool is_null : {false, true})
        results_[(chunk.point * designs + d) * 2 + is_null].trials[chunk.first + r] =
            play(designs_[chunk.point][d], is_null ? null : lives);
  }
  const std::lock_guard lock(mutex_);
  failed_[chunk.point] += failed;
}

Study PowerRun::found(int threads) && {
  Study found;
  const Plan& first = natural_[0].buffer.plan();
  found.title = study_.title;
  for (const FactorSpec& factor : study_.factors) found.factors.push_back(factor_of(factor));
  found.seed = first.seed, found.patients = first.patients, found.replicates = first.replicates;
  found.arms = names_of(natural_[0].arms);
  const std::size_t each = 2 * study_.trial_designs.size();
  for (std::size_t p = 0; p < natural_.size(); ++p) {
    found.points.push_back({design_.points[p], natural_[p].hash,
                            content_hash(std::span(results_).subspan(p * each, each)), failed_[p],
                            natural_[p].buffer.plan().patients});
  }
  for (const ObservedSpec& one : study_.observed) {
    const auto arm = std::ranges::find(found.arms, one.arm) - found.arms.begin();
    found.observed.push_back({one.name, one.design, static_cast<std::size_t>(arm), one.events, one.patients});
  }
  for (const PowerResult& one : results_)
    if (const auto times = std::ranges::count(one.trials, true, &PlayedTrial::is_short); times > 0 && !one.is_null)
      found.notes.push_back(
          fmt::format("trial_design.{} wanted more patients than were simulated and qualified in {} of {} "
                      "replicates; set study.patients higher",
                      one.design, times, one.trials.size()));
  for (const TrialDesign& one : study_.trial_designs)
    if (one.margin > 0)
      found.notes.push_back(
          fmt::format("trial_design.{} has a margin: equal arms are not inferior, so that 'better' is power with them, "
                      "too; for the type I error simulate an arm that is worse by the margin",
                      one.name));
  found.power = std::move(results_);
  found.provenance.backend = engine_.cpu ? "cpu" : "cuda";
  found.provenance.isa = engine_.cpu ? engine_.cpu->name : "";
  found.provenance.device_name = engine_.backend.device;
  found.provenance.threads = threads;
  return found;
}

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
  const std::vector<std::string> arms = names_of(first.arms);
  for (const ObservedSpec& one : study.observed)
    if (std::ranges::find(arms, one.arm) == arms.end())
      problems.add(one.where, fmt::format("observed.{} is of the arm '{}' (which the scenario does not have){}",
                                          one.name, one.arm, suggest(one.arm, arms)));
}

}  // namespace

void check_trial_designs(const StudySpec& study, const Design& design, const FileText& text_of, Problems& problems) {
  if (study.trial_designs.empty()) return;
  TrialMaker maker(study, text_of);
  const BuiltPlan first = plan_of(study, design.points[0], maker, {});
  const std::uint64_t replicates = first.buffer.plan().replicates;
  for (const std::vector<double>& point : design.points) {
    const BuiltPlan here = plan_of(study, point, maker, {});
    const std::size_t before = problems.sorted().size();
    if (names_of(here.arms) != names_of(first.arms) || here.buffer.plan().replicates != replicates)
      problems.add(study.trial_designs[0].where,
                   fmt::format("trial designs have other arms or another number of replicates at {} than at {}; keep "
                               "both the same at all points",
                               point_text(study, point), point_text(study, design.points[0])));
    check_point(study, here, problems);
    if (problems.sorted().size() > before) return;
  }
}

Study run_power(const StudySpec& study, const Design& design, const FileText& text_of, const RunOptions& options,
                const Progress& progress, const std::atomic<bool>& stop) {
  PowerRun run(study, design, text_of, options);
  const std::vector<Chunk> chunks = run.chunks();
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  std::mutex mutex;
  std::size_t done = 0;
  const Crew crew =
      share_out(chunks.size(), options.threads > 0 ? options.threads : cores, stop, [&](const Next& next) {
        TrialMaker maker(study, text_of);
        while (const auto i = next()) {
          run.do_chunk(chunks[*i], maker);
          const std::lock_guard lock(mutex);
          ++done;
          if (progress) progress(static_cast<double>(done) / static_cast<double>(chunks.size()));
        }
      });
  if (stop) throw Interrupted("stopped before the last replicate; nothing was written");
  return std::move(run).found(crew.threads);
}

}  // namespace vt
