#pragma once
#include "kernels/random/draw_lanes.hpp"
#include "kernels/subset.hpp"

/// \file One draw of some of the patients, for what happens at enrolment and at visits.

namespace vt { inline namespace VT_ISA {

VT_HD Words words_of(const Drawn& drawn) {
  return {{static_cast<std::uint32_t>(drawn.first >> 32), static_cast<std::uint32_t>(drawn.first),
           static_cast<std::uint32_t>(drawn.second >> 32), static_cast<std::uint32_t>(drawn.second)}};
}

/// draw(seed, patient, stream, day, slot) of those in `who`; other lanes hold something.
template <int L>
VT_COLD void draw_some(std::uint64_t seed, const Lanes<Id, L>& id, std::uint32_t stream, std::int64_t day, int slot,
                       std::uint64_t who, Lanes<Drawn, L>& drawn) {
  if (are_many<L>(who))
    draw_lanes(seed, id, static_cast<Stream>(stream), day, slot, drawn);
  else
    for_each<L>(who, [&](int lane) { drawn.put(lane, pair_up(draw(seed, id[lane].patient, stream, day, slot))); });
}
template <int L>
VT_HD void draw_some(std::uint64_t seed, const Lanes<Id, L>& id, Stream stream, std::int64_t day, int slot,
                     std::uint64_t who, Lanes<Drawn, L>& drawn) {
  draw_some(seed, id, static_cast<std::uint32_t>(stream), day, slot, who, drawn);
}

/// The same of every patient.
template <int L, class AnyStream>
VT_HD void draw_all(std::uint64_t seed, const Lanes<Id, L>& id, AnyStream stream, std::int64_t day, int slot,
                    Lanes<Drawn, L>& drawn) {
  draw_some(seed, id, stream, day, slot, ~std::uint64_t{0}, drawn);
}

}}  // namespace vt
