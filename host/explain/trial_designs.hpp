#pragma once
#include <string>

#include "host/plan/build_plan.hpp"
#include "host/study/study_spec.hpp"

namespace vt {

/// The trial designs of a study of power in words, one after another: who enters and when, looks with their bounds,
/// what follows from them; then which factors are drawn. "" where the study has no designs. \param first  its trial
std::string explain_trial_designs(const StudySpec& study, const BuiltPlan& first);

}  // namespace vt
