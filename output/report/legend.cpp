#include "output/report/legend.hpp"

#include <algorithm>

namespace vt::report {
namespace {

constexpr double kSample = 24, kBeside = 6, kApart = 16, kRow = 18;

void draw_sample(Svg& svg, const KeyEntry& entry, double x, double y) {
  const double middle = x + 0.5 * kSample;
  svg.begin_key();
  switch (entry.kind) {
    case KeyEntry::Kind::line:
      svg.line(x, y, x + kSample, y, entry.colour, entry.width, entry.dash);
      break;
    case KeyEntry::Kind::mark:
      break;
    case KeyEntry::Kind::bar:
      svg.line(middle, y - 7, middle, y + 7, entry.colour, entry.width, entry.dash);
      break;
    case KeyEntry::Kind::area:
      svg.rectangle(x + 4, y - 6, 16, 12, entry.colour, entry.opacity);
      break;
    case KeyEntry::Kind::frame:
      svg.polygon({{x + 4, y - 6}, {x + 20, y - 6}, {x + 20, y + 6}, {x + 4, y + 6}}, "none", 1, entry.colour);
      break;
  }
  if (entry.marker >= 0) svg.marker(middle, y, entry.marker, entry.colour, entry.is_hollow, entry.size);
  svg.end_key();
}

}  // namespace

double Legend::draw(Svg& svg, double x, double y) const {
  if (entries_.empty()) return y;
  double at = x, row = y + 0.5 * kRow, below = row;
  for (const KeyEntry& entry : entries_) {
    const double room = width_ - kSample - kBeside;
    const std::vector<std::string> lines = wrapped(entry.name, room, 3);
    double widest = 0;
    for (const std::string& line : lines) widest = std::max(widest, pixel_width(line));
    const double width = kSample + kBeside + widest;
    if (at > x && at + width > x + width_) at = x, row = below + kRow;
    draw_sample(svg, entry, at, row);
    const double end = svg.lines(at + kSample + kBeside, row + 4, lines, Anchor::start, kInk);
    below = std::max(below, end - 4 - line_height());
    at += width + kApart;
  }
  return below + 0.5 * kRow + 4;
}

}  // namespace vt::report
