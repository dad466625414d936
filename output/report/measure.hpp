#pragma once
/// \file How much room a text needs, before anything draws it.

#include <string>
#include <string_view>
#include <vector>

namespace vt::report {

inline constexpr double kLetterSize = 12;  ///< px; a wide sheet shrinks by an eighth at most

/// Pixels that a text takes in the wider ones of usual sans-serif fonts: never less than in DejaVu Sans (its advance
/// widths, rounded up), for Latin, Greek and Cyrillic letters; Arial, Helvetica and most system fonts are narrower.
double pixel_width(std::string_view text, double size = kLetterSize);

/// From one line of text to the next.
constexpr double line_height(double size = kLetterSize) { return 1.3 * size; }

/// The text, or as much of its beginning as has room, and "…".
std::string fitting(const std::string& text, double pixels, double size = kLetterSize);

/// Lines broken at blanks; words longer than a line are broken anywhere. The last of `most` lines ends in "…" where
/// there is more.
std::vector<std::string> wrapped(const std::string& text, double pixels, std::size_t most = 99,
                                 double size = kLetterSize);

}  // namespace vt::report
