#pragma once
#include "host/study/run_study.hpp"

namespace vt {

/// Mistakes where factors are at their ends: no other points are known before the search.
void check_ends_of_factors(const StudySpec& study, const FileText& text_of, int threads, Problems& problems);

/// The study of a trial with another seed, and as many patients as are wanted then.
StudySpec with_fresh_numbers(const StudySpec& study, std::uint64_t seed);

/// Searches for the best points, a generation as one study at a time, and simulates these once more with fresh random
/// numbers. As run_study. \param first  the first generation \throws DeviceError: the library that searches is not
/// there, too; ScenarioError: a point that it asks for has mistakes
Study run_optimise(const StudySpec& study, const Design& first, const FileText& text_of, KeptPlans kept,
                   const RunOptions& options, const Progress& progress, const std::atomic<bool>& stop);

}  // namespace vt
