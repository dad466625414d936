#include "output/qualification/forest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/frame.hpp"
#include "output/report/svg.hpp"

namespace vt::report {
namespace {

constexpr double kWidth = 960, kLine = 22, kTop = 30, kBottom = 34;
constexpr double kLeft = 430, kRight = 800;  ///< of the scales
constexpr const char* kInside = "#00795a";
constexpr const char* kOutside = "#d55e00";

/// Values of one row as places from 0 to 1: an accepted interval takes the middle third; where it is open on one side,
/// its limit lies in the middle.
class RowScale {
 public:
  explicit RowScale(const CertifiedRow& row) {
    const Target& t = row.found.target;
    const bool is_open = !(std::isfinite(t.low) && std::isfinite(t.high));
    if (!is_open) {
      middle_ = 0.5 * (t.low + t.high), half_ = 1.5 * (t.high - t.low);
    } else {
      middle_ = std::isfinite(t.low) ? t.low : t.high;
      for (const double x : {t.value, row.found.simulated.interval.low, row.found.simulated.interval.high,
                             row.found.simulated.value, row.predictive.interval.low, row.predictive.interval.high})
        if (std::isfinite(x)) half_ = std::max(half_, 1.1 * std::fabs(x - middle_));
    }
    if (!(half_ > 0)) half_ = std::max(1e-12, std::fabs(middle_));
  }
  /// Outside [0, 1] where there is no room.
  double operator()(double x) const { return 0.5 + 0.5 * (x - middle_) / half_; }

 private:
  double middle_ = 0, half_ = 0;
};

double pixel(double place) { return kLeft + std::clamp(place, 0.0, 1.0) * (kRight - kLeft); }

void draw_interval(Svg& svg, const RowScale& scale, const Interval& interval, double y, const char* colour,
                   double width) {
  if (!(interval.low <= interval.high)) return;
  svg.line(pixel(scale(interval.low)), y, pixel(scale(interval.high)), y, colour, width);
}

/// A dot, or an arrow at the edge behind which it lies.
void draw_simulated(Svg& svg, double place, double y, const char* colour) {
  if (place >= 0 && place <= 1) return svg.marker(pixel(place), y, 0, colour);
  const double x = pixel(place), away = place < 0 ? -7 : 7;
  svg.polygon({{x, y - 5}, {x + away, y}, {x, y + 5}}, colour, 1, colour);
}

void draw_row(Svg& svg, const CertifiedRow& row, double y) {
  const Target& t = row.found.target;
  const Verdict verdict = row.found.verdict;
  svg.text(8, y + 4, fitting(row.id.empty() ? t.name : row.id + "  " + t.name, kLeft - 24));
  const char* colour = verdict == Verdict::inside ? kInside : kOutside;
  svg.text(kRight + 14, y + 4, to_string(verdict), Anchor::start, verdict == Verdict::not_testable ? "#555" : colour);
  const RowScale scale(row);
  const double low = pixel(std::isfinite(t.low) ? scale(t.low) : 0);
  const double high = pixel(std::isfinite(t.high) ? scale(t.high) : 1);
  svg.rectangle(low, y - 8, std::max(1.0, high - low), 16, "#dbe9f4");
  draw_interval(svg, scale, row.predictive.interval, y, "#8a8a8a", 1);
  const Estimate& e = row.found.simulated;
  if (std::isfinite(t.value)) svg.marker(pixel(scale(t.value)), y, t.kind == TargetKind::fitted ? 1 : 3, "#333", true);
  if (!std::isfinite(e.value)) return;
  draw_interval(svg, scale, e.interval, y, colour, 3);
  draw_simulated(svg, scale(e.value), y, colour);
}

}  // namespace

Figure forest_of(const std::string& title, const std::vector<const CertifiedRow*>& rows, std::size_t id) {
  Figure figure;
  figure.title = title;
  figure.caption =
      "Band: accepted interval. Hollow mark: published value (square: fitted, diamond: predicted). Dot: simulated, "
      "with "
      "the 95 % interval of the simulation's own error. Thin line: where 95 % of studies of the published size would "
      "lie. Each row has its own scale; an arrow points to what lies beyond it.";
  const double bottom = kTop + kLine * static_cast<double>(rows.size());
  Svg svg(fmt::format("forest-{}", id), kWidth, bottom + kBottom, title,
          "Accepted intervals and simulated values, a line for each published result.");
  figure.data.heading = {"Row", ">accepted", ">published", ">simulated", "verdict"};
  double y = kTop + 0.5 * kLine;
  for (const CertifiedRow* row : rows) {
    const Target& t = row->found.target;
    draw_row(svg, *row, y);
    y += kLine;
    figure.data.rows.push_back({t.name, target_range(t, t.low, t.high), target_number(t, t.value),
                                target_number(t, row->found.simulated.value), to_string(row->found.verdict)});
  }
  svg.line(kLeft, bottom, kRight, bottom, "#555");
  svg.text(0.5 * (kLeft + kRight), bottom + 20, "below · accepted · above", Anchor::middle);
  figure.svg = svg.str();
  return figure;
}

}  // namespace vt::report
