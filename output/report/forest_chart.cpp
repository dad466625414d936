#include "output/report/forest_chart.hpp"

#include <algorithm>
#include <cmath>

#include "output/report/frame.hpp"

namespace vt::report {
namespace {

/// Values of one row as places from 0 to 1.
class RowScale {
 public:
  explicit RowScale(const ForestRow& row) {
    if (std::isfinite(row.low) && std::isfinite(row.high)) {
      middle_ = 0.5 * (row.low + row.high), half_ = 1.5 * (row.high - row.low);
    } else {
      middle_ = std::isfinite(row.low) ? row.low : std::isfinite(row.high) ? row.high : row.published;
      for (const double x :
           {row.published, row.interval.low, row.interval.high, row.simulated, row.predictive.low, row.predictive.high})
        if (std::isfinite(x)) half_ = std::max(half_, 1.1 * std::fabs(x - middle_));
    }
    if (!(half_ > 0)) half_ = std::max(1e-12, std::fabs(middle_));
  }
  /// Outside [0, 1] where there is no room.
  double operator()(double x) const { return 0.5 + 0.5 * (x - middle_) / half_; }

 private:
  double middle_ = 0, half_ = 0;
};

/// Where the columns of a sheet are.
struct ForestLayout {
  explicit ForestLayout(const Sheet& sheet)
      : is_narrow(sheet.is_narrow),
        left(is_narrow ? 12 : 330),
        right(is_narrow ? 236 : 620),
        verdict(right + 16),
        name_room(is_narrow ? sheet.width - 4 : left - 20),
        verdict_room(sheet.width - verdict - 2) {}
  bool is_narrow;
  double left, right, verdict, name_room, verdict_room;
  double pixel(double place) const { return left + std::clamp(place, 0.0, 1.0) * (right - left); }
};

const char* status_ink(ForestStatus status) {
  return status == ForestStatus::inside ? kGood : status == ForestStatus::outside ? kBad : kPaleInk;
}

void draw_span(Svg& svg, const ForestLayout& at, const RowScale& scale, const Interval& span, double y,
               const char* colour, double width) {
  if (span.low <= span.high) svg.line(at.pixel(scale(span.low)), y, at.pixel(scale(span.high)), y, colour, width);
}

/// A dot, or an arrow at the edge behind which it lies.
void draw_simulated(Svg& svg, const ForestLayout& at, double place, double y, const char* colour) {
  const double x = at.pixel(place);
  if (place >= 0 && place <= 1) return svg.marker(x, y, 0, colour);
  const double away = place < 0 ? -7 : 7;
  svg.polygon({{x, y - 5}, {x + away, y}, {x, y + 5}}, colour, 1, colour);
}

void draw_marks(Svg& svg, const ForestLayout& at, const ForestRow& row, double y) {
  const RowScale scale(row);
  const bool is_bounded = std::isfinite(row.low) || std::isfinite(row.high);
  const double low = at.pixel(std::isfinite(row.low) ? scale(row.low) : 0);
  const double high = at.pixel(std::isfinite(row.high) ? scale(row.high) : 1);
  if (is_bounded) svg.rectangle(low, y - 8, std::max(1.0, high - low), 16, kAccepted);
  draw_span(svg, at, scale, row.predictive, y, kAsideInk, 1.2);
  if (std::isfinite(row.published)) svg.marker(at.pixel(scale(row.published)), y, row.is_fitted ? 1 : 3, kInk, true);
  if (!std::isfinite(row.simulated)) return;
  draw_span(svg, at, scale, row.interval, y, status_ink(row.status), 3);
  draw_simulated(svg, at, scale(row.simulated), y, status_ink(row.status));
}

/// \returns the y below
double draw_forest_row(Svg& svg, const ForestLayout& at, const ForestRow& row, double top) {
  const std::vector<std::string> name = wrapped(row.name, at.name_room, 4);
  std::vector<std::string> verdict = wrapped(row.verdict, at.verdict_room, 2);
  const std::size_t words = verdict.size();
  if (!row.simulated_text.empty())
    for (const std::string& line : wrapped(row.simulated_text, at.verdict_room, 2)) verdict.push_back(line);
  const double under = svg.lines(2, top + 14, name);
  const double y = at.is_narrow ? under : top + 8 + 0.5 * line_height() * static_cast<double>(name.size());
  draw_marks(svg, at, row, y);
  double line = at.is_narrow ? y + 4 : top + 14;
  for (std::size_t i = 0; i < verdict.size(); ++i, line += line_height())
    svg.text(at.verdict, line, verdict[i], Anchor::start, i < words ? status_ink(row.status) : kPaleInk);
  return std::max({line - 8, at.is_narrow ? y + 14 : under - 8, y + 12});
}

double draw_forest_legend(Svg& svg, const ForestChart& chart) {
  bool has_band = false, has_predictive = false, has_simulated[2] = {false, false}, has_published[2] = {false, false};
  for (const ForestGroup& group : chart.groups)
    for (const ForestRow& row : group.rows) {
      has_band = has_band || std::isfinite(row.low) || std::isfinite(row.high);
      has_predictive = has_predictive || row.predictive.low <= row.predictive.high;
      if (std::isfinite(row.published)) has_published[row.is_fitted ? 1 : 0] = true;
      if (std::isfinite(row.simulated) && row.interval.low <= row.interval.high &&
          row.status != ForestStatus::not_testable)
        has_simulated[row.status == ForestStatus::inside ? 0 : 1] = true;
    }
  Legend legend(svg.sheet().width - 4);
  if (has_band) legend.add({.kind = KeyEntry::Kind::area, .name = "accepted", .colour = kAccepted});
  for (const int i : {0, 1})
    if (has_published[i])
      legend.add({.kind = KeyEntry::Kind::mark,
                  .name = i == 0 ? "published, predicted here" : "published, fitted",
                  .colour = kInk,
                  .marker = i == 0 ? 3 : 1,
                  .is_hollow = true});
  for (const int i : {0, 1})
    if (has_simulated[i])
      legend.add({.name = i == 0 ? "simulated, inside" : "simulated, outside",
                  .colour = i == 0 ? kGood : kBad,
                  .width = 3,
                  .marker = 0});
  if (has_predictive) legend.add({.name = "95 % of such studies", .colour = kAsideInk, .width = 1.2});
  return legend.draw(svg, 2, 0);
}

std::string draw_forest(const ForestChart& chart, const Sheet& sheet) {
  const ForestLayout at(sheet);
  Svg svg(sheet, chart.words.id, chart.words.title, chart.words.description);
  double y = draw_forest_legend(svg, chart) + 4;
  for (const ForestGroup& group : chart.groups) {
    if (!group.heading.empty())
      y = svg.lines(2, y + 20, wrapped(group.heading, sheet.width - 4, 3), Anchor::start, kInk, 14) - 8;
    for (const ForestRow& row : group.rows) {
      y = draw_forest_row(svg, at, row, y);
      svg.line(2, y, sheet.width - 2, y, kGridInk);
    }
  }
  svg.text(0.5 * (at.left + at.right), y + 18, "below · accepted · above", Anchor::middle);
  return svg.str(y + 26);
}

}  // namespace

std::string draw(const ForestChart& chart) {
  return on_sheets([&](const Sheet& sheet) { return draw_forest(chart, sheet); });
}

std::string forest_key() {
  return "Band: accepted range. Hollow mark: published value. Dot: simulated, with the 95 % interval of the "
         "simulation's own error. Thin line: where 95 % of studies of the published size would lie. Each row has its "
         "own scale; an arrow points to what lies beyond it.";
}

}  // namespace vt::report
