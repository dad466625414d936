#pragma once
#include "kernels/numerics/philox.hpp"
#include "kernels/plan.hpp"

namespace vt { inline namespace VT_ISA {

/// What a random draw is for. Together with seed, patient, day and slot this is the draw's whole identity, a promise to
/// users: new draws never shift old ones. Streams of things that users name (covariates, random effects, visits, rules,
/// events, comedications) are a hash of that name with the top bit set (host/plan).
enum class Stream : std::uint32_t {
  allocation = 1,
  intake = 2,  ///< draw k of a day: slots 2k and 2k + 1, two words each
  leaving = 3,
  occasion = 4,
  sample_time = 5,
  trough_assay = 6,
  pcr = 7,
  metaphases = 8,
  counting = 9,
  mutation = 10,
  ddpcr = 11,
  imaging = 12,
  second_drug = 13,
  occasion_phase = 14,  ///< of a group of patients
  late_sample = 20
};

/// Identity of a patient: index within the replicate in the low half, replicate in the high half.
struct Id {
  std::uint64_t patient;
};

VT_HD Words draw(const Plan& plan, Id id, Stream stream, std::int64_t day, int slot) {
  return draw(plan.seed, id.patient, static_cast<std::uint32_t>(stream), day, slot);
}

}}  // namespace vt
