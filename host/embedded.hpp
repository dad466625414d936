#pragma once
/// \file Texts of scenarios/ that the program has in it (host/embed.cmake), so that it needs no file to show them.

#include <cstddef>
#include <string_view>

namespace vt {

struct EmbeddedText {
  const char* name;  ///< as a path in scenarios/
  const char* text;  ///< known before anything runs
};
extern const EmbeddedText kEmbeddedTexts[];
extern const std::size_t kEmbedded;

/// The text; "" where there is none of this name.
inline std::string_view embedded_text(std::string_view name) {
  for (std::size_t i = 0; i < kEmbedded; ++i)
    if (name == kEmbeddedTexts[i].name) return kEmbeddedTexts[i].text;
  return {};
}

}  // namespace vt
