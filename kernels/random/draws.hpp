#pragma once
#include "kernels/numerics/philox.hpp"
#include "kernels/plan.hpp"
#include "kernels/random/streams.hpp"

namespace vt { inline namespace VT_ISA {

/// Identity of a patient: index within the replicate in the low half, replicate in the high half.
struct Id {
  std::uint64_t patient;
};
inline constexpr std::uint64_t kNextReplicate = std::uint64_t{1} << 32;  ///< between the ids of two replicates

VT_HD Words draw(const Plan& plan, Id id, Stream stream, std::int64_t day, int slot) {
  return draw(plan.seed, id.patient, static_cast<std::uint32_t>(stream), day, slot);
}

}}  // namespace vt
