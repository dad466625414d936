#pragma once
/// \file The colours of pages and figures, on white and on dark paper. Figures name the light one; the style sheet,
/// made from this table, puts the dark one in its place where the reader's screen is dark.

#include <span>
#include <string>

namespace vt::report {

/// What an ink is for, and so how much it must differ from the paper (WCAG 2.2, 1.4.3 and 1.4.11): words by 4.5 : 1,
/// lines and marks by 3 : 1; what only helps the eye, by nothing.
enum class InkUse { words, marks, help };

struct Ink {
  const char *light, *dark;
  InkUse use;
};

inline constexpr const char *kPaper = "#fff", *kDarkPaper = "#15181c";
inline constexpr const char *kInk = "#222", *kPaleInk = "#595959", *kAxisInk = "#767676", *kGridInk = "#e3e3e3";
inline constexpr const char *kGood = "#00623f", *kBad = "#a33600", *kAccepted = "#dbe9f4", *kBoxFill = "#d3e4f3";
inline constexpr const char* kAsideInk = "#7d7d7d";  ///< "not measured"
/// On coloured areas that are the same in the dark.
inline constexpr const char *kOnDeep = "#ffffff", *kOnPale = "#000000";

/// Okabe and Ito's colours, dark enough for lines and words on white.
inline constexpr const char* kColours[] = {"#0072b2", "#c05000", "#00795a", "#b0568a", "#8a6d00", "#3b3b3b"};
/// Of ordered groups, from the lowest to the highest.
inline constexpr const char* kShades[] = {"#5b93cf", "#3d78b8", "#1c5a99", "#0b2f5c"};

/// All of them but the paper's.
std::span<const Ink> inks();

/// Rules that turn the inks of figures.
std::string dark_inks_css();

/// WCAG 2.2: relative luminances of "#rgb" or "#rrggbb", (lighter + 0.05) / (darker + 0.05).
double contrast(const char* one, const char* other);

}  // namespace vt::report
