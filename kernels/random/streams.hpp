#pragma once
#include <cstdint>
#include <string_view>

namespace vt {

/// What a random draw is for. Together with seed, patient, day and slot this is the draw's whole identity, a promise to
/// users: new draws never shift old ones. Streams of things that users name (covariates, random effects, visits, rules,
/// events, comedications) are a hash of that name with the top bit set (host/plan); what a laboratory measures of a
/// model has a stream of its name, too.
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

/// FNV-1a.
constexpr std::uint32_t hash_of(std::string_view name) {
  std::uint32_t hash = 0x811c9dc5u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193u;
  return hash;
}

/// The stream of a name of the program's own: above all enumerators, below those of users' names.
constexpr Stream stream_of(std::string_view name) {
  return static_cast<Stream>((hash_of(name) & 0x3fffffffu) | 0x40000000u);
}

}  // namespace vt
