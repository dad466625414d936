#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "host/scenario/scenario.hpp"
#include "kernels/plan.hpp"

namespace vt {

/// When visits can take place in an arm: by the calendar, ordered by rules, called by results and by holds. Never later
/// than it can be; sooner where conditions of rules come true later than they are looked at.
struct VisitDays {
  std::vector<std::int32_t> first;  ///< by kind of visit; kNever
  std::vector<char> is_called;      ///< beside the calendar, so that it may be more than once
};

VisitDays visit_days_in(const Scenario&, const AssayPlan&, const ArmSpec&);

/// Whether a visit has `measure = ["NAME"]`, the name of a measurement or of a test.
bool has_measure(const VisitSpec&, std::string_view name);

/// First day of any of these visits; kNever.
std::int32_t first_of(const Scenario&, const std::vector<Text>& visits, const VisitDays&);

}  // namespace vt
