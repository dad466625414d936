#include "host/study/power/run_power.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "host/campaign/bytes.hpp"
#include "host/campaign/describe.hpp"
#include "host/campaign/ranks/team.hpp"
#include "host/study/power/play.hpp"
#include "host/study/share/answered.hpp"
#include "host/study/share/share_study.hpp"
#include "kernels/people/population.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

constexpr Stream kEntry = stream_of("trial design");

/// Of all arms: the Plan in which everybody is in that arm.
using ArmPlans = std::vector<BuiltPlan>;

bool is_drawn(const StudySpec& study) { return std::ranges::any_of(study.factors, &FactorSpec::is_drawn); }

ArmPlans plans_of(const StudySpec& study, const std::vector<double>& point, std::size_t arms, TrialMaker& maker) {
  ArmPlans plans;
  for (std::size_t arm = 0; arm < arms; ++arm)
    plans.push_back(plan_of_trial(study, point, maker, {.patients = 0, .arm = arm}));
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

/// One study's trials.
class PowerRun {
 public:
  PowerRun(const StudySpec& study, const Design& design, const FileText& text_of) : study_(study), design_(design) {
    TrialMaker maker(study, text_of);
    for (const std::vector<double>& point : design.points) natural_.push_back(plan_of_trial(study, point, maker, {}));
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
    chunks_ = chunks_of(natural_, arms_);
    is_done_.resize(chunks_.size());
  }

  std::size_t chunks() const { return chunks_.size(); }
  /// What became of a chunk's trials, as bytes. By any thread.
  std::string do_chunk(std::size_t number, const Runner& run, TrialMaker& maker) const;
  /// \throws BadBytes
  void accept(std::size_t number, std::string_view record);
  Study found(Provenance provenance) &&;

 private:
  void leave_out_missing(Study& found);

  const StudySpec& study_;
  const Design& design_;
  std::size_t arms_ = 0;
  std::vector<BuiltPlan> natural_;                    ///< [point] as the scenario is
  std::vector<ArmPlans> plans_;                       ///< [point]; none where factors are drawn
  std::vector<std::vector<PreparedDesign>> designs_;  ///< [point][design]
  std::vector<PowerResult> results_;                  ///< [point][design][as simulated, null]
  std::vector<Chunk> chunks_;
  std::vector<bool> is_done_;                    ///< [chunk]
  std::map<std::size_t, std::uint64_t> failed_;  ///< by point
};

void save_trial(const PlayedTrial& trial, BytesOut& out) {
  out.put(static_cast<std::uint8_t>(trial.ending)), out.put(trial.look), out.put(trial.better);
  out.put(trial.days), out.put(trial.z), out.put(trial.estimate);
  out.put(trial.patients), out.put(trial.events), out.put(trial.is_short);
}

PlayedTrial load_trial(BytesIn& in) {
  PlayedTrial trial;
  trial.ending = static_cast<TrialEnding>(in.number<std::uint8_t>());
  trial.look = in.number<std::uint32_t>(), trial.better = in.number<std::uint64_t>();
  trial.days = in.number<double>(), trial.z = in.number<double>(), trial.estimate = in.number<double>();
  trial.patients = in.numbers<std::int64_t>(), trial.events = in.numbers<std::int64_t>();
  trial.is_short = in.number<bool>();
  return trial;
}

std::string PowerRun::do_chunk(std::size_t number, const Runner& run, TrialMaker& maker) const {
  const Chunk& chunk = chunks_[number];
  const Plan& natural = natural_[chunk.point].buffer.plan();
  std::vector<std::vector<Record>> rows(arms_, std::vector<Record>(natural.patients * chunk.count));
  const auto simulate = [&](const ArmPlans& plans, std::uint64_t first, std::uint64_t count) {
    for (std::size_t arm = 0; arm < arms_; ++arm) {
      const Plan& plan = plans[arm].buffer.plan();
      std::vector<std::uint64_t> words(all_words(plan));
      run(plan, {first * kNextReplicate, natural.patients, count}, words.data(),
          rows[arm].data() + (first - chunk.first) * natural.patients);
    }
  };
  if (!plans_.empty()) simulate(plans_[chunk.point], chunk.first, chunk.count);
  for (std::uint64_t r = chunk.first; plans_.empty() && r < chunk.first + chunk.count; ++r)
    simulate(plans_of(study_, drawn_point(study_, design_.points[chunk.point], r), arms_, maker), r, 1);
  std::uint64_t failed = 0;
  BytesOut out;
  for (std::uint64_t r = 0; r < chunk.count; ++r) {
    std::vector<std::span<const Record>> of_replicate;
    for (const std::vector<Record>& arm : rows)
      of_replicate.push_back(std::span(arm).subspan(r * natural.patients, natural.patients));
    const Lives lives = lives_of(natural, of_replicate, failed), null = lives.under_null();
    for (const PreparedDesign& design : designs_[chunk.point])
      for (const bool is_null : {false, true}) save_trial(play(design, is_null ? null : lives), out);
  }
  out.put(failed);
  return out.bytes();
}

void PowerRun::accept(std::size_t number, std::string_view record) {
  const Chunk& chunk = chunks_[number];
  const std::size_t each = 2 * designs_[chunk.point].size();
  BytesIn in(record);
  for (std::uint64_t r = 0; r < chunk.count; ++r)
    for (std::size_t d = 0; d < each; ++d) results_[chunk.point * each + d].trials[chunk.first + r] = load_trial(in);
  failed_[chunk.point] += in.number<std::uint64_t>();
  in.end();
  is_done_[number] = true;
}

/// One take is one of the chunks.
class PowerHand : public Hand {
 public:
  using Accept = std::function<void(std::size_t chunk, std::string record)>;
  PowerHand(const PowerRun& run, TrialMaker maker, Runner runner, Accept accept)
      : run_(run), maker_(std::move(maker)), runner_(std::move(runner)), accept_(std::move(accept)) {}
  void work(Take take) override {
    for (std::uint64_t i = take.begin; i < take.end; ++i) records_.emplace_back(i, run_.do_chunk(i, runner_, maker_));
  }
  std::string found() override { return numbered_bytes(std::exchange(records_, {})); }
  void hand_over() override {
    for (auto& [chunk, record] : std::exchange(records_, {})) accept_(chunk, std::move(record));
  }

 private:
  const PowerRun& run_;
  TrialMaker maker_;
  const Runner runner_;
  const Accept accept_;
  NumberedRecords records_;
};

/// Replicates that were not simulated at some point.
void PowerRun::leave_out_missing(Study& found) {
  std::vector<bool> is_missing(found.replicates);
  for (std::size_t i = 0; i < chunks_.size(); ++i)
    for (std::uint64_t r = 0; !is_done_[i] && r < chunks_[i].count; ++r) is_missing[chunks_[i].first + r] = true;
  const auto missing = static_cast<std::uint64_t>(std::ranges::count(is_missing, true));
  if (missing == 0) return;
  if (missing == found.replicates) throw Incomplete("no replicate is there of all points");
  for (PowerResult& result : results_) {
    std::vector<PlayedTrial> rest;
    for (std::size_t r = 0; r < result.trials.size(); ++r)
      if (!is_missing[r]) rest.push_back(std::move(result.trials[r]));
    result.trials = std::move(rest);
  }
  mark_partial(fmt::format("{} of {} replicates", found.replicates - missing, found.replicates),
               1 - static_cast<double>(missing) / static_cast<double>(found.replicates), found.title, found.notes);
  found.replicates -= missing;
}

Study PowerRun::found(Provenance provenance) && {
  Study found;
  const Plan& first = natural_[0].buffer.plan();
  found.title = study_.title;
  for (const FactorSpec& factor : study_.factors) found.factors.push_back(factor_of(factor));
  found.seed = first.seed, found.patients = first.patients, found.replicates = first.replicates;
  leave_out_missing(found);
  found.arms = arm_names(natural_[0].arms);
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
  found.provenance = std::move(provenance);
  return found;
}

}  // namespace

