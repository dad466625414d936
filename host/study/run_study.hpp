#pragma once
#include <atomic>

#include "host/campaign/campaign.hpp"
#include "host/study/points.hpp"

namespace vt {

/// Plans of points, so that none is made twice; only the first ones, where there are many.
using KeptPlans = std::vector<std::optional<BuiltPlan>>;
inline constexpr std::size_t kMostKeptPlans = 8192;

/// Every mistake of any point, and what has to be said of one. \param keep  gets the plans of the first points, or null
/// \returns StudySpec::kept_tallies
std::vector<std::string> check_points(const StudySpec& study, const Design& design, const FileText& text_of,
                                      int threads, const std::atomic<bool>& stop, KeptPlans* keep, Problems& problems);

/// Simulates every point's trial and answers its endpoints; a thread takes one point after another. No number depends
/// on how many threads there are. Points that are not in the run's part have no answers. \param kept  is used up
/// \throws DeviceError, Interrupted
Study run_study(const StudySpec& study, const Design& design, const FileText& text_of, KeptPlans kept,
                const RunOptions& options, const Progress& progress, const std::atomic<bool>& stop);

/// In a process that does not lead: does what it is given of the study, or of the search. \pre options.team,
/// options.engine
void follow_study(const StudySpec& study, const Design& design, const FileText& text_of, const RunOptions& options,
                  const std::atomic<bool>& stop);

}  // namespace vt
