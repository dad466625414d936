#include "host/study/share/point_hand.hpp"

#include <algorithm>
#include <utility>

#include "host/study/endpoints.hpp"
#include "host/study/share/share_study.hpp"
#include "kernels/tally/layout.hpp"
#include "output/statistics/quantile_groups.hpp"

namespace vt {

namespace {

class PointHand : public Hand {
 public:
  PointHand(const PointWork& work, const Seat& seat)
      : work_(work), questions_(questions_of(work.study)), maker_(work.study, work.text_of), engine_(work.engine) {
    engine_.seats.assign(static_cast<std::size_t>(seat.threads), seat);
  }

  void work(Take take) override {
    NumberedRecords records;
    for (std::uint64_t p = take.begin; p < take.end;) {
      std::vector<BuiltPlan> plans;
      plans.push_back(plan_at(p));
      const std::uint64_t together = engine_.seats[0].together ? points_together(plans[0].buffer.plan()) : 1;
      while (plans.size() < together && p + plans.size() < take.end) plans.push_back(plan_at(p + plans.size()));
      for (TrialFound& trial : run_together(std::move(plans), engine_, work_.options, work_.stop)) {
        records.emplace_back(p, answer(p, std::move(trial)).bytes());
        ++p;
      }
    }
    std::ranges::move(records, std::back_inserter(records_));
  }

  std::string found() override { return numbered_bytes(std::exchange(records_, {})); }

  void hand_over() override {
    for (auto& [point, record] : std::exchange(records_, {})) work_.accept(point, std::move(record));
  }

 private:
  BuiltPlan plan_at(std::size_t p) {
    if (work_.kept != nullptr && p < work_.kept->size())
      if (std::optional<BuiltPlan> kept = std::exchange((*work_.kept)[p], {})) return std::move(*kept);
    return plan_of_point(work_.design.points[p], maker_);
  }

  /// With more patients, where the errors are larger than was wanted.
  PointRecord answer(std::size_t p, TrialFound trial) {
    PointRecord record;
    record.patients = trial.results.patients;
    collapse_quantiles(trial.results);
    record.answers = answers_of(work_.study, trial.results, questions_);
    for (std::uint64_t more;
         (more = patients_for(work_.study, record.answers, trial.results.patients)) > trial.results.patients;) {
      trial = run_trial(plan_of_point(work_.design.points[p], maker_, more), engine_, work_.options, {}, work_.stop);
      collapse_quantiles(trial.results);
      record.answers = answers_of(work_.study, trial.results, questions_);
    }
    Results& results = trial.results;
    record.point = {work_.design.points[p], results.plan_hash, content_hash(results), 0, results.patients};
    for (const FailureCount& failure : results.failures) record.point.failed += failure.patients;
    record.parts = parts_of(trial);
    for (const std::string& name : work_.study.kept_tallies)
      record.kept.push_back(std::move(*std::ranges::find(results.tallies, name, &ResultTally::name)));
    return record;
  }

  PointParts parts_of(TrialFound& trial) const {
    PointParts parts{std::move(trial.shares), std::vector<std::vector<double>>(work_.study.endpoints.size())};
    for (Results& results : trial.without) {
      collapse_quantiles(results);
      const std::vector<Answer> answers = answers_of(work_.study, results, questions_);
      for (std::size_t e = 0; e < answers.size(); ++e) parts.without[e].push_back(answers[e].simulated.value);
    }
    return parts;
  }

  const PointWork& work_;
  const std::vector<Target> questions_;
  TrialMaker maker_;
  Engine engine_;  ///< this seat
  NumberedRecords records_;
};

}  // namespace

std::unique_ptr<Hand> make_point_hand(const PointWork& work, const Seat& seat) {
  return std::make_unique<PointHand>(work, seat);
}

std::size_t points_together(const Plan& first) {
  constexpr std::uint64_t patients = std::uint64_t{1} << 18, words = std::uint64_t{1} << 24, most = 256;
  const std::uint64_t here = std::max<std::uint64_t>(1, first.patients * first.replicates);
  return std::clamp<std::uint64_t>(std::min(patients / here, words / all_words(first)), 1, most);
}

BuiltPlan plan_of_point(const std::vector<double>& point, TrialMaker& maker, std::uint64_t patients) {
  Problems problems;
  std::optional<PointTrial> trial = maker.make(point, false, problems, {.patients = patients, .arm = {}});
  if (!trial) throw ScenarioError(problems.sorted());
  return std::move(trial->built);
}

}  // namespace vt
