#pragma once
#include <cstdint>

#include "host/explain/cost.hpp"
#include "host/study/points.hpp"

namespace vt {

/// Of a study of power: everybody's life in every arm, all trials of all designs, and where factors are drawn the
/// trials' Plans. Simulates and conducts one replicate of the first point; takes about 0.2 s. \throws DeviceError
Cost power_cost(const StudySpec& study, const Design& design, const BuiltPlan& first, const FileText& text_of);

/// A thread's rows of patients in all arms.
std::uint64_t power_thread_bytes(const BuiltPlan& first);

/// Every trial that is conducted, and the points' Plans.
std::uint64_t power_held_bytes(const StudySpec& study, const Design& design, const BuiltPlan& first);

/// What the trials add to the file. Of many the rest is taken to be as long as the first ones.
double bytes_of_trials(const StudySpec& study, const Design& design, const BuiltPlan& first);

}  // namespace vt
