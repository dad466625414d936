#pragma once
#include "kernels/calendar.hpp"
#include "kernels/course/file/observe.hpp"
#include "kernels/drug/within_day/morning.hpp"
#include "kernels/models/intraday.hpp"

/// \file One observable of all patients of a cohort, as the formulas of a visit read it. What is often looked at is
/// computed in lanes; the rest patient by patient (kernels/course/file/observe.hpp).

namespace vt { inline namespace VT_ISA {

/// Month N falls on day N·30.4375 rounded; with this offset `month` is N or more exactly from that day on.
inline constexpr double kMonthOffset_day = 0.46875;

template <int L>
struct Observed {
  double value[L];
  std::uint64_t defined[L];  ///< 1 or 0
};

/// value(lane) for every lane, all of them defined or none.
template <int L, class Value>
VT_HD void fill(Observed<L>& column, bool is_defined, Value value) {
  const std::uint64_t defined = is_defined ? 1 : 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    column.value[lane] = value(lane);
    column.defined[lane] = defined;
  }
}

/// What the laboratory would find at today's nominal morning dose, total drug, in ng/mL.
template <int L>
VT_COLD void look_at_troughs(const Plan& plan, const Cohort<L>& c, bool is_dosed, Observed<L>& column) {
  const double scale = plan.drug.pharmacokinetics.exposure_scale;
  Lanes<Scalar, L> mg_per_L;
  find_morning(plan, c, mg_per_L);
  fill(column, is_dosed, [&](int lane) VT_INLINE { return scale * (mg_per_L[lane].x * kNgPerMlPerMgPerL); });
}

/// look() for values of the last day, where there is one.
template <int L, class Look>
VT_HD bool fill_looking_back(bool is_dosed, Observed<L>& column, Look look) {
  fill(column, is_dosed, [](int) VT_INLINE { return 0.0; });
  if (is_dosed) look();
  return true;
}

/// The drug of the last day. Areas and concentrations are as reported: with the trial's exposure scale.
template <int L>
VT_COLD bool look_at_exposure(const Plan& plan, const Cohort<L>& c, bool is_dosed, Source source, Observed<L>& column) {
  const double scale = plan.drug.pharmacokinetics.exposure_scale * kNgPerMlPerMgPerL;
  switch (source) {
    case Source::trough_true:
      look_at_troughs(plan, c, is_dosed, column);
      return true;
    case Source::trough_free: {
      Observed<L> total;
      look_at_troughs(plan, c, is_dosed, total);
      fill(column, is_dosed,
           [&](int lane) VT_INLINE { return free_concentration(total.value[lane], c.binding[lane]); });
      return true;
    }
    case Source::auc_24h:
      fill(column, is_dosed, [&](int lane) VT_INLINE { return scale * c.exposure[lane].auc_mg_h_per_L; });
      return true;
    case Source::average_concentration:
      fill(column, is_dosed,
           [&](int lane) VT_INLINE { return scale * c.exposure[lane].auc_mg_h_per_L / kHoursPerDay; });
      return true;
    case Source::average_free_concentration:
      return fill_looking_back(is_dosed, column, [&] { look_at_average_free(plan, c, column.value); });
    case Source::peak:
      return fill_looking_back(is_dosed, column, [&] { look_at_peak(plan, c, column.value); });
    case Source::auc_from_dose:
      return fill_looking_back(is_dosed, column, [&] { look_at_area_from_dose(plan, c, column.value); });
    case Source::peak_from_dose:
      return fill_looking_back(is_dosed, column, [&] { look_at_peak_from_dose(plan, c, column.value); });
    case Source::hours_above:
      return fill_looking_back(is_dosed && plan.drug.pharmacokinetics.threshold_ng_per_mL > 0.0, column,
                               [&] { look_at_hours_above(plan, c, column.value); });
    case Source::relative_exposure:
      fill(column, is_dosed, [&](int lane) VT_INLINE { return c.relative_exposure[lane].x; });
      return true;
    default:
      return false;
  }
}

/// A model's states as an observer finds them.
template <class M, int L>
VT_HD const Lanes<typename M::State, L>& seen_of(const Plan& plan, const Cohort<L>& c) {
  if constexpr (std::is_base_of_v<BloodCount, M>)
    return blood_seen(plan, c, M::lineage);
  else
    return state_of<M>(c);
}

/// A quantity of a model.
template <int L>
VT_COLD void look_at_model(const Plan& plan, const Cohort<L>& c, std::uint32_t index, Observed<L>& column) {
  for_each_model(Models{}, [&]<class M>() VT_INLINE {
    for_each_row(RowsOf<decltype(M::quantities)>{}, [&]<int i>() VT_INLINE {
      constexpr std::uint32_t own = kBefore<M>.quantities + i;
      if (index != own) return;
      const Lanes<typename M::State, L>& states = seen_of<M>(plan, c);
      fill(column, has<M>(plan), [&](int lane) VT_INLINE { return quantity<M, i>(states[lane]); });
    });
  });
}

/// value(filed) where at least `least` results are on file.
template <int L, class Value>
VT_HD void fill_from(const Lanes<Filed, L>& file, double least, Observed<L>& column, Value value) {
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const Filed filed = file[lane];
    column.value[lane] = value(filed);
    column.defined[lane] = filed.results >= least ? 1 : 0;
  }
}

