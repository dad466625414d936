#pragma once
#include <atomic>

#include "host/campaign/campaign.hpp"
#include "host/study/points.hpp"

namespace vt {

/// Every mistake of any point, and what has to be said of one. Points that are right are counted, not kept.
void check_points(const StudySpec& study, const Design& design, const FileText& text_of, int threads,
                  const std::atomic<bool>& stop, Problems& problems);

/// Simulates every point's trial and answers its endpoints; a thread takes one point after another. No number depends
/// on how many threads there are. \throws DeviceError, Interrupted
Study run_study(const StudySpec& study, const Design& design, const FileText& text_of, const RunOptions& options,
                const Progress& progress, const std::atomic<bool>& stop);

}  // namespace vt
