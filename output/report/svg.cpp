#include "output/report/svg.hpp"

#include <fmt/format.h>

#include "output/text.hpp"

namespace vt::report {
namespace {

std::string points_text(const std::vector<std::pair<double, double>>& points) {
  std::string text;
  for (const auto& [x, y] : points) text += fmt::format("{}{:.1f},{:.1f}", text.empty() ? "" : " ", x, y);
  return text;
}

std::string dash_text(std::string_view dash) {
  return dash.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", dash);
}

}  // namespace

std::string escape(std::string_view text) {
  std::string safe;
  for (const char c : valid_utf8(text)) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return safe;
}

std::string on_sheets(const std::function<std::string(const Sheet&)>& draw) {
  return "<div class=\"wide-sheet\">\n" + draw(kWideSheet) + "</div>\n<div class=\"narrow-sheet\">\n" +
         draw(kNarrowSheet) + "</div>\n";
}

Svg::Svg(const Sheet& sheet, const std::string& id, std::string_view title, std::string_view description)
    : sheet_(sheet), id_(sheet.is_narrow ? id + "-narrow" : id), title_(title), description_(description) {}

std::string Svg::str(double height) const {
  return fmt::format(
             "<svg role=\"img\" aria-labelledby=\"{0}-title {0}-desc\" viewBox=\"0 0 {1:.0f} {2:.0f}\" "
             "width=\"{1:.0f}\" height=\"{2:.0f}\" font-family=\"sans-serif\">\n<title id=\"{0}-title\">{3}</title>\n"
             "<desc id=\"{0}-desc\">{4}</desc>\n",
             escape(id_), sheet_.width, height, escape(title_), escape(description_)) +
         body_ + "</svg>\n";
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view colour, double width,
               std::string_view dash) {
  body_ += fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" stroke-width=\"{}\"{}/>\n", x1, y1,
      x2, y2, colour, width, dash_text(dash));
}

void Svg::rectangle(double x, double y, double width, double height, std::string_view fill, double opacity) {
  body_ += fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\" fill-opacity=\"{}\"/>\n", x, y,
      width, height, fill, opacity);
}

void Svg::polyline(const std::vector<std::pair<double, double>>& points, std::string_view colour, double width,
                   std::string_view dash, std::string_view attributes) {
  body_ += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{}{}{}/>\n",
                       points_text(points), colour, width, dash_text(dash), attributes.empty() ? "" : " ", attributes);
}

void Svg::polygon(const std::vector<std::pair<double, double>>& points, std::string_view fill, double opacity,
                  std::string_view stroke) {
  body_ += fmt::format("<polygon points=\"{}\" fill=\"{}\" fill-opacity=\"{}\" stroke=\"{}\" stroke-width=\"1.6\"/>\n",
                       points_text(points), fill, opacity, stroke);
}

void Svg::put_text(double x, double y, std::string_view words, Anchor anchor, std::string_view colour, double size,
                   bool is_vertical, std::string_view whole) {
  const char* names[] = {"start", "middle", "end"};
  const std::string turn = is_vertical ? fmt::format(" transform=\"rotate(-90 {:.1f} {:.1f})\"", x, y) : "";
  const std::string told = whole.empty() ? "" : "<title>" + escape(whole) + "</title>";
  body_ +=
      fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"{}\" font-size=\"{}\"{}>{}{}</text>\n", x,
                  y, names[static_cast<int>(anchor)], colour, size, turn, told, escape(words));
}

void Svg::text(double x, double y, std::string_view words, Anchor anchor, std::string_view colour, double size,
               bool is_vertical) {
  put_text(x, y, words, anchor, colour, size, is_vertical, "");
}

void Svg::text_with_rim(double x, double y, std::string_view words) {
  body_ += fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"{}\" font-size=\"{}\" stroke=\"{}\" stroke-width=\"3\" "
      "paint-order=\"stroke\">{}</text>\n",
      x, y, kInk, kLetterSize, kPaper, escape(words));
}

void Svg::fitted_text(double x, double y, const std::string& words, double room, Anchor anchor, std::string_view colour,
                      double size, bool is_vertical) {
  const std::string shown = fitting(words, room, size);
  put_text(x, y, shown, anchor, colour, size, is_vertical, shown == words ? "" : words);
}

double Svg::lines(double x, double y, const std::vector<std::string>& texts, Anchor anchor, std::string_view colour,
                  double size) {
  for (const std::string& one : texts) text(x, y, one, anchor, colour, size), y += line_height(size);
  return y;
}

void Svg::marker(double x, double y, int shape, std::string_view colour, bool is_hollow, double s) {
  const std::string_view fill = is_hollow ? std::string_view(kPaper) : colour;
  if (shape == 0) {
    body_ +=
        fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"1.6\"/>\n",
                    x, y, s, fill, colour);
  } else if (shape == 1) {
    polygon({{x - s, y - s}, {x + s, y - s}, {x + s, y + s}, {x - s, y + s}}, fill, 1, colour);
  } else if (shape == 2) {
    polygon({{x, y - 1.2 * s}, {x + 1.2 * s, y + s}, {x - 1.2 * s, y + s}}, fill, 1, colour);
  } else {
    polygon({{x, y - 1.4 * s}, {x + 1.4 * s, y}, {x, y + 1.4 * s}, {x - 1.4 * s, y}}, fill, 1, colour);
  }
}

}  // namespace vt::report