/// The lowest or highest of the results on file whose samples are at most so many days old, or how many these are.
template <int L>
VT_COLD void look_at_window(const Plan& plan, const Cohort<L>& c, std::int32_t day, const Observable& observable,
                            Observed<L>& column) {
  const std::uint32_t result = observable.index & ((1u << kWindowShift) - 1u);
  const std::int32_t since = day - static_cast<std::int32_t>(observable.index >> kWindowShift);
  const KeptResults kept = plan.kept_results[result];
  for (int lane = 0; lane < L; ++lane) {
    const auto reported = static_cast<std::uint32_t>(c.file[result][lane].results);
    const std::uint32_t known = reported < kept.count ? reported : kept.count;
    const ResultHistory& history = c.results[lane];
    double found = 0.0, lowest = 0.0, highest = 0.0;
    for (std::uint32_t i = kept.first; i < kept.first + known; ++i) {
      if (history.sampled_on[i] < since) continue;
      const double value = history.value[i];
      lowest = found == 0.0 ? value : lesser(lowest, value);
      highest = found == 0.0 ? value : greater(highest, value);
      found += 1.0;
    }
    const bool counts = observable.source == Source::results_within;
    column.value[lane] = counts ? found : (observable.source == Source::lowest_within ? lowest : highest);
    column.defined[lane] = counts || found > 0.0 ? 1 : 0;
  }
}

/// What the laboratory has reported.
template <int L>
VT_COLD bool look_at_file(const Plan& plan, const Cohort<L>& c, std::int32_t day, const Observable& observable,
                          Observed<L>& column) {
  switch (observable.source) {
    case Source::last:
      fill_from(c.file[observable.index], 1.0, column, [](const Filed& f) VT_INLINE { return f.last; });
      return true;
    case Source::previous:
      fill_from(c.file[observable.index], 2.0, column, [](const Filed& f) VT_INLINE { return f.previous; });
      return true;
    case Source::lowest:
      fill_from(c.file[observable.index], 1.0, column, [](const Filed& f) VT_INLINE { return f.lowest; });
      return true;
    case Source::highest:
      fill_from(c.file[observable.index], 1.0, column, [](const Filed& f) VT_INLINE { return f.highest; });
      return true;
    case Source::lowest_within:
    case Source::highest_within:
    case Source::results_within:
      look_at_window(plan, c, day, observable, column);
      return true;
    default:
      return false;
  }
}

