#pragma once
#include "kernels/people/traits.hpp"
#include "kernels/tally/cells.hpp"
#include "kernels/tally/number.hpp"

/// \file Profiles: a number for each of the hours after a dose.

namespace vt { inline namespace VT_ISA {

/// Adds a concentration of a profile to its hour's cell.
VT_COLD void add_sample(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t first,
                        double concentration) {
  if (!is_finite(concentration)) return;
  words.add(first + 1, 1);
  add_number(plan, tally, words, first, concentration);
}

/// A profile of the last day: every patient of the cohort adds a number for each of its hours. Samples that fall to
/// today wait until today's doses are known; on the trial's last day nothing is taken.
template <int L>
VT_COLD void score_profile(const Plan& plan, const TallyPlan& tally, std::int32_t day, const Cohort<L>& cohort,
                           Visits<L>& visits, const TallyWords& words) {
  OpenProfiles<L>& open = *cohort.profiles;
  std::uint64_t(&cell)[L] = open.cell[tally.visit_kind];
  find_cells(plan, tally, day, cohort, visits, cell);
  open.kinds |= 1u << tally.visit_kind;
  for (int lane = 0; lane < cohort.patients; ++lane) {
    open.attended[lane] = visits.attended[lane];
    open.first_intake_h[lane] = cohort.intake[0][lane].start_h - cohort.pk[lane].lag_h;
    if (cohort.course[lane].rejected_by != 0) continue;
    const bool is_there = (visits.attended[lane] >> tally.visit_kind & 1) != 0;
    const DayCourse last = is_there ? last_day(plan, cohort, lane) : DayCourse{};
    for (std::uint32_t h = 0; h < tally.hours.count; ++h) {
      const std::uint64_t place = cell[lane] * tally.hours.count + h;
      const std::uint64_t first = tally.first_word + place * tally.words_per_cell;
      words.add(first, 1);
      const double t = open.first_intake_h[lane] + at(plan, tally.hours, h);
      if (is_there && t <= kHoursPerDay)
        add_sample(plan, tally, words, first, concentration_in(plan.drug.pharmacokinetics, last, t));
    }
  }
}

/// What is left of yesterday's profiles, after today's doses.
template <int L>
VT_COLD void finish_profiles(const Plan& plan, std::int32_t day, const Cohort<L>& cohort, const TallyWords& words) {
  OpenProfiles<L>& open = *cohort.profiles;
  for (std::uint32_t t = 0; t < plan.tallies.count; ++t) {
    const TallyPlan& tally = at(plan, plan.tallies, t);
    if (tally.hours.count == 0 || !(open.kinds >> tally.visit_kind & 1)) continue;
    for (int lane = 0; lane < cohort.patients; ++lane) {
      if (cohort.course[lane].rejected_by != 0 || !(open.attended[lane] >> tally.visit_kind & 1)) continue;
      const DayCourse lived = day < plan.last_day ? last_day(plan, cohort, lane) : this_day(plan, cohort, lane);
      for (std::uint32_t h = 0; h < tally.hours.count; ++h) {
        const double t_h = open.first_intake_h[lane] + at(plan, tally.hours, h) - kHoursPerDay;
        const std::uint64_t place = open.cell[tally.visit_kind][lane] * tally.hours.count + h;
        if (t_h > 0.0)
          add_sample(plan, tally, words, tally.first_word + place * tally.words_per_cell,
                     concentration_in(plan.drug.pharmacokinetics, lived, t_h));
      }
    }
  }
  open.kinds = 0;
}

}}  // namespace vt
