#include "output/report/tallies/view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/text.hpp"

namespace vt::report {
namespace {

constexpr std::size_t kMostNames = 2;     ///< of published values, in a caption: the comparison has them all
constexpr std::size_t kMostPoints = 600;  ///< as many pixels has the axis

std::string with_capital(std::string words) {
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

/// Names alone, without signs: in words.
std::string plain_condition(const std::string& formula) {
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ' '; };
  return std::ranges::all_of(formula, is_plain) ? plain_words(formula) : formula;
}

}  // namespace

View view_of(const ResultTally& tally) {
  View view;
  const std::size_t last = tally.axes.size() - 1;
  for (std::size_t a = 0; a < tally.axes.size(); ++a) {
    const ResultAxis& axis = tally.axes[a];
    if (axis.labels.size() < 2) continue;
    const bool is_profile = a == last && axis.kind == ResultAxisKind::values && axis.unit == "h";
    if (axis.kind == ResultAxisKind::visit && !view.visit)
      view.visit = a;
    else if (is_profile)
      view.hours = a;
    else if (axis.kind == ResultAxisKind::arm)
      view.groups.insert(view.groups.begin(), a);
    else
      view.groups.push_back(a);
  }
  return view;
}

Pooled cells_at(const ResultTally& tally, const std::vector<At>& places) {
  std::vector<AxisIndex> fixed(tally.axes.size());
  for (const At& at : places)
    if (at.axis) fixed[*at.axis] = at.cell;
  return pool_cells(tally, fixed);
}

std::size_t cells_along(const ResultTally& tally, AxisIndex axis) { return axis ? tally.axes[*axis].labels.size() : 1; }

bool is_not_measured(const ResultTally& tally, AxisIndex axis, std::size_t cell) {
  return axis && entry_of(tally.axes[*axis].kind).is_ordered && cell + 1 == cells_along(tally, axis);
}

std::size_t measured_along(const ResultTally& tally, AxisIndex axis) {
  const std::size_t cells = cells_along(tally, axis);
  return cells - (is_not_measured(tally, axis, cells - 1) ? 1 : 0);
}

std::string label_of(const ResultTally& tally, AxisIndex axis, std::size_t cell) {
  return axis ? tally.axes[*axis].labels[cell] : "all patients";
}

std::vector<std::size_t> drawn_along(const ResultTally& tally, AxisIndex axis) {
  const std::size_t cells = measured_along(tally, axis);
  if (cells == 0) return {};
  std::vector<std::size_t> drawn;
  const std::size_t step = (cells - 1) / kMostPoints + 1;
  for (std::size_t cell = 0; cell < cells; cell += step) drawn.push_back(cell);
  if (drawn.back() + 1 < cells) drawn.push_back(cells - 1);
  return drawn;
}

Horizontal horizontal(const ResultTally& tally, AxisIndex axis) {
  const View view = view_of(tally);
  const bool is_time = axis && (axis == view.visit || axis == view.hours);
  const std::vector<double> numbers = is_time ? coordinate(tally.axes[*axis]) : std::vector<double>();
  Horizontal x;
  for (const std::size_t cell : drawn_along(tally, axis)) {
    x.labels.push_back(label_of(tally, axis, cell));
    if (!numbers.empty()) x.at.push_back(numbers[cell]);
  }
  return x;
}

std::string plain_words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

std::string words_of(const ResultAxis& axis) { return axis.title.empty() ? plain_words(axis.name) : axis.title; }

std::string axis_title(const ResultAxis& axis) {
  return !has_unit(axis.unit) || axis.kind == ResultAxisKind::visit ? words_of(axis)
                                                                    : words_of(axis) + " (" + axis.unit + ")";
}

std::string title_of(const ResultTally& tally) {
  const bool has_title = !tally.title.empty() && tally.title != tally.name;
  return has_title ? tally.title : with_capital(plain_words(tally.name));
}

std::string value_title(const ResultTally& tally) {
  return !has_unit(tally.unit) ? title_of(tally) : title_of(tally) + " (" + tally.unit + ")";
}

std::string what_tells(const ResultTally& tally, const Layout& layout) {
  std::string text;
  const auto add = [&](const char* what, AxisIndex axis) {
    if (!axis || tally.axes[*axis].kind == ResultAxisKind::arm || tally.axes[*axis].kind == ResultAxisKind::visit)
      return;
    text += std::string(what) + axis_title(tally.axes[*axis]) + ".";
  };
  add(" Curves: ", layout.by);
  add(" Panels: ", layout.panel);
  return text;
}

std::string whose(const ResultTally& tally, const Layout& layout) {
  std::string text;
  if (!tally.among.empty()) text += " Counted where " + plain_condition(tally.among) + ".";
  if (tally.estimand != Estimand::itt) text += fmt::format(" Estimand: {}.", name_of(tally.estimand));
  for (std::size_t a = 0; a < tally.axes.size(); ++a) {
    const ResultAxis& axis = tally.axes[a];
    if (layout.x == a || layout.by == a || layout.panel == a || axis.labels.size() < 2) continue;
    text +=
        axis.kind == ResultAxisKind::visit ? " All visits together." : " All cells of " + words_of(axis) + " together.";
  }
  return text;
}

std::string left_out(const ResultTally& tally, AxisIndex axis, std::size_t drawn, std::size_t there) {
  if (!axis || drawn >= there) return "";
  return fmt::format(" Drawn are the first {} of {} cells of {}; the others are in the table.", drawn, there,
                     words_of(tally.axes[*axis]));
}

std::optional<Place> place_of(const Target& target, const ResultTally& tally, const Layout& layout) {
  if (target.tally != tally.name || !target.over.empty() || !target.minus.empty() || !target.spread.empty() ||
      !target.over_replicates.empty() || !std::isfinite(target.value))
    return {};
  Place place;
  bool has_x = !layout.x;
  for (const auto& [name, value] : target.where) {
    const AxisIndex axis = find_axis(tally, name);
    const AxisIndex cell = axis ? find_cell(tally.axes[*axis], value) : std::nullopt;
    if (!cell) return {};
    if (axis == layout.x)
      place.x = *cell, has_x = true;
    else if (axis == layout.by)
      place.by = cell;
    else if (axis == layout.panel)
      place.panel = cell;
    else if (tally.axes[*axis].labels.size() > 1)
      return {};
  }
  if (!has_x || layout.panel.has_value() != place.panel.has_value()) return {};
  return place;
}

PublishedPoint published_point(const Target& target, std::size_t x) {
  return {target.name, x, -1, target.value, target.low, target.high, target.kind == TargetKind::fitted};
}

std::vector<PublishedPoint> PublishedOf::points(Statistic::Kind kind, double p, const Layout& layout, AxisIndex panel,
                                                const std::vector<int>& curves) {
  std::vector<PublishedPoint> points;
  const std::vector<std::size_t> drawn = drawn_along(tally_, layout.x);
  for (const Comparison& row : rows_) {
    const auto asked = parse_statistic(row.target.statistic);
    if (!asked || asked->kind != kind || asked->p != p) continue;
    const auto place = place_of(row.target, tally_, layout);
    if (!place || place->panel != panel || (place->by && curves[*place->by] < 0)) continue;
    if (place->x >= measured_along(tally_, layout.x)) continue;
    const auto at = std::ranges::lower_bound(drawn, place->x);
    points.push_back(published_point(row.target, static_cast<std::size_t>(at - drawn.begin())));
    points.back().curve = place->by ? curves[*place->by] : -1;
    note(row.target);
  }
  return points;
}

void PublishedOf::note(const Target& target) {
  std::string from = target.source;
  if (is_soft(target)) from += (from.empty() ? "" : "; ") + std::string("no value read in a publication");
  auto source = std::ranges::find(sources_, from, &std::pair<std::string, std::vector<std::string>>::first);
  if (source == sources_.end()) source = sources_.insert(source, {from, {}});
  source->second.push_back(target.name);
}

std::string PublishedOf::text() const {
  std::string text;
  for (const auto& [source, names] : sources_) {
    text += (text.empty() ? " Published: " : "; ") + (names.size() > kMostNames
                                                          ? fmt::format("{} values", names.size())
                                                          : fmt::format("{}", fmt::join(names, ", ")));
    if (!source.empty()) text += " (" + source + ")";
  }
  return text.empty() ? "" : text + ".";
}

}  // namespace vt::report
