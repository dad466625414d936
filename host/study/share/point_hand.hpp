#pragma once
#include <memory>

#include "host/campaign/campaign.hpp"
#include "host/study/run_study.hpp"
#include "host/study/share/point_record.hpp"

namespace vt {

/// What a process needs to answer points of a study.
struct PointWork {
  const StudySpec& study;
  const Design& design;
  const FileText& text_of;
  const Engine& engine;
  RunOptions options;  ///< of a point's trial
  const std::atomic<bool>& stop;
  KeptPlans* kept = nullptr;  ///< plans that are made already, which are used up; or null
  /// Puts a point's record where it belongs, in the process that leads.
  std::function<void(std::size_t point, std::string record)> accept{};
};

/// A take is of points. \param work  outlives it
std::unique_ptr<Hand> make_point_hand(const PointWork& work, const Seat& seat);

/// So many points that their patients fill a GPU, with as many words as it can be given at a time.
std::size_t points_together(const Plan& first);

/// \throws ScenarioError: a file that the scenario reads was changed since the points were looked at
BuiltPlan plan_of_point(const std::vector<double>& point, TrialMaker& maker, std::uint64_t patients = 0);

}  // namespace vt