Study run_power(const StudySpec& study, const Design& design, const FileText& text_of, const RunOptions& options,
                const Progress& progress, const std::atomic<bool>& stop) {
  const Engine made = options.engine != nullptr ? Engine{} : make_engine(options.backend, options.threads);
  const Engine& engine = options.engine != nullptr ? *options.engine : made;
  PowerRun run(study, design, text_of);
  std::vector<bool> is_known(run.chunks());
  const auto key = [](std::size_t i) { return key_of("replicates", {static_cast<double>(i)}); };
  for (std::size_t i = 0; options.answered != nullptr && i < run.chunks(); ++i)
    if (const std::string* known = options.answered->find(key(i))) {
      run.accept(i, *known);
      is_known[i] = true;
    }
  const auto accept = [&](std::size_t i, std::string record) {
    run.accept(i, record);
    if (options.answered != nullptr) options.answered->add(key(i), std::move(record));
  };
  if (options.joining != nullptr) {
    need_all(is_known, *options.joining, "parts of the replicates");
    return std::move(run).found({});
  }
  BytesOut about;
  about.put(std::string_view(options.identity));
  Job job{about.bytes(), OpenWork(open_numbers(run.chunks(), is_known, options.part))};
  const std::size_t used = std::clamp<std::uint64_t>(job.open.left(), 1, engine.seats.size());
  const std::vector<Seat> seats(engine.seats.begin(), engine.seats.begin() + static_cast<std::ptrdiff_t>(used));
  job.hire = [&](const Seat& seat) {
    return std::make_unique<PowerHand>(run, TrialMaker(study, text_of), seat.run, accept);
  };
  job.accept = [&](std::string_view found) { accept_numbered(found, accept); };
  job.progress = progress;
  job.saving = saving_of(options);
  const Shared shared = share(job, seats, stop, options.team);
  finish_share(options, stop, "replicate", true);
  if (options.part) return {};  // join finds what it came to
  Provenance provenance;
  describe_work(engine, options, shared.crew.threads, provenance);
  provenance.notes = shared.notes;
  return std::move(run).found(std::move(provenance));
}

void follow_power(const StudySpec& study, const Design& design, const FileText& text_of, const RunOptions& options,
                  const std::atomic<bool>& stop) {
  const PowerRun run(study, design, text_of);
  options.team->follow(
      options.engine->seats,
      [&](const std::string& about) -> Team::Hire {
        BytesIn in(about);
        check_same_work(in.text(), options.identity);
        return [&](const Seat& seat) {
          return std::make_unique<PowerHand>(run, TrialMaker(study, text_of), seat.run, PowerHand::Accept{});
        };
      },
      stop);
}

}  // namespace vt
