#pragma once
/// \file Drawing: SVG elements with presentation attributes only, so that a strict content-security policy takes
/// nothing away from them. Pixels, y downwards.

#include <string>
#include <string_view>
#include <vector>

namespace vt::report {

/// Okabe and Ito's colours, dark enough for lines and words on white.
inline constexpr const char* kColours[] = {"#0072b2", "#d55e00", "#00795a", "#b0568a", "#8a6d00", "#3b3b3b"};
inline constexpr const char* kDashes[] = {"", "7 3", "2 3", "9 3 2 3"};

/// Text made safe for HTML and XML, in elements and in attributes.
std::string escape(std::string_view);

/// Maps values to pixels, linearly or logarithmically.
struct Scale {
  double low = 0, high = 1;  ///< values
  double from = 0, to = 1;   ///< pixels
  bool is_log = false;
  double operator()(double value) const;
};

/// Round numbers that cover [low, high]: about `wanted` of them, or 1-2-5 per decade on a logarithmic scale.
std::vector<double> round_ticks(double low, double high, bool is_log, int wanted = 7);

enum class Anchor { start, middle, end };

class Svg {
 public:
  /// `id` tells figures of one page apart.
  Svg(std::string id, double width, double height, std::string_view title, std::string_view description);
  void line(double x1, double y1, double x2, double y2, std::string_view colour, double width = 1,
            std::string_view dash = "");
  void rectangle(double x, double y, double width, double height, std::string_view fill, double opacity = 1);
  void polyline(const std::vector<std::pair<double, double>>&, std::string_view colour, double width,
                std::string_view dash = "");
  void polygon(const std::vector<std::pair<double, double>>&, std::string_view fill, double opacity = 1,
               std::string_view stroke = "none");
  void text(double x, double y, std::string_view, Anchor = Anchor::start, std::string_view colour = "#333",
            double size = 12, bool is_vertical = false);
  /// Shape 0 … 3: disc, square, triangle, diamond; hollow ones are filled with white.
  void marker(double x, double y, int shape, std::string_view colour, bool is_hollow = false, double size = 4);
  std::string str() const { return body_ + "</svg>\n"; }

 private:
  std::string body_;
};

}  // namespace vt::report