/// Doses counted so far, and how the patient stands.
template <int L>
VT_COLD bool look_at_standing(const Cohort<L>& c, std::int32_t day, Source source, Observed<L>& column) {
  switch (source) {
    case Source::arm:
      fill(column, true,
           [&](int lane) VT_INLINE { return static_cast<double>(static_cast<std::int32_t>(c.arm[lane])); });
      return true;
    case Source::on_hold:
      fill(column, true, [&](int lane) VT_INLINE { return has_lane(c.standing.holding, lane) != 0 ? 1.0 : 0.0; });
      return true;
    case Source::dose_intensity_mg:
      for (int lane = 0; lane < L; ++lane) {
        const auto days = static_cast<double>(day - c.course[lane].dosing.starts_on);
        column.value[lane] = c.doses[lane].prescribed_mg / greater(days, 1.0);
        column.defined[lane] = days > 0.0 ? 1 : 0;
      }
      return true;
    case Source::doses_taken_percent:
      VT_LANES
      for (int lane = 0; lane < L; ++lane) {
        const DoseCount doses = c.doses[lane];
        column.value[lane] = 100.0 * doses.taken / greater(doses.prescribed, 1.0);
        column.defined[lane] = doses.prescribed > 0.0 ? 1 : 0;
      }
      return true;
    default:
      return false;
  }
}

/// An observable of every patient. Lanes without a patient hold something.
template <int L>
VT_COLD void look(const Plan& plan, const Cohort<L>& c, std::int32_t day, const Observable& observable,
                  Observed<L>& column) {
  const auto today = static_cast<double>(day);
  const double reference = plan.drug.pharmacokinetics.reference_ng_per_mL;
  if (observable.source == Source::day) return fill(column, true, [=](int) VT_INLINE { return today; });
  if (observable.source == Source::month)
    return fill(column, true, [=](int) VT_INLINE { return (today + kMonthOffset_day) / kDaysPerMonth; });
  if (observable.source == Source::exposure_days) {
    fill(column, plan.sums_concentrations != 0,
         [&](int lane) VT_INLINE { return c.concentrations.total[lane].x / reference; });
    for (int lane = 0; lane < L; ++lane) column.defined[lane] &= day >= c.course[lane].dosing.starts_on ? 1 : 0;
    return;
  }
  if (look_at_exposure(plan, c, day > plan.first_dose_day, observable.source, column)) return;
  if (observable.source == Source::model) return look_at_model(plan, c, observable.index, column);
  if (observable.source == Source::bcr_abl_share)
    return fill(column, has<Leukaemia>(plan),
                [&](int lane) VT_INLINE { return share_of_load(c.leukaemia[lane], c.leukaemia_traits[lane]); });
  if (observable.source == Source::leukaemic_cells)
    return fill(column, has<Leukaemia>(plan), [&](int lane) VT_INLINE { return c.blood_day[lane].clone_share; });
  if (observable.source == Source::white_cells_true)
    return fill(column, has_lineage(plan, Neutrophils::lineage),
                [&](int lane) VT_INLINE { return white_cells(plan, c, lane); });
  if (look_at_file(plan, c, day, observable, column)) return;
  if (look_at_standing(c, day, observable.source, column)) return;
  for (int lane = 0; lane < L; ++lane) {
    const Seen seen = lane < c.patients ? look(plan, c, day, observable, lane) : Seen{0.0, false};
    column.value[lane] = seen.value;
    column.defined[lane] = seen.defined ? 1 : 0;
  }
}

VT_HD void remember(Course& course, std::uint32_t memory, const Seen& seen) {
  course.memories.value[memory] = seen.value;
  course.memories.defined |= seen.defined ? 1u << memory : 0u;
}

/// A result under way that is due on a day.
VT_COLD Seen seen_under_way(const Course& course, std::uint32_t result, std::int32_t due) {
  Seen seen{0.0, false};
  for (const UnderWay& one : course.laboratory.under_way[result])
    if (one.is_set && one.due == due) seen = {one.value, true};
  return seen;
}

