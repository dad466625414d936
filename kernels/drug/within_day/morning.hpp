#pragma once
#include "kernels/drug/compartment.hpp"
#include "kernels/drug/disposition_day.hpp"

/// \file Concentrations before the day's first dose.

namespace vt { inline namespace VT_ISA {

/// mg/L at the nominal morning dose, before any of the day's doses.
template <Variant variant, int L>
VT_STAGE void find_morning(const Plan& plan, const Cohort<L>& c, Lanes<Scalar, L>& mg_per_L) {
  if constexpr (variant == Variant::general) {
    find_central(plan, c, kMorning_h, mg_per_L);
  } else {
    using In = InputOf<variant>;
    if (keeps_shares<L>(plan))
      advance(
          mg_per_L,
          [](const Scalar&, const Body& b, const Shares& s) VT_INLINE { return Scalar{In::central_mg(b, s)}; }, c.body,
          c.until_morning);
    else
      advance(
          mg_per_L,
          [](const Scalar&, const Body& b, const PkDay& d)
              VT_INLINE { return Scalar{In::central_mg(b, In::shares_after(d, kMorning_h))}; },
          c.body, c.today);
    if (plan.drug.pharmacokinetics.carries_over)
      for (std::uint32_t i = 0; i < plan.intakes; ++i)
        if (!is_empty(c.pending[i]))
          advance(
              mg_per_L,
              [](const Scalar& mg, const PkDay& d, const Input& in)
                  VT_INLINE { return Scalar{mg.x + In::contribution(in, d, kMorning_h).central_mg}; },
              c.today, c.pending[i]);
  }
  advance(
      mg_per_L, [](const Scalar& mg, const PkDay& d) VT_INLINE { return Scalar{mg.x * d.per_volume}; }, c.today);
}

/// As above, for whatever model of absorption the Plan has.
template <int L>
VT_COLD void find_morning(const Plan& plan, const Cohort<L>& c, Lanes<Scalar, L>& mg_per_L) {
  with_variant(plan.drug.pharmacokinetics, [&]<Variant variant>() { find_morning<variant>(plan, c, mg_per_L); });
}

}}  // namespace vt
