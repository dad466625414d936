#pragma once
/// \file What kinds share whose patients are counted by outcome: times to an event and pairs of lives.

#include "output/tally/kinds.hpp"

namespace vt {

/// Number, texts.
void hash_outcomes(Sha256&, const ResultTally&);
void add_outcome_words(ResultTally&, std::span<const std::int64_t> words);
Pooled no_outcomes(const ResultTally&);
void add_outcomes(Pooled&, const ResultTally&, std::size_t cell);

/// Patients evaluable, then patients by outcome, at any time.
std::vector<std::string> outcome_row(const ResultTally&, const Pooled&);

}  // namespace vt
