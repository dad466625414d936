#pragma once
#include "kernels/cohort.hpp"
#include "kernels/numerics/normal.hpp"
#include "kernels/random/draw_lanes.hpp"

/// \file Occasions of inter-occasion variability. On which day they begin differs between groups of patients, so that
/// no day of a trial is the first of everybody's occasion.

namespace vt { inline namespace VT_ISA {

/// Patients whose occasions begin on the same days: 64 of a replicate, so that those who live side by side change
/// together.
VT_HD Id occasion_group(Id id) {
  constexpr std::uint64_t index = 0xffffffffu;
  return {(id.patient & ~index) | ((id.patient & index) >> 6)};
}

/// The day on which a patient's first whole occasion begins: any of the first one's with the same chance.
VT_HD std::int32_t draw_occasion_phase(const Plan& plan, Id id) {
  const Words words = draw(plan, occasion_group(id), Stream::occasion_phase, 0, 0);
  return static_cast<std::int32_t>(std::uint64_t{words.w[0]} * plan.drug.pharmacokinetics.occasion_days >> 32);
}

VT_HD double draw_occasion(double sd, const Drawn& w) { return exp(sd * normal_quantile(uniform(w.first))); }

/// The occasions that the first day finds. Each is named by the day on which it began.
template <int L>
VT_COLD void begin_first_occasion(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  const PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  const auto length = static_cast<std::int32_t>(pk.occasion_days);
  c.occasion_began_on = day;
  c.next_occasion = kNever;
  if (pk.bioavailability_occasion_sd == 0.0) return;
  for (int lane = 0; lane < L; ++lane) {
    const std::int32_t phase = c.occasion_phase[lane] = draw_occasion_phase(plan, c.id[lane]);
    const std::int32_t since = ((day - phase) % length + length) % length;
    const Drawn drawn = pair_up(draw(plan, c.id[lane], Stream::occasion, day - since, 0));
    c.occasion.put(lane, {draw_occasion(pk.bioavailability_occasion_sd, drawn)});
    const std::int32_t next = day - since + length;
    c.next_occasion = next < c.next_occasion ? next : c.next_occasion;
  }
}

/// The occasions that begin on a day on which some do.
template <int L>
VT_COLD void begin_next_occasion(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  const double sd = plan.drug.pharmacokinetics.bioavailability_occasion_sd;
  const auto length = static_cast<std::int32_t>(plan.drug.pharmacokinetics.occasion_days);
  Lanes<Scalar, L> begins;
  Lanes<Drawn, L> drawn;
  c.occasion_began_on = day;
  c.next_occasion = kNever;
  for (int lane = 0; lane < L; ++lane) {
    const std::int32_t since = ((day - c.occasion_phase[lane]) % length + length) % length;
    const std::int32_t next = day - since + length;
    c.next_occasion = next < c.next_occasion ? next : c.next_occasion;
    begins.put(lane, {since == 0 ? 1.0 : 0.0});
  }
  draw_lanes(plan.seed, c.id, Stream::occasion, day, 0, drawn);
  advance(
      c.occasion,
      [=](const Scalar& last, const Scalar& is_new, const Drawn& w)
          VT_INLINE { return Scalar{select(is_new.x > 0.0, draw_occasion(sd, w), last.x)}; },
      begins, drawn);
}

/// exp(κ), κ ~ N(0, sd²), at the start of every occasion of inter-occasion variability.
template <int L>
VT_HD void begin_occasion(const Plan& plan, std::int32_t day, Cohort<L>& c) {
  if (day == plan.first_day)
    begin_first_occasion(plan, day, c);
  else if (!nobody(day == c.next_occasion))
    begin_next_occasion(plan, day, c);
}

}}  // namespace vt
