#include "host/plan/drugs/regimens.hpp"

#include <algorithm>

#include "host/plan/drugs/timing.hpp"
#include "kernels/numerics/philox.hpp"

namespace vt {

namespace {

struct OfSchedule {
  double taken, miss_odds, jitter_sd_h;
};
OfSchedule of_schedule(const AdherenceSpec& spec, int intakes) {
  if (intakes == 1) return {spec.taken_once_daily, spec.miss_odds_once_daily, spec.jitter_sd_once_daily_h};
  if (intakes == 2) return {spec.taken_twice_daily, spec.miss_odds_twice_daily, spec.jitter_sd_twice_daily_h};
  return {spec.taken_three_times_daily, spec.miss_odds_three_times_daily, spec.jitter_sd_three_times_daily_h};
}

bool is_same(const Regimen& a, const Regimen& b) {
  return a.daily_dose_mg == b.daily_dose_mg && a.interval_h == b.interval_h && a.anchor_day == b.anchor_day &&
         a.every_days == b.every_days && a.on_days == b.on_days && a.cycle_days == b.cycle_days &&
         a.own_dose == b.own_dose;
}

/// Every dose is taken at its nominal time, whatever is drawn.
bool takes_all_in_time(const Regimen& regimen) {
  const std::uint64_t always = bernoulli_threshold(1.0);
  return std::ranges::all_of(
      regimen.intake, [=](const Intake& intake) { return intake.jitter_sd_h == 0.0 && intake.taken_below >= always; });
}

}  // namespace

std::uint32_t Regimens::regimen(const RegimenSpec& spec, std::int32_t anchor_day) {
  Regimen regimen{};
  const int n = intakes_a_day(spec);
  const auto [taken, miss_odds, jitter_sd_h] = of_schedule(scenario_.adherence, n);
  const auto [cdf_low, cdf_span] = truncate(jitter_sd_h, most_jitter_h(n));
  regimen.daily_dose_mg = spec.dose_mg * n;
  regimen.doses_a_day = n;
  regimen.interval_h = spec.every_h;
  regimen.every_days = static_cast<std::uint32_t>(days_apart(spec));
  regimen.on_days = spec.on_days > 0 ? static_cast<std::uint32_t>(spec.on_days) : 1;
  regimen.cycle_days = spec.on_days > 0 ? static_cast<std::uint32_t>(spec.on_days + spec.off_days) : 1;
  regimen.anchor_day = anchor_day;
  regimen.own_dose = spec.own_dose.is_set() ? own_dose(spec) : 0;
  if (regimen.every_days > 1 || regimen.cycle_days > 1) {
    regimen.daily_dose_mg *= share_of_days(spec);
    regimen.doses_a_day *= share_of_days(spec);
    plan_.regimens_vary = 1;
  }
  for (int i = 0; i < kIntakesPerDay; ++i) {
    const double time = i < n ? nominal_h(i, spec.every_h) : kMorning_h;
    regimen.intake[i] = {i < n ? spec.dose_mg : 0.0, time,     jitter_sd_h, cdf_low, cdf_span,
                         bernoulli_threshold(taken), miss_odds};
  }
  latest_intake_h_ =
      std::max(latest_intake_h_, nominal_h(n - 1, spec.every_h) + (jitter_sd_h > 0.0 ? most_jitter_h(n) : 0.0));
  plan_.intakes = std::max(plan_.intakes, static_cast<std::uint32_t>(n));
  for (std::uint32_t i = 0; i < regimens_.size(); ++i)
    if (is_same(regimens_[i], regimen)) return i;
  regimens_.push_back(regimen);
  return static_cast<std::uint32_t>(regimens_.size() - 1);
}

void Regimens::finish() {
  if (plan_.drug.adherence.missing == Missing::by_schedule && std::ranges::all_of(regimens_, takes_all_in_time))
    plan_.drug.adherence.missing = Missing::never;
  plan_.regimens = buffer_.add(regimens_);
  plan_.schedules = buffer_.add(schedules_);
  plan_.own_doses = buffer_.add(own_doses_);
}

}  // namespace vt