/// Keeps what later formulas and axes refer to by its day ("trough @ 'day 29'"). A result that is under way is kept
/// from the day of its sample, and seen when it arrives.
template <int L>
VT_COLD void remember(const Plan& plan, Cohort<L>& cohort, std::int32_t day, const Visits<L>& visits) {
  for (std::uint32_t m = 0; m < plan.memories.count; ++m) {
    const Memory& memory = at(plan, plan.memories, m);
    if (memory.day != day) continue;
    Observed<L> column;
    if (memory.known_on <= day) look(plan, cohort, day, Observable{memory.source, memory.index}, column);
    for (int lane = 0; lane < cohort.patients; ++lane) {
      if ((visits.attended[lane] & memory.visit_kinds) == 0) continue;
      Course& course = cohort.course[lane];
      remember(course, m,
               memory.known_on > day ? seen_under_way(course, memory.index, memory.known_on)
                                     : Seen{column.value[lane], column.defined[lane] != 0});
    }
  }
}

/// Whether what is asked for at an event is that of today: the event happens, or may be dated back to today's look.
VT_HD bool is_remembered_today(const Event& event, const EventCourse& course, std::int32_t day) {
  return event.dated_first != 0 ? course.streak == 1 && course.found_on == day : course.day == day;
}

/// Keeps what later formulas ask for at events (bits) that happen today.
template <int L>
VT_COLD void remember_events(const Plan& plan, Cohort<L>& cohort, std::int32_t day, std::uint32_t events) {
  for (std::uint32_t m = 0; m < plan.memories.count; ++m) {
    const Memory& memory = at(plan, plan.memories, m);
    if (memory.event == 0 || (events >> (memory.event - 1) & 1) == 0) continue;
    const std::uint32_t e = memory.event - 1;
    std::uint64_t who = 0;
    for (int lane = 0; lane < cohort.patients; ++lane)
      who = with_lane(who, lane, is_remembered_today(at(plan, plan.events, e), cohort.course[lane].event[e], day));
    if (nobody(who != 0)) continue;
    count_in_the_morning(plan, day, cohort);
    Observed<L> column;
    look(plan, cohort, day, Observable{memory.source, memory.index}, column);
    for_each<L>(who, [&](int lane) {
      cohort.course[lane].memories.defined &= ~(1u << m);
      remember(cohort.course[lane], m, Seen{column.value[lane], column.defined[lane] != 0});
    });
  }
}

/// Fills one slot of the snapshot. A number that is not finite counts as undefined.
template <int L>
VT_COLD void observe_slot(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, std::uint32_t slot,
                          Visits<L>& visits) {
  const std::uint64_t bit = std::uint64_t{1} << slot;
  Observed<L> column;
  look(plan, cohort, day, at(plan, plan.observables, slot), column);
  double* value = visits.seen.value[slot];
  const std::uint64_t counts = visits.counts;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const double x = column.value[lane];
    const std::uint64_t is_number = x - x == 0.0 ? 1 : 0;
    const std::uint64_t defined = column.defined[lane] & has_lane(counts, lane) & is_number;
    value[lane] = select(defined != 0, x, 0.0);
    visits.seen.defined[lane] = (visits.seen.defined[lane] & ~bit) | defined << slot;
  }
}

/// The observables that formulas at these kinds of visit use.
VT_COLD std::uint64_t wanted_at(const Plan& plan, std::uint32_t visit_kinds) {
  std::uint64_t wanted = 0;
  for (std::uint32_t k = 0; k < plan.visit_kinds.count; ++k) wanted |= visit_kinds >> k & 1 ? plan.reads[k] : 0;
  return wanted;
}

/// Fills the snapshot that formulas read, of the observables in `wanted` (bit = slot).
template <int L>
VT_COLD void observe(const Plan& plan, const Cohort<L>& cohort, std::int32_t day, std::uint64_t wanted,
                     Visits<L>& visits) {
  visits.counts = cohort.standing.enrolled & ~cohort.standing.failed;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) visits.seen.defined[lane] = 0;
  for (std::uint32_t slot = 0; slot < plan.observables.count; ++slot)
    if (wanted >> slot & 1) observe_slot(plan, cohort, day, slot, visits);
}

}}  // namespace vt
