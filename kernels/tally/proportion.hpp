#pragma once
#include "kernels/tables.hpp"
#include "kernels/tally/words.hpp"

/// \file How a condition is tallied.

namespace vt { inline namespace VT_ISA {

/// Words a cell: evaluable patients for whom the condition holds.
struct ProportionTally {
  static constexpr TallyKindEntry entry = {
      .name = "", .keys = {"score", "at"}, .words = "share of patients with", .unit = "1", .results = "proportion"};
  static constexpr bool has_score = true;

  template <int L>
  static VT_HD void add_scores(const Plan& /*plan*/, const TallyPlan& /*tally*/, const TallyWords& words,
                               std::uint64_t cell, std::uint64_t evaluable, std::uint64_t events,
                               const double (&/*scores*/)[L]) {
    words.add(cell + kCommonWords, how_many(evaluable & events));
  }
};

}}  // namespace vt
