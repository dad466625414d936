#include <algorithm>
#include <cmath>

#include "output/report/frame.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

constexpr double kReferenceOpacity = 0.14;
constexpr const char *kReferenceDash = "6 4", *kAcceptedDash = "3 2";

bool is_line(const Reference& r) { return r.low == r.high; }

}  // namespace

void draw_references(Svg& svg, const Frame& frame, const Scale& scale, const std::vector<Reference>& references,
                     bool is_upright) {
  for (const Reference& reference : references) {
    const double least = std::min(scale.low, scale.high), most = std::max(scale.low, scale.high);
    const double low = scale(std::clamp(reference.low, least, most));
    const double high = scale(std::clamp(reference.high, least, most));
    if (is_line(reference)) {
      if (is_upright) svg.line(low, frame.top, low, frame.bottom, kBad, 1.2, kReferenceDash);
      if (!is_upright) svg.line(frame.left, low, frame.right, low, kBad, 1.2, kReferenceDash);
    } else if (is_upright) {
      svg.rectangle(low, frame.top, high - low, frame.height(), kGood, kReferenceOpacity);
    } else {
      svg.rectangle(frame.left, high, frame.width(), low - high, kGood, kReferenceOpacity);
    }
  }
}

void add_references(Legend& legend, const std::vector<Reference>& references) {
  for (const bool wants_line : {true, false}) {
    std::string names;
    for (const Reference& r : references)
      if (is_line(r) == wants_line) names += (names.empty() ? "" : ", ") + r.name;
    if (names.empty()) continue;
    if (wants_line) {
      legend.add({.kind = KeyEntry::Kind::line, .name = names, .colour = kBad, .dash = kReferenceDash, .width = 1.2});
    } else {
      legend.add({.kind = KeyEntry::Kind::area, .name = names, .colour = kGood, .opacity = kReferenceOpacity});
    }
  }
}

void draw_published(Svg& svg, double x, const Scale& y, const PublishedPoint& point, std::string_view colour) {
  const double low = std::isfinite(point.low) ? std::max(point.low, y.low) : point.value;
  const double high = std::isfinite(point.high) ? std::min(point.high, y.high) : point.value;
  if (std::isfinite(low) && std::isfinite(high) && high > low) {
    svg.line(x, y(low), x, y(high), colour, 1.4, kAcceptedDash);
    svg.line(x - 4, y(low), x + 4, y(low), colour, 1.4);
    svg.line(x - 4, y(high), x + 4, y(high), colour, 1.4);
  }
  if (std::isfinite(point.value)) svg.marker(x, y(point.value), point.is_fitted ? 1 : 3, colour, true);
}

void add_published(Legend& legend, const std::vector<PublishedPoint>& points,
                   const std::function<std::string(const PublishedPoint&)>& colour) {
  for (const bool is_fitted : {false, true}) {
    const auto first = std::ranges::find_if(
        points, [&](const PublishedPoint& p) { return p.is_fitted == is_fitted && std::isfinite(p.value); });
    if (first == points.end()) continue;
    legend.add({.kind = KeyEntry::Kind::mark,
                .name = is_fitted ? "published, fitted" : "published, predicted here",
                .colour = colour(*first),
                .marker = is_fitted ? 1 : 3,
                .is_hollow = true});
  }
  const auto ranged = std::ranges::find_if(points, [](const PublishedPoint& p) {
    return std::isfinite(p.value) && (p.value > p.low || p.value < p.high);  // NaN: no limit
  });
  if (ranged != points.end())
    legend.add({.kind = KeyEntry::Kind::bar,
                .name = "range accepted",
                .colour = colour(*ranged),
                .dash = kAcceptedDash,
                .width = 1.4});
}

}  // namespace vt::report
