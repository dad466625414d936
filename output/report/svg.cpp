#include "output/report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

double Scale::operator()(double value) const {
  const auto shape = [this](double v) { return is_log ? std::log(v) : v; };
  const double span = shape(high) - shape(low);
  return from + (span != 0 ? (shape(value) - shape(low)) / span : 0.5) * (to - from);
}

std::vector<double> round_ticks(double low, double high, bool is_log, int wanted) {
  std::vector<double> ticks;
  if (is_log) {
    const int first = static_cast<int>(std::floor(std::log10(low))),
              last = static_cast<int>(std::ceil(std::log10(high)));
    for (int decade = first; decade <= last; ++decade) {
      for (const double m : {1.0, 2.0, 5.0}) {
        const bool is_wanted = m == 1 || last - first <= 3;
        if (is_wanted) ticks.push_back(m * std::pow(10, decade));
      }
    }
    while (ticks.size() > 2 && ticks[1] <= low) ticks.erase(ticks.begin());
    while (ticks.size() > 2 && ticks[ticks.size() - 2] >= high) ticks.pop_back();
    return ticks;
  }
  const double rough = (high > low ? high - low : 1) / wanted, decade = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * decade;
  for (const double m : {5.0, 2.0, 1.0}) {
    if (m * decade >= rough) step = m * decade;
  }
  for (double k = std::floor(low / step + 1e-9);
       (ticks.empty() || ticks.back() < high - 1e-9 * step) && ticks.size() < 50; ++k) {
    ticks.push_back(k * step);
  }
  if (ticks.size() == 1) ticks.push_back(ticks[0] + step);
  return ticks;
}

Svg::Svg(std::string id, double width, double height, std::string_view title, std::string_view description)
    : body_(fmt::format(
          "<svg role=\"img\" aria-labelledby=\"{0}-title {0}-desc\" viewBox=\"0 0 {1:.0f} {2:.0f}\" "
          "width=\"{1:.0f}\" height=\"{2:.0f}\" font-family=\"sans-serif\">\n<title id=\"{0}-title\">{3}</title>\n"
          "<desc id=\"{0}-desc\">{4}</desc>\n",
          id, width, height, escape(title), escape(description))) {}

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
                   std::string_view dash) {
  body_ += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{}/>\n",
                       points_text(points), colour, width, dash_text(dash));
}

void Svg::polygon(const std::vector<std::pair<double, double>>& points, std::string_view fill, double opacity,
                  std::string_view stroke) {
  body_ += fmt::format("<polygon points=\"{}\" fill=\"{}\" fill-opacity=\"{}\" stroke=\"{}\" stroke-width=\"1.6\"/>\n",
                       points_text(points), fill, opacity, stroke);
}

void Svg::text(double x, double y, std::string_view words, Anchor anchor, std::string_view colour, double size,
               bool is_vertical) {
  const char* names[] = {"start", "middle", "end"};
  const std::string turn = is_vertical ? fmt::format(" transform=\"rotate(-90 {:.1f} {:.1f})\"", x, y) : "";
  body_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"{}\" font-size=\"{}\"{}>{}</text>\n",
                       x, y, names[static_cast<int>(anchor)], colour, size, turn, escape(words));
}

void Svg::marker(double x, double y, int shape, std::string_view colour, bool is_hollow, double s) {
  const std::string_view fill = is_hollow ? std::string_view("#fff") : colour;
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
