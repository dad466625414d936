#pragma once
#include <atomic>

#include "host/campaign/campaign.hpp"
#include "host/study/points.hpp"

namespace vt {

/// Rows of all arms that a thread holds.
inline constexpr std::uint64_t kMostRows = std::uint64_t{1} << 13;

/// Trial designs that could not be conducted at some point, each mistake once; points with other arms or another number
/// of replicates. \pre every point is a trial
void check_trial_designs(const StudySpec& study, const Design& design, const FileText& text_of, Problems& problems);

/// Simulates every patient of every replicate in all arms, and conducts each trial design over them, as simulated and
/// with every arm doing what the first one does. No number depends on how many threads there are.
/// \throws DeviceError, Interrupted
Study run_power(const StudySpec& study, const Design& design, const FileText& text_of, const RunOptions& options,
                const Progress& progress, const std::atomic<bool>& stop);

/// \throws ScenarioError: what was drawn for a replicate makes no trial, which is told with the point
BuiltPlan plan_of_trial(const StudySpec& study, const std::vector<double>& point, TrialMaker& maker,
                        const TrialChange& change);

std::vector<std::string> arm_names(const std::vector<ArmResult>& arms);

/// As follow_study.
void follow_power(const StudySpec& study, const Design& design, const FileText& text_of, const RunOptions& options,
                  const std::atomic<bool>& stop);

}  // namespace vt
