#pragma once
/// \file Where a model's number may come from.

#include <string_view>

namespace vt {

struct BasisEntry {
  std::string_view name;     ///< as scenarios write it
  std::string_view meaning;  ///< a sentence
};
inline constexpr BasisEntry kBases[] = {
    {"published", "Taken from a publication as it stands."},
    {"derived", "Worked out from published numbers; the source says how."},
    {"calibrated", "Adjusted until the model agrees with a published result, which is then no test of it."},
    {"assumed", "A choice of the modeller: no publication gives the number."},
};

/// Does a source say that nobody has looked the number up there?
constexpr bool is_from_memory(std::string_view source) { return source.find("from memory") != std::string_view::npos; }

}  // namespace vt
