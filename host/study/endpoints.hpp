#pragma once
#include "host/study/points.hpp"

namespace vt {

/// What a study asks every trial. Sums of endpoints are no questions to a trial.
std::vector<Target> questions_of(const StudySpec& study);

/// Of every endpoint, in its order; of sums nothing yet.
std::vector<Answer> answers_of(const StudySpec& study, const Results& results, const std::vector<Target>& questions);

/// How many patients the errors say that the wanted precision takes; as many as there were where it is there.
std::uint64_t patients_for(const StudySpec& study, const std::vector<Answer>& answers, std::uint64_t patients);

/// What is asked, in words.
std::string title_of(const EndpointSpec& spec);
/// With what it is less: ", less that at threshold = no TDM".
std::string title_of(const StudySpec& study, const EndpointSpec& spec);

/// What was asked, without answers; the unit is the tally's.
StudyEndpoint endpoint_of(const EndpointSpec& spec, const BuiltPlan& built);

/// Endpoints that no trial of the study could answer, as far as it can be seen before.
void check_endpoints(const StudySpec& study, const BuiltPlan& built, Problems& problems);

/// Once all points have their answers: what of them is noise, and notes of what is missing or coarse.
void finish_endpoints(const StudySpec& study, const Design& design, Study& found);

}  // namespace vt
