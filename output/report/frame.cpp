#include "output/report/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/text.hpp"

namespace vt::report {
namespace {

constexpr double kLogarithmicSpan = 40;
constexpr double kLetter = 6.3;  ///< px, mean width of a letter of 12 px

}  // namespace

void Range::include(double value) {
  if (!std::isfinite(value)) return;
  low_ = std::min(low_, value);
  high_ = std::max(high_, value);
  if (value > 0) positive_ = std::min(positive_, value);
}

void Range::include(const PublishedPoint& point) {
  include(point.value);
  include(point.low);
  include(point.high);
}

void Range::include(const Spread& s) {
  for (const double value : {s.p5, s.p25, s.p50, s.p75, s.p95}) include(value);
}

Scale vertical_scale(const Range& range, const Frame& frame, bool is_share) {
  Scale scale{0, 1, frame.bottom, frame.top, false};
  if (range.is_empty()) return scale;
  scale.is_log = !is_share && range.low() > 0 && range.high() > kLogarithmicSpan * range.low();
  const double low = scale.is_log ? range.lowest_positive() : std::min(0.0, range.low());
  const std::vector<double> ticks = round_ticks(low, std::max(range.high(), low + 1e-12), scale.is_log);
  scale.low = ticks.front();
  scale.high = is_share ? std::min(1.0, ticks.back()) : ticks.back();
  return scale;
}

Scale close_scale(const Range& range, double from, double to, bool is_share, bool from_zero) {
  Scale scale{0, 1, from, to, false};
  if (range.is_empty()) return scale;
  const double low = from_zero ? std::min(0.0, range.low()) : range.low();
  double high = from_zero ? std::max(0.0, range.high()) : range.high();
  if (!(high > low)) high = low + std::max(1e-12, 0.1 * std::fabs(low));
  const std::vector<double> ticks = round_ticks(low, high, false, 5);
  scale.low = ticks.front();
  scale.high = is_share && high <= 1 ? std::min(1.0, ticks.back()) : ticks.back();
  return scale;
}

std::vector<double> positions(const Horizontal& x, const Frame& frame) {
  const std::size_t n = x.labels.size();
  std::vector<double> at(n);
  const bool is_numeric =
      n > 1 && x.at.size() == n && std::all_of(x.at.begin(), x.at.end(), [](double v) { return std::isfinite(v); });
  const double inset = 24;
  if (!is_numeric) {
    for (std::size_t i = 0; i < n; ++i) {
      at[i] = frame.left + (frame.right - frame.left) * (static_cast<double>(i) + 0.5) / static_cast<double>(n);
    }
    return at;
  }
  const auto [low, high] = std::minmax_element(x.at.begin(), x.at.end());
  const Scale scale{*low, *high, frame.left + inset, frame.right - inset, false};
  for (std::size_t i = 0; i < n; ++i) at[i] = scale(x.at[i]);
  return at;
}

void draw_vertical_axis(Svg& svg, const Frame& frame, const Scale& scale, const std::string& title, bool is_share,
                        bool with_numbers) {
  for (const double tick : round_ticks(scale.low, scale.high, scale.is_log)) {
    if (tick < scale.low * (1 - 1e-9) || tick > scale.high * (1 + 1e-9)) continue;
    const double y = scale(tick);
    svg.line(frame.left, y, frame.right, y, "#e3e3e3");
    if (with_numbers)
      svg.text(frame.left - 8, y + 4, is_share ? short_number(100 * tick) : short_number(tick), Anchor::end);
  }
  if (with_numbers)
    svg.text(frame.left - 50, 0.5 * (frame.top + frame.bottom), title, Anchor::middle, "#333", 12, true);
}

void draw_horizontal_axis(Svg& svg, const Frame& frame, const std::vector<double>& at,
                          const std::vector<std::string>& labels, const std::string& title) {
  svg.line(frame.left, frame.bottom, frame.right, frame.bottom, "#555");
  double free_from = -1e9;
  for (std::size_t i = 0; i < at.size(); ++i) {
    svg.line(at[i], frame.bottom, at[i], frame.bottom + 5, "#555");
    const double half = 0.5 * kLetter * static_cast<double>(text_width(labels[i]));
    if (at[i] - half < free_from) continue;
    svg.text(at[i], frame.bottom + 19, labels[i], Anchor::middle);
    free_from = at[i] + half + 6;
  }
  svg.text(0.5 * (frame.left + frame.right), frame.bottom + 40, title, Anchor::middle);
}

void draw_number_axis(Svg& svg, const Frame& frame, const Scale& scale, const std::string& title, bool is_share) {
  std::vector<double> at;
  std::vector<std::string> labels;
  for (const double tick : round_ticks(scale.low, scale.high, scale.is_log, frame.right - frame.left < 300 ? 5 : 7)) {
    if (tick < scale.low - 1e-9 * std::fabs(scale.low) || tick > scale.high + 1e-9 * std::fabs(scale.high)) continue;
    at.push_back(scale(tick));
    labels.push_back(short_number(is_share ? 100 * tick : tick));
    svg.line(at.back(), frame.top, at.back(), frame.bottom, "#eeeeee");
  }
  draw_horizontal_axis(svg, frame, at, labels, title);
}

double pixel_width(const std::string& text) { return kLetter * static_cast<double>(text_width(text)); }

std::string fitting(const std::string& text, double pixels) {
  if (pixel_width(text) <= pixels) return text;
  const std::string safe = valid_utf8(text);
  const auto most = static_cast<std::size_t>(std::max(1.0, pixels / kLetter - 1));
  std::size_t end = 0, letters = 0;
  for (; end < safe.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(safe[end]) & 0xC0) != 0x80;
    if (begins && letters++ == most) break;
  }
  return safe.substr(0, end) + "…";
}

void draw_published(Svg& svg, double x, const Scale& y, const PublishedPoint& point, const std::string& colour) {
  const double low = std::isfinite(point.low) ? std::max(point.low, y.low) : point.value;
  const double high = std::isfinite(point.high) ? std::min(point.high, y.high) : point.value;
  if (std::isfinite(low) && std::isfinite(high) && high > low) {
    svg.line(x, y(low), x, y(high), colour, 1.4, "3 2");
    svg.line(x - 4, y(low), x + 4, y(low), colour, 1.4);
    svg.line(x - 4, y(high), x + 4, y(high), colour, 1.4);
  }
  if (std::isfinite(point.value)) svg.marker(x, y(point.value), point.is_fitted ? 1 : 3, colour, true);
}

double draw_published_key(Svg& svg, double x, double y, const std::vector<PublishedPoint>& points) {
  for (const bool is_fitted : {false, true}) {
    if (std::none_of(points.begin(), points.end(), [&](auto& p) { return p.is_fitted == is_fitted; })) continue;
    const std::string words = is_fitted ? "published, fitted" : "published, predicted here";
    svg.marker(x, y, is_fitted ? 1 : 3, "#333", true);
    svg.text(x + 10, y + 4, words);
    x += 28 + kLetter * static_cast<double>(words.size());
  }
  return x;
}

}  // namespace vt::report
