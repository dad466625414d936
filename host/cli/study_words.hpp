#pragma once
#include <string>

#include "host/cli/load.hpp"
#include "host/explain/study_needs.hpp"

/// \file Studies in words, for explain and dry runs.

namespace vt {

/// "latin_hypercube", of the file, too.
const char* words_for(DesignKind design);

/// The trial of the first point. \throws ScenarioError
PointTrial first_trial(const LoadedStudy& loaded);

/// " × 100 replicates × 2 arms"
std::string times_words(const StudyNeeds& needs);

/// "216 (grid)"
std::string points_words(const StudySpec& study, const StudyNeeds& needs);

/// The study in words, before those of its first point's trial.
std::string explain_study(const LoadedStudy& loaded);

}  // namespace vt
