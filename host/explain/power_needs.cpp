#include "host/explain/power_needs.hpp"

#include <algorithm>
#include <ctime>
#include <functional>

#include "host/campaign/workers/isa.hpp"
#include "host/study/power/play.hpp"
#include "host/study/power/run_power.hpp"
#include "kernels/tally/layout.hpp"
#include "output/study/study_file.hpp"

namespace vt {

namespace {

constexpr std::uint64_t kTruths = 2;                // as simulated, equal arms
constexpr std::uint64_t kMostTimedPatients = 4096;  // of one trial

double seconds_in(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double begin = now();
  work();
  return now() - begin;
}

/// All designs of a replicate, over patients who do the same in every arm.
double seconds_of_trials(const StudySpec& study, const BuiltPlan& first) {
  const Plan& plan = first.buffer.plan();
  const std::uint64_t some = std::min(plan.patients, kMostTimedPatients);
  std::vector<std::uint64_t> words(all_words(plan));
  std::vector<Record> rows(some);
  choose_cpu_build().run(plan, {.count = some}, words.data(), rows.data());
  Lives lives;
  std::vector<const Record*> everybody;
  for (const Record& row : rows)
    if (row.rejected_by == 0 && row.failure == 0) everybody.push_back(&row);
  lives.row.assign(first.arms.size(), everybody);
  for (std::size_t p = 0; p < everybody.size(); ++p) {
    lives.block_arm.push_back(static_cast<std::uint32_t>(p % first.arms.size()));
    lives.wait.push_back(0.5), lives.choice.push_back(0.5);
  }
  const double seconds = seconds_in([&] {
    for (const TrialDesign& design : study.trial_designs) (void)play(prepare(design, first), lives);
  });
  return seconds * static_cast<double>(kTruths * plan.patients) / static_cast<double>(some);
}

/// The arms' Plans of one replicate, where factors are drawn for it.
double seconds_of_plans(const StudySpec& study, const Design& design, std::size_t arms, const FileText& text_of) {
  constexpr std::uint64_t some = 4;
  if (std::ranges::none_of(study.factors, &FactorSpec::is_drawn)) return 0;
  TrialMaker maker(study, text_of);
  const auto make = [&](std::uint64_t replicate) {
    Problems unused;
    const std::vector<double> point = drawn_point(study, design.points[0], replicate);
    for (std::size_t arm = 0; arm < arms; ++arm) (void)maker.make(point, false, unused, {.patients = 0, .arm = arm});
  };
  make(0);  // the first one reads files
  return seconds_in([&] {
           for (std::uint64_t r = 1; r <= some; ++r) make(r);
         }) /
         static_cast<double>(some);
}

/// A study with one trial design whose replicates differ as much as those of a real one.
Study with_trials(const StudySpec& study, const BuiltPlan& first, std::uint64_t points, std::uint64_t replicates) {
  Study blank;
  blank.points.resize(points);
  for (const ArmResult& arm : first.arms) blank.arms.push_back(arm.name);
  PowerResult result;
  result.design = study.trial_designs[0].name;
  result.looks = study.trial_designs[0].looks;
  result.bounds.resize(result.looks.size());
  const auto share = static_cast<std::int64_t>(first.buffer.plan().patients / first.arms.size());
  for (std::uint64_t r = 0; r < replicates; ++r) {
    PlayedTrial& trial = result.trials.emplace_back();
    const auto differs = static_cast<std::int64_t>(r * 2654435761u >> 7 & 31);
    trial.ending = differs % 2 == 0 ? TrialEnding::better : TrialEnding::undecided;
    trial.days = static_cast<double>(differs);
    trial.patients.assign(first.arms.size(), share + differs);
    trial.events.assign(first.arms.size(), share / 2 + differs);
  }
  for (std::uint64_t p = 0; p < points; ++p)
    for (const bool is_null : {false, true}) {
      PowerResult& one = blank.power.emplace_back(result);
      one.point = p, one.is_null = is_null;
    }
  return blank;
}

double bytes_of_design(const StudySpec& study, const BuiltPlan& first, std::uint64_t points, std::uint64_t replicates) {
  const Study with = with_trials(study, first, points, replicates);
  Study without = with;
  without.power.clear();
  return static_cast<double>(study_file_bytes(with).size()) - static_cast<double>(study_file_bytes(without).size());
}

}  // namespace

Cost power_cost(const StudySpec& study, const Design& design, const BuiltPlan& first, const FileText& text_of) {
  BuiltPlan lives = first;
  lives.analyses.clear();
  const Plan& plan = first.buffer.plan();
  const auto arms = static_cast<double>(first.arms.size()), points = static_cast<double>(design.points.size());
  const double replicates = points * static_cast<double>(plan.replicates);
  Cost cost = measure_cost(lives);
  cost.core_seconds *= arms * points, cost.host_core_seconds *= arms * points;
  const double host =
      replicates * (seconds_of_trials(study, first) + seconds_of_plans(study, design, first.arms.size(), text_of));
  cost.core_seconds += host, cost.host_core_seconds += host;
  return cost;
}

std::uint64_t power_thread_bytes(const BuiltPlan& first) {
  const Plan& plan = first.buffer.plan();
  const std::uint64_t arms = first.arms.size();
  const std::uint64_t rows = std::max(kMostRows, plan.patients * arms);
  const std::uint64_t lives = plan.patients * (2 * arms + 4) * sizeof(double);
  return rows * sizeof(Record) + lives + sizeof(std::uint64_t) * all_words(plan);
}

std::uint64_t power_held_bytes(const StudySpec& study, const Design& design, const BuiltPlan& first) {
  constexpr std::uint64_t names_of_plan = 2, of_allocation = 16;  // as measured
  const std::uint64_t arms = first.arms.size(), points = design.points.size();
  const std::uint64_t trial = sizeof(PlayedTrial) + 2 * (arms * sizeof(std::int64_t) + of_allocation);
  return points * (kTruths * study.trial_designs.size() * first.buffer.plan().replicates * trial +
                   (arms + 1) * names_of_plan * first.buffer.plan().bytes);
}

double bytes_of_trials(const StudySpec& study, const Design& design, const BuiltPlan& first) {
  constexpr std::uint64_t most_points = 256, most = std::uint64_t{1} << 17;  // replicates that are written to know it
  const std::uint64_t replicates = design.points.size() * first.buffer.plan().replicates;
  const std::uint64_t points = std::min<std::uint64_t>(design.points.size(), most_points);
  const std::uint64_t some = std::min(replicates, most);
  const auto bytes_of = [&](std::uint64_t n) {
    return bytes_of_design(study, first, points, (n + points - 1) / points);
  };
  double bytes = bytes_of(some);
  if (replicates > some)
    bytes +=
        (bytes - bytes_of(some / 2)) / static_cast<double>(some - some / 2) * static_cast<double>(replicates - some);
  return bytes * static_cast<double>(study.trial_designs.size());
}

}  // namespace vt
