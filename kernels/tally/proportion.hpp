#pragma once
#include "kernels/tables.hpp"
#include "kernels/tally/words.hpp"

/// \file How a condition is tallied.

namespace vt { inline namespace VT_ISA {

/// Counts patients of one cell. \param events evaluable ones for whom the condition holds
VT_HD void add_events(const TallyWords& words, std::uint64_t cell, std::uint64_t events) {
  words.add(cell + 2, how_many(events));
}

}}  // namespace vt
