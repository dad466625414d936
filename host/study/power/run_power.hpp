#pragma once
#include <atomic>

#include "host/campaign/campaign.hpp"
#include "host/study/points.hpp"

namespace vt {

/// What no trial of the study could be conducted as. \param first  the first point's trial
void check_trial_designs(const StudySpec& study, const BuiltPlan& first, Problems& problems);

/// Simulates every patient of every replicate in all arms, and conducts each trial design over them, as simulated and
/// with every arm doing what the first one does. No number depends on how many threads there are.
/// \throws DeviceError, Interrupted
Study run_power(const StudySpec& study, const Design& design, const FileText& text_of, const RunOptions& options,
                const Progress& progress, const std::atomic<bool>& stop);

}  // namespace vt
