#include "output/report/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/text.hpp"

namespace vt::report {
namespace {

constexpr double kInset = 18;      ///< of the first and the last cell from the ends of an axis of numbers
constexpr double kTickRoom = 7;    ///< below or beside an axis
constexpr double kLeastApart = 9;  ///< between labels of one row
constexpr double kLeastNumberRow = 15;
constexpr std::size_t kMostNameLines = 2;

bool keeps_apart(const std::vector<double>& at, const std::vector<std::string>& labels, double from, double to,
                 std::size_t stride) {
  double free_from = from - kLeastApart;
  for (std::size_t i = 0; i < at.size(); i += stride) {
    const double width = pixel_width(labels[i]);
    const double left = std::clamp(at[i] - 0.5 * width, from, std::max(from, to - width));
    if (left < free_from + kLeastApart - 1e-9) return false;
    free_from = left + width;
  }
  return true;
}

}  // namespace

ShortLabels short_labels(const std::vector<std::string>& labels) {
  ShortLabels result{labels, ""};
  if (labels.size() < 3) return result;
  const std::size_t blank = labels[0].find(' ');
  if (blank == std::string::npos || blank == 0) return result;
  const std::string word = labels[0].substr(0, blank + 1);
  const auto is_number = [&](const std::string& label) {
    return label.starts_with(word) && label.find_first_not_of("0123456789.−-", blank + 1) == std::string::npos;
  };
  if (!std::ranges::all_of(labels, is_number)) return result;
  for (std::string& label : result.labels) label.erase(0, blank + 1);
  result.shared = word.substr(0, blank);
  return result;
}

std::string title_with(const std::string& title, const std::string& shared) {
  if (title.find(shared) != std::string::npos) return title;
  return title.empty() ? shared : title + " (" + shared + ")";
}

bool has_numbers(const Horizontal& x) {
  return x.labels.size() > 1 && x.at.size() == x.labels.size() &&
         std::ranges::all_of(x.at, [](double v) { return std::isfinite(v); });
}

std::vector<double> positions(const Horizontal& x, const Frame& frame) {
  const std::size_t n = x.labels.size();
  std::vector<double> at(n);
  if (!has_numbers(x)) {
    for (std::size_t i = 0; i < n; ++i)
      at[i] = frame.left + frame.width() * (static_cast<double>(i) + 0.5) / static_cast<double>(n);
    return at;
  }
  const auto [low, high] = std::ranges::minmax_element(x.at);
  const Scale scale{*low, *high, frame.left + kInset, frame.right - kInset, false};
  std::ranges::transform(x.at, at.begin(), scale);
  return at;
}

AxisLabels place_labels(const std::vector<double>& at, const std::vector<std::string>& labels, double from, double to,
                        bool names_all) {
  AxisLabels placed;
  const std::size_t n = labels.size();
  placed.lines.resize(n);
  placed.from = from, placed.to = to;
  placed.height = kTickRoom + line_height();
  if (n == 0 || keeps_apart(at, labels, from, to, 1)) {
    for (std::size_t i = 0; i < n; ++i) placed.lines[i] = {labels[i]};
    return placed;
  }
  if (names_all) {
    const double slot = n > 1 ? at[1] - at[0] : to - from;
    double longest_word = 0, widest = 0;
    for (const std::string& label : labels) {
      widest = std::max(widest, pixel_width(label));
      for (std::size_t i = 0; i < label.size();) {
        const std::size_t end = std::min(label.find(' ', i), label.size());
        longest_word = std::max(longest_word, pixel_width(label.substr(i, end - i)));
        i = end + 1;
      }
    }
    const double room = slot - kLeastApart;
    std::size_t most = 1;
    for (std::size_t i = 0; i < n; ++i) {
      placed.lines[i] = wrapped(labels[i], room);
      most = std::max(most, placed.lines[i].size());
    }
    if (longest_word <= room && most <= 4) {
      placed.height = kTickRoom + line_height() * static_cast<double>(most);
      return placed;
    }
    if (slot >= kLeastNumberRow) {
      constexpr double longest = 150;
      placed.is_turned = true;
      placed.height = kTickRoom + std::min(widest, longest) + 4;
      for (std::size_t i = 0; i < n; ++i) placed.lines[i] = {labels[i]};
      return placed;
    }
    placed.lines.assign(n, {});
  }
  std::size_t stride = 2;
  while (stride < n && !keeps_apart(at, labels, from, to, stride)) ++stride;
  double free_from = from - kLeastApart;
  std::vector<std::size_t> one_by_one;  // unevenly spaced: as many as there is room for
  for (std::size_t i = 0; i < n; ++i) {
    const double width = pixel_width(labels[i]);
    const double left = std::clamp(at[i] - 0.5 * width, from, std::max(from, to - width));
    if (left < free_from + kLeastApart) continue;
    one_by_one.push_back(i);
    free_from = left + width;
  }
  if (one_by_one.size() > 2 * ((n + stride - 1) / stride)) {
    for (const std::size_t i : one_by_one) placed.lines[i] = {labels[i]};
  } else {
    for (std::size_t i = 0; i < n; i += stride) placed.lines[i] = {labels[i]};
  }
  return placed;
}

double draw_horizontal_axis(Svg& svg, const Frame& frame, const std::vector<double>& at,
                            const std::vector<std::string>& labels, const AxisLabels& placed) {
  svg.line(frame.left, frame.bottom, frame.right, frame.bottom, kAxisInk);
  for (std::size_t i = 0; i < at.size(); ++i) {
    svg.line(at[i], frame.bottom, at[i], frame.bottom + 4, kAxisInk);
    double y = frame.bottom + kTickRoom + kLetterSize - 2;
    if (placed.is_turned) {
      svg.fitted_text(at[i] + 4, frame.bottom + kTickRoom, labels[i], placed.height - kTickRoom, Anchor::end, kInk,
                      kLetterSize, true);
      continue;
    }
    for (const std::string& line : placed.lines[i]) {
      const double width = pixel_width(line), least = placed.from + 0.5 * width, most = placed.to - 0.5 * width;
      svg.text(std::clamp(at[i], least, std::max(least, most)), y, line, Anchor::middle);
      y += line_height();
    }
  }
  return frame.bottom + placed.height;
}

double draw_x_title(Svg& svg, const Frame& frame, double y, const std::string& title) {
  if (title.empty()) return y;
  const double middle = 0.5 * (frame.left + frame.right);
  const double room = 2 * std::min(middle, svg.sheet().width - middle) - 4;
  return svg.lines(middle, y + kLetterSize + 2, wrapped(title, room, 3), Anchor::middle) - kLetterSize + 4;
}

double draw_y_title(Svg& svg, double y, const std::string& title, const Scale& scale, bool is_share) {
  std::string words = title;
  if (!scale.is_from_zero()) {
    const Ticks ends = ticks_of(scale, is_share);
    words += (words.empty() ? "axis from " : "; axis from ") + ends.labels.front() + " on";
  } else if (scale.is_log) {
    words += words.empty() ? "logarithmic axis" : "; logarithmic axis";
  }
  if (words.empty()) return y;
  return svg.lines(2, y + kLetterSize, wrapped(words, svg.sheet().width - 4, 3)) - kLetterSize + 8;
}

double vertical_axis_room(const Scale& scale, double height, bool is_share) {
  double widest = 0;
  for (const std::string& label : ticks_of(scale, is_share, height < 150 ? 4 : 6).labels)
    widest = std::max(widest, pixel_width(label));
  return widest + 12;
}

void draw_vertical_axis(Svg& svg, const Frame& frame, const Scale& scale, bool is_share, bool with_numbers) {
  const Ticks ticks = ticks_of(scale, is_share, frame.height() < 150 ? 4 : 6);
  std::vector<double> taken;
  const auto write = [&](std::size_t i) {
    const double y = scale(ticks.at[i]);
    if (std::ranges::any_of(taken, [&](double other) { return std::fabs(other - y) < kLeastNumberRow; })) return;
    taken.push_back(y);
    svg.text(frame.left - 8, y + 4, ticks.labels[i], Anchor::end);
  };
  const auto is_decade = [](double v) { return std::fabs(std::log10(v) - std::round(std::log10(v))) < 1e-9; };
  for (const double tick : ticks.at) svg.line(frame.left, scale(tick), frame.right, scale(tick), kGridInk);
  if (!with_numbers) return;
  for (std::size_t i = 0; i < ticks.at.size(); ++i)
    if (!scale.is_log || is_decade(ticks.at[i])) write(i);
  for (std::size_t i = 0; i < ticks.at.size() && scale.is_log; ++i) write(i);
}

double draw_number_axis(Svg& svg, const Frame& frame, const Scale& scale, const std::string& title, bool is_share) {
  const Ticks ticks = ticks_of(scale, is_share, frame.width() < 260 ? 4 : 7);
  std::vector<double> at;
  for (const double tick : ticks.at) {
    at.push_back(scale(tick));
    svg.line(at.back(), frame.top, at.back(), frame.bottom, kGridInk);
  }
  const AxisLabels placed =
      place_labels(at, ticks.labels, frame.left - PanelGrid::kReach, frame.right + PanelGrid::kReach, false);
  return draw_x_title(svg, frame, draw_horizontal_axis(svg, frame, at, ticks.labels, placed), title);
}

std::size_t PanelGrid::columns(const Sheet& sheet, std::size_t n) {
  if (sheet.is_narrow) return n <= 3 ? 1 : 2;
  return n == 4 ? 2 : std::clamp<std::size_t>(n, 1, 3);
}

PanelGrid::PanelGrid(const Sheet& sheet, std::vector<std::string> names, double left, double right, double top,
                     double height)
    : left_(left),
      right_(right),
      top_(top),
      height_(height),
      names_(std::move(names)),
      panels_(names_.size()),
      columns_(columns(sheet, panels_)) {
  std::size_t most = 0;
  for (const std::string& name : names_)
    if (!name.empty()) most = std::max(most, wrapped(name, name_room(), kMostNameLines).size());
  if (most > 0) name_ = 10 + line_height() * static_cast<double>(most);
}

double PanelGrid::name_room() const { return frame(0).width() + kGap - 6; }

Frame PanelGrid::frame(std::size_t i) const {
  const double n = static_cast<double>(columns_), width = (right_ - left_ - kGap * (n - 1)) / n;
  const double left = left_ + static_cast<double>(i % columns_) * (width + kGap);
  const double top = top_ + name_ + static_cast<double>(i / columns_) * (height_ + below_ + name_);
  return {left, top, left + width, top + height_};
}

void PanelGrid::draw_name(Svg& svg, std::size_t i) const {
  if (names_[i].empty()) return;
  const Frame at = frame(i);
  const std::vector<std::string> lines = wrapped(names_[i], name_room(), kMostNameLines);
  const double first = at.top - 7 - line_height() * static_cast<double>(lines.size() - 1);
  svg.lines(0.5 * (at.left + at.right), first, lines, Anchor::middle);
}

}  // namespace vt::report
