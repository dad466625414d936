#pragma once
/// \file Drawing: SVG elements with presentation attributes only, so that a strict content-security policy takes
/// nothing away from them. Pixels, y downwards. Colours are those of inks.hpp, which the style sheet turns in the dark.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "output/report/inks.hpp"
#include "output/report/measure.hpp"

namespace vt::report {

inline constexpr const char* kDashes[] = {"", "7 3", "2 3", "9 3 2 3"};

/// Text made safe for HTML and XML, in elements and in attributes.
std::string escape(std::string_view text);

/// What a figure is drawn on. Every figure is drawn twice, for screens and paper and for phones; the style sheet shows
/// the one that fits, so that letters keep their size.
struct Sheet {
  double width;  ///< px
  bool is_narrow;
};
inline constexpr Sheet kWideSheet{800, false}, kNarrowSheet{360, true};

/// The figure drawn on both sheets.
std::string on_sheets(const std::function<std::string(const Sheet&)>& draw);

enum class Anchor { start, middle, end };

/// A figure in the making; its height is known when all is drawn.
class Svg {
 public:
  /// \param id tells figures of one page apart; that of the narrow sheet gets "-narrow"
  Svg(const Sheet& sheet, const std::string& id, std::string_view title, std::string_view description);
  const Sheet& sheet() const { return sheet_; }
  void line(double x1, double y1, double x2, double y2, std::string_view colour, double width = 1,
            std::string_view dash = "");
  void rectangle(double x, double y, double width, double height, std::string_view fill, double opacity = 1);
  /// \param attributes more of them, "data-cumulative"
  void polyline(const std::vector<std::pair<double, double>>& points, std::string_view colour, double width,
                std::string_view dash = "", std::string_view attributes = "");
  void polygon(const std::vector<std::pair<double, double>>& points, std::string_view fill, double opacity = 1,
               std::string_view stroke = "none");
  void text(double x, double y, std::string_view words, Anchor anchor = Anchor::start, std::string_view colour = kInk,
            double size = kLetterSize, bool is_vertical = false);
  /// On a rim of the paper's colour, over lines.
  void text_with_rim(double x, double y, std::string_view words);
  /// As much of it as has room; what was cut is told on pointing at it.
  void fitted_text(double x, double y, const std::string& words, double room, Anchor anchor = Anchor::start,
                   std::string_view colour = kInk, double size = kLetterSize, bool is_vertical = false);
  /// Lines below each other from `y` on. \returns where the next one would stand
  double lines(double x, double y, const std::vector<std::string>& texts, Anchor anchor = Anchor::start,
               std::string_view colour = kInk, double size = kLetterSize);
  /// Shape 0 … 3: disc, square, triangle, diamond; hollow ones are filled with the page's colour.
  void marker(double x, double y, int shape, std::string_view colour, bool is_hollow = false, double size = 4);
  /// What lies between belongs to a legend.
  void begin_key() { body_ += "<g data-key=\"\">\n"; }
  void end_key() { body_ += "</g>\n"; }
  std::string str(double height) const;

 private:
  void put_text(double x, double y, std::string_view words, Anchor anchor, std::string_view colour, double size,
                bool is_vertical, std::string_view whole);
  Sheet sheet_;
  std::string id_, title_, description_, body_;
};

}  // namespace vt::report
