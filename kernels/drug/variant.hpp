#pragma once
#include <type_traits>

#include "kernels/drug/inputs.hpp"

/// \file The one place that chooses: the policy of the Plan's absorption model, and the variant of the program that is
/// compiled for its pharmacokinetics.
///
/// A policy is a struct of functions that say how a dose enters. Times count from the day's start.
///   name                 what scenarios call it, where a dose goes, the key that says how fast
///   rate                 the trait that says how fast
///   Parameters, parameters, settings   what it has of its own in [pk] (kernels/parameters.hpp); may be missing.
///                        Numbers of the patient, which own<In>() takes from today's Rates, and numbers of all
///                        patients, in PharmacokineticsPlan::input_setting
///   lasts                a dose enters over a time, that of the trait `rate`; otherwise at once
///   entered_mg, runs_past, remainder   of one Input: kernels/drug/input/input.hpp
/// In the general model (kernels/drug/disposition.hpp), whose Amounts hold what is on its way:
///   evolve               all amounts some hours later, nothing entering
///   formed               what becomes of them in a metabolite that empties at a rate (kernels/drug/metabolite.hpp);
///                        forms_in_lanes: whether loops over lanes can have it
///   contribution, formed where doses enter over a time: what one Input has become by an hour, and of its metabolite
///   arrival, swallow     where they enter at once: amounts and a dose that has just entered. Also into the central
///                        compartment: a piece of the day begins behind it, and its beginning counts as a peak
///   Shape, shape_of, course   what is on its way and what has come some hours later, for many times of a day
///   influx               what enters the central compartment now
///   turns, turn_h, between_turns_h   how often the drug can turn while nothing else enters, and about when
///   quickest_per_h       no part of the way into and through the body changes faster
///   slowest_per_h, later_h   for predictions (kernels/drug/prediction): none changes slower; how much later than
///                        behind a depot alone a dose comes
/// Where a variant is compiled for the policy in one compartment: eliminate, contribution and, for numbers that are
/// kept, decay_of, shares_after, central_mg, remainder_of, add (kernels/drug/compartment.hpp), and a CompartmentModel
/// (kernels/drug/within_day/models.hpp).

namespace vt { inline namespace VT_ISA {

#if defined(__CUDACC__)
#pragma nv_exec_check_disable
#endif
/// run.operator()<In>() with the policy of a model, of those in a list.
template <class Run, AbsorptionModel first, class In, class... More>
VT_HD auto with_listed(InputList<Listed<first, In>, More...> /*list*/, AbsorptionModel model, Run& run) {
  if constexpr (sizeof...(More) > 0) {
    if (model != first) return with_listed(InputList<More...>{}, model, run);
  }
  return run.template operator()<In>();
}

#if defined(__CUDACC__)
#pragma nv_exec_check_disable
#endif
/// run.operator()<In>() with the policy of an absorption model; gives what that returns.
template <class Run>
VT_HD auto with_input(AbsorptionModel model, Run run) {
  return with_listed(Inputs{}, model, run);
}

#if defined(__CUDACC__)
#pragma nv_exec_check_disable
#endif
/// The same with that of the Plan.
template <class Run>
VT_HD auto with_input(const PharmacokineticsPlan& pk, Run run) {
  return with_listed(Inputs{}, pk.input, run);
}

#if defined(__CUDACC__)
#pragma nv_exec_check_disable
#endif
/// run.operator()<variant>() with the variant that the Plan needs.
template <class Run>
VT_HD auto with_variant(const PharmacokineticsPlan& pk, Run run) {
  switch (pk.variant) {
    case Variant::zero_order:
      return run.template operator()<Variant::zero_order>();
    case Variant::first_order:
      return run.template operator()<Variant::first_order>();
    case Variant::general:
      break;
  }
  return run.template operator()<Variant::general>();
}

/// The policy of a variant for one compartment.
template <Variant variant>
requires(variant !=
         Variant::general) using InputOf = std::conditional_t<variant == Variant::zero_order, ZeroOrder, FirstOrder>;

/// Whether doses enter over a time.
VT_HD bool input_lasts(const PharmacokineticsPlan& pk) {
  return with_input(pk, [&]<class In>() { return In::lasts; });
}

/// What one Input has become by an hour: where doses enter at once, what becomes of one that is swallowed.
template <class In>
VT_HD Amounts contribution_of(const Input& input, const Rates& k, const Arrival& at, double until_h) {
  if constexpr (In::lasts)
    return In::contribution(input, k, at, until_h);
  else
    return In::evolve(In::swallow({}, In::entered_mg(input, until_h), k, at), k, greater(until_h - input.start_h, 0.0));
}
/// And metabolite of it that empties at a rate.
template <class In>
VT_HD double formed_of_input(const Input& input, const Rates& k, double out_per_h, const Arrival& at, double until_h) {
  if constexpr (In::lasts)
    return In::formed(input, k, out_per_h, until_h);
  else
    return In::formed(In::swallow({}, In::entered_mg(input, until_h), k, at), k, out_per_h,
                      greater(until_h - input.start_h, 0.0));
}

}}  // namespace vt
