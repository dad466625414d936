#pragma once
#include <algorithm>
#include <iterator>

#include "host/scenario/tallies/spec.hpp"
#include "kernels/tally/kinds.hpp"

/// \file Which kind of tally it is, and what follows.

namespace vt {

/// Does a kind that is written like this have the key?
inline bool any_takes(std::string_view kind, std::string_view key) {
  return std::ranges::any_of(kTallyKinds, [&](const auto& one) { return one.name == kind && one.takes(key); });
}
inline bool all_take(std::string_view kind, std::string_view key) {
  return std::ranges::all_of(kTallyKinds, [&](const auto& one) { return one.name != kind || one.takes(key); });
}

inline const TallyKindEntry& kind_of(const TallySpec& tally) {
  return *std::ranges::find_if(kTallyKinds, [&](const TallyKindEntry& kind) {
    const bool has_its_keys = kind.takes("range") == tally.has_range && kind.takes("pair") == !tally.pair.empty();
    return kind.name == tally.kind && (!kind.name.empty() || has_its_keys);
  });
}

}  // namespace vt
