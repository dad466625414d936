#include <fmt/format.h>

#include <algorithm>

#include "host/plan/builder.hpp"

/// \file How far into the next days the inputs of doses reach.

namespace vt {

namespace {

const Expression* entry(const ModelSpec& model, const char* key) {
  const auto found = model.entries.find(key);
  return found == model.entries.end() ? nullptr : &found->second;
}

}  // namespace

/// Whether an input may run past midnight: always assumed where lag or duration differ between patients.
bool PlanBuilder::may_carry_over() const {
  const Expression* duration = entry(scenario_.pk, "absorption_duration");
  const Expression* lag = entry(scenario_.pk, "lag");
  if ((duration && !duration->number) || (lag && !lag->number)) return true;
  const double longest = (duration ? *duration->number : 0.0) + (lag ? *lag->number : 0.0);
  return std::max(latest_intake_h_, latest_sample_h_) + longest >= kHoursPerDay;
}

/// An input is carried past one midnight: it is over by the second one.
void PlanBuilder::limit_input() {
  const double latest = std::max(latest_intake_h_, latest_sample_h_);
  plan_.pharmacokinetics.longest_input_h = 2 * kHoursPerDay - latest;
  const Expression* duration = entry(scenario_.pk, "absorption_duration");
  const Expression* lag = entry(scenario_.pk, "lag");
  if (!duration || !duration->number || !lag || !lag->number) return;
  const double longest = *duration->number + *lag->number;
  if (longest > plan_.pharmacokinetics.longest_input_h)
    problems_.add(
        lag->where,
        fmt::format("pk.lag and pk.absorption_duration are {:.4g} h together (an input is carried past one "
                    "midnight, 18 h after the nominal morning dose: with doses as late as {:.3g} h after that "
                    "dose it lasts at most {:.4g} h with its lag); shorten one of them",
                    longest, latest - kMorning_h, plan_.pharmacokinetics.longest_input_h));
}

}  // namespace vt
