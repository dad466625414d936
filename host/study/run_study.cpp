#include "host/study/run_study.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "host/campaign/describe.hpp"
#include "host/campaign/ranks/team.hpp"
#include "host/study/differences.hpp"
#include "host/study/endpoints.hpp"
#include "host/study/factor_correlation.hpp"
#include "host/study/find_sensitivity.hpp"
#include "host/study/power/run_power.hpp"
#include "host/study/share/answered.hpp"
#include "host/study/share/point_hand.hpp"
#include "host/study/share/share_study.hpp"
#include "output/study/keep_tallies.hpp"

namespace vt {

namespace {

RunOptions options_of_points(const StudySpec& study, const RunOptions& options) {
  RunOptions alone;
  alone.block = options.block, alone.first = options.first;
  alone.in_parts = needs_parts(study);
  return alone;
}

/// The points' answers, as they come.
class StudyRun {
 public:
  StudyRun(const StudySpec& study, const Design& design, const BuiltPlan& first)
      : study_(study), design_(design), parts_(design.points.size()), answers_(design.points.size()) {
    found_.title = study.title;
    found_.shape = design.shape;
    for (const FactorSpec& factor : study.factors) found_.factors.push_back(factor_of(factor));
    found_.correlations = correlations_of(study, design);
    for (const std::vector<double>& point : design.points) found_.points.emplace_back().coordinates = point;
    for (const EndpointSpec& endpoint : study.endpoints) {
      found_.endpoints.push_back(endpoint_of(endpoint, first));
      found_.endpoints.back().title = title_of(study, endpoint);
    }
    const Plan& plan = first.buffer.plan();
    found_.seed = plan.seed, found_.patients = plan.patients, found_.replicates = plan.replicates;
  }

  void accept(std::size_t p, PointRecord record) {
    if (p == 0) found_.patients = record.patients;
    found_.points[p] = std::move(record.point);
    answers_[p] = std::move(record.answers);
    parts_[p] = std::move(record.parts);
    Results kept;
    kept.tallies = std::move(record.kept);
    keep_tallies(kept, study_.kept_tallies, p, design_.points.size(), found_.tallies);
  }

  /// Of the points that are answered.
  Study found(Provenance provenance) && {
    std::size_t missing = 0;
    for (std::vector<Answer>& answers : answers_) {
      missing += answers.empty();
      answers.resize(study_.endpoints.size(), {kNoEstimate, "not simulated"});
    }
    for (std::size_t e = 0; e < found_.endpoints.size(); ++e)
      for (std::vector<Answer>& answers : answers_) {
        found_.endpoints[e].estimates.push_back(answers[e].simulated);
        found_.endpoints[e].reasons.push_back(std::move(answers[e].reason));
      }
    found_.provenance = std::move(provenance);
    if (missing > 0) {
      const std::size_t all = design_.points.size();
      mark_partial(fmt::format("{} of {} points", all - missing, all),
                   1 - static_cast<double>(missing) / static_cast<double>(all), found_.title, found_.notes);
      for (PointParts& parts : parts_) parts = {};  // differences are of independent trials
    }
    combine(study_, design_, std::move(parts_), found_);
    if (!study_.optimise) finish_endpoints(study_, design_, found_);  // else once all generations are there
    if (missing == 0) find_sensitivity(study_, design_, found_);
    return std::move(found_);
  }

 private:
  const StudySpec& study_;
  const Design& design_;
  Study found_;
  std::vector<PointParts> parts_;
  std::vector<std::vector<Answer>> answers_;  ///< [point][endpoint]
};

}  // namespace

Study run_study(const StudySpec& study, const Design& design, const FileText& text_of, KeptPlans kept,
                const RunOptions& options, const Progress& progress, const std::atomic<bool>& stop) {
  if (study.design == DesignKind::replicates) return run_power(study, design, text_of, options, progress, stop);
  const std::size_t points = design.points.size();
  const Engine made = options.engine != nullptr ? Engine{} : make_engine(options.backend, options.threads);
  const Engine& engine = options.engine != nullptr ? *options.engine : made;
  TrialMaker maker(study, text_of);
  const BuiltPlan first = plan_of_point(design.points[0], maker);
  StudyRun run(study, design, first);
  PointWork work{study, design, text_of, engine, options_of_points(study, options), stop, &kept};
  std::vector<bool> is_known(points);
  work.accept = [&](std::size_t p, std::string bytes) {
    run.accept(p, PointRecord::of(bytes));
    is_known[p] = true;
    if (options.answered != nullptr) options.answered->add(key_of_point(study, design.points[p]), std::move(bytes));
  };
  for (std::size_t p = 0; options.answered != nullptr && p < points; ++p)
    if (const std::string* known = options.answered->find(key_of_point(study, design.points[p]))) {
      run.accept(p, PointRecord::of(*known));
      is_known[p] = true;
    }
  if (options.joining != nullptr) {
    need_all(is_known, *options.joining, "points");
    return std::move(run).found({});
  }
  Job job{about_points(study, design, options.identity), OpenWork(open_numbers(points, is_known, options.part))};
  const std::size_t least = engine.has_gpu() ? points_together(first.buffer.plan()) : 1;
  job.least_gpu = least;
  const std::vector<Seat> seats = seats_for(engine, (job.open.left() + least - 1) / least);
  job.hire = [&](const Seat& seat) { return make_point_hand(work, seat); };
  job.accept = [&](std::string_view found) { accept_numbered(found, work.accept); };
  job.progress = progress;
  job.saving = saving_of(options);
  const Shared shared = share(job, seats, stop, options.team);
  finish_share(options, stop, "design point", !study.optimise);
  if (options.part) return {};  // join finds what it came to
  Provenance provenance;
  describe_work(engine, options, threads_of(seats), provenance);
  provenance.notes = shared.notes;
  return std::move(run).found(std::move(provenance));
}

void follow_study(const StudySpec& study, const Design& design, const FileText& text_of, const RunOptions& options,
                  const std::atomic<bool>& stop) {
  const Engine& engine = *options.engine;
  if (study.design == DesignKind::replicates) return follow_power(study, design, text_of, options, stop);
  /// What the hands of one job refer to.
  struct Here {
    StudySpec study;
    Design design;
    std::optional<PointWork> work;
  };
  const auto ranks = static_cast<std::uint64_t>(options.team->transport().size());
  options.team->follow(
      seats_for(engine, (design.points.size() + ranks - 1) / ranks),
      [&](const std::string& about) -> Team::Hire {
        auto here = std::make_shared<Here>();
        read_about(about, study, design, options.identity, here->study, here->design);
        here->work.emplace(
            PointWork{here->study, here->design, text_of, engine, options_of_points(here->study, options), stop});
        return [here](const Seat& seat) { return make_point_hand(*here->work, seat); };
      },
      stop);
}

}  // namespace vt
