#pragma once
#include "host/scenario/scenario.hpp"
#include "kernels/vocabulary/subjects.hpp"

/// \file What tallies are about, from what their formulas read.

namespace vt {

/// Of rules what they change; days of events beside them are clocks. Of several names a response stands
/// first, then harm, exposure, adherence, dose. Events with grades or an end are of safety; others are about what their
/// condition reads, those at a rate are responses (progression, death), but for treatment that ends at a constant rate.
Subject subject_of(const Scenario&, std::string_view formula);

/// Of what these events are about.
Subject subject_of_events(const Scenario&, const std::vector<Text>& names);

/// Whether a condition holds for good in a patient once it does.
bool is_cumulative(const Scenario&, std::string_view formula);

}  // namespace vt
