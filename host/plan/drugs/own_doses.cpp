#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <set>

#include "host/plan/drugs/regimens.hpp"
#include "kernels/drug/doses/regimens.hpp"

namespace vt {

namespace {

constexpr double kNoLimit_mg = 1e9;
constexpr double kMostTablets = 40;  ///< of the largest strength, where there is no largest dose
constexpr std::size_t kMostDoses = 4096;
constexpr double kPerMg = 1000;  ///< tablets are counted in whole micrograms

/// Every dose between least and most that tablets of these strengths make, ascending.
std::vector<double> sums_of_tablets(const RegimenSpec& spec) {
  std::set<std::int64_t> strengths;
  for (const double mg : spec.tablets_mg) strengths.insert(static_cast<std::int64_t>(std::floor(mg * kPerMg + 0.5)));
  if (strengths.empty()) return {};
  constexpr double rounding = 1 + 1e-9;
  const std::int64_t most = spec.most_mg > 0 ? static_cast<std::int64_t>(spec.most_mg * kPerMg * rounding)
                                             : static_cast<std::int64_t>(kMostTablets) * *strengths.rbegin();
  std::set<std::int64_t> sums = {0};
  for (auto at = sums.begin(); at != sums.end() && sums.size() <= kMostDoses; ++at)
    for (const std::int64_t strength : strengths)
      if (strength > 0 && *at + strength <= most) sums.insert(*at + strength);
  std::vector<double> doses;
  for (const std::int64_t sum : sums)
    if (const double mg = static_cast<double>(sum) / kPerMg; sum > 0 && mg * rounding >= spec.least_mg)
      doses.push_back(mg);
  return doses;
}

}  // namespace

std::uint32_t Regimens::own_dose(const RegimenSpec& spec) {
  const std::string made_of =
      fmt::format("{}\n{} {} {}", spec.own_dose.formula, spec.least_mg, spec.most_mg, fmt::join(spec.tablets_mg, " "));
  if (const auto known = own_dose_of_.find(made_of); known != own_dose_of_.end()) return known->second;
  if (own_doses_.size() == kMaxOwnDoses) {
    problems_.add(spec.where,
                  fmt::format("more than {} doses by formula (a patient keeps so many); drop one", kMaxOwnDoses));
    return 1;
  }
  OwnDose dose{};
  dose.slot = formulas_.derive(
      formulas_.patient_formula(spec.own_dose.formula, spec.own_dose.where, "the dose of a regimen"), spec.where);
  dose.least_mg = spec.least_mg;
  dose.most_mg = spec.most_mg > 0 ? spec.most_mg : kNoLimit_mg;
  for (const double mg : spec.tablets_mg)
    if (!is_same_dose(std::floor(mg * kPerMg + 0.5) / kPerMg, mg))
      problems_.add(spec.where, fmt::format("round_to has {} mg (tablets are counted in whole micrograms); write a "
                                            "strength of whole micrograms",
                                            mg));
  const std::vector<double> tablets = sums_of_tablets(spec);
  if (!spec.tablets_mg.empty() && (tablets.empty() || tablets.size() > kMostDoses))
    problems_.add(spec.where,
                  fmt::format("the tablets make {} doses between min and max (1 to {} are expected); change "
                              "round_to, min or max",
                              tablets.size(), kMostDoses));
  dose.is_open = !tablets.empty() && !(spec.most_mg > 0) ? 1 : 0;
  dose.tablets_mg = buffer_.add(tablets);
  own_doses_.push_back(dose);
  own_dose_values_.push_back(tablets);
  return own_dose_of_[made_of] = static_cast<std::uint32_t>(own_doses_.size());
}

std::pair<std::uint32_t, std::uint32_t> Regimens::schedule(const RegimenSpec& spec) {
  std::vector<ScheduleStep> steps;
  for (const RegimenSpec& step : spec.schedule) steps.push_back({step.from_day, regimen(step, step.from_day)});
  plan_.regimens_vary = 1;
  schedules_.push_back({buffer_.add(steps)});
  return {static_cast<std::uint32_t>(schedules_.size()), steps.front().regimen};
}

}  // namespace vt
