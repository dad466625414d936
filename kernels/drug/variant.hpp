#pragma once
#include <type_traits>

#include "kernels/drug/input/transit.hpp"
#include "kernels/drug/input/zero_order.hpp"

/// \file The one place that chooses: the policy of the Plan's absorption model, and the variant of the program that is
/// compiled for its pharmacokinetics.
///
/// A policy is a struct of functions that say how a dose enters. Times count from the day's start.
///   model, rate          its name in the Plan; the trait that says how fast
///   lasts                a dose enters over a time, that of the trait `rate`; otherwise at once
///   entered_mg, runs_past, remainder   of one Input: kernels/drug/input/input.hpp
/// In the general model (kernels/drug/disposition.hpp), whose Amounts hold what is on its way:
///   evolve               all amounts some hours later, nothing entering
///   contribution         what one Input has become by an hour, and metabolite of it
///   swallow              amounts and a dose that has just entered, where doses enter at once
///   turns                how often the drug can turn after that
///   arriving, arriving_change   what enters the depot per hour, and the change of that
///   quickest_per_h       no part of the way into and through the body changes faster
/// Where a variant is compiled for the policy in one compartment: eliminate, contribution and, for numbers that are
/// kept, decay_of, shares_after, central_mg, remainder_of, add (kernels/drug/compartment.hpp), and a CompartmentModel
/// (kernels/drug/within_day/models.hpp).

namespace vt { inline namespace VT_ISA {

#if defined(__CUDACC__)
#pragma nv_exec_check_disable
#endif
/// run.operator()<In>() with the policy of the Plan's absorption model; gives what that returns.
template <class Run>
VT_HD auto with_input(const PharmacokineticsPlan& pk, Run run) {
  switch (pk.input) {
    case AbsorptionModel::zero_order:
      return run.template operator()<ZeroOrder>();
    case AbsorptionModel::first_order:
      return run.template operator()<FirstOrder>();
    case AbsorptionModel::transit:
      break;
  }
  return run.template operator()<Transit>();
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

}}  // namespace vt
