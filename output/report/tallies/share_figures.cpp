#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "output/report/tallies/shares.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

using Kind = Statistic::Kind;
constexpr std::size_t kMostCurves = 10, kMostPanels = 12, kMostVisitsAsCurves = 6;

bool lies_outside(const Estimate& one, const Estimate& other) {
  return one.value < other.interval.low || one.value > other.interval.high;
}

/// Does it matter whose share it is? Beyond what the simulation leaves open.
bool differs(const Share& share) {
  return lies_outside(share.of_all, share.of_evaluable) && lies_outside(share.of_evaluable, share.of_all);
}

/// Of all randomised, unless the targets ask for the evaluable only.
Kind share_shown(const ResultTally& tally, const std::vector<Comparison>& rows) {
  if (tally.estimand != Estimand::itt) return Kind::proportion;
  int of_evaluable = 0, of_all = 0;
  for (const Comparison& row : rows) {
    if (row.target.tally != tally.name) continue;
    of_evaluable += row.target.statistic == "proportion";
    of_all += row.target.statistic == "itt";
  }
  return of_evaluable > of_all ? Kind::proportion : Kind::itt;
}

/// Of an effect over groups of exposure these are horizontal; else time is, and arms are curves.
Layout share_layout(const ResultTally& tally) {
  View view = view_of(tally);
  const auto group = [&](std::size_t i) { return i < view.groups.size() ? AxisIndex(view.groups[i]) : std::nullopt; };
  const bool has_few_visits = !view.visit || tally.axes[*view.visit].labels.size() <= kMostVisitsAsCurves;
  if (subject_of(tally) == Subject::exposure_response && has_few_visits) {
    const auto is_exposure = [&](std::size_t a) { return tally.axes[a].subject == Subject::exposure; };
    const auto exposure = std::ranges::find_if(view.groups, is_exposure);
    const std::size_t x = *exposure;
    view.groups.erase(exposure);
    if (view.groups.empty()) return {x, view.visit, {}};
    return {x, group(0), view.visit ? view.visit : group(1)};
  }
  if (view.visit) return {view.visit, group(0), group(1)};
  if (view.groups.size() < 2) return {group(0), {}, {}};
  return {group(1), group(0), group(2)};
}

std::string shares_heading(Kind kind) {
  return kind == Kind::itt ? "of all patients randomised" : "of the patients evaluable";
}

std::string nobody_is_missing(const Shares& shares) {
  return has_gaps(shares) ? "nobody is missing, but where nothing is drawn nobody is evaluable." : "nobody is missing.";
}

/// How shares are drawn, and what has to be said of it.
struct Manner {
  std::vector<Kind> kinds;  ///< a panel for each
  bool is_cumulative = false, is_joined = true;
  std::string caption;
};

Manner manner_of_cumulative(const ResultTally& tally, const Layout& layout, const Shares& shares) {
  if (!has_missing(shares))
    return {
        {Kind::proportion}, never_falls(shares), true, "Of all patients, by each visit; " + nobody_is_missing(shares)};
  Manner manner{{Kind::proportion},
                never_falls(shares),
                true,
                "Of the patients evaluable at each visit, the share of those with it by then."};
  manner.is_joined = manner.is_cumulative;
  if (!manner.is_joined)
    manner.caption +=
        " Not joined: the evaluable differ from visit to visit, so that their share can fall though nobody loses what "
        "has "
        "happened.";
  if (tally.estimand != Estimand::itt || layout.panel || shares.curves.size() > kMostVisitsAsCurves ||
      !has_limits(tally, layout))
    return manner;
  std::string limits;
  for (const std::size_t c : shares.curves) {
    const AtLeastAtMost last = limits_of(shares.cells[0][c]).back();
    if (!std::isfinite(last.low)) continue;
    limits += fmt::format("{} {} to {}{}", limits.empty() ? "" : ";", percent(last.low), percent(last.high),
                          layout.by ? " (" + label_of(tally, layout.by, c) + ")" : "");
  }
  if (!limits.empty())
    manner.caption +=
        " Of all randomised it is, by the last visit and whatever became of those missing," + limits + ".";
  return manner;
}

Manner manner_of(const ResultTally& tally, const Layout& layout, const Shares& shares,
                 const std::vector<Comparison>& rows) {
  const AxisIndex visit = view_of(tally).visit;
  if (tally.is_cumulative && layout.x && layout.x == visit) return manner_of_cumulative(tally, layout, shares);
  if (!has_missing(shares)) return {{Kind::proportion}, false, true, "Of all patients; " + nobody_is_missing(shares)};
  if (tally.is_cumulative && visit)
    return {{Kind::proportion},
            false,
            true,
            "Of the patients evaluable at each visit, the share of those with it by then."};
  const Kind shown = share_shown(tally, rows);
  if (tally.estimand != Estimand::itt) return {{shown}, false, true, "Of the patients evaluable."};
  const bool is_apart = any_share(shares, differs);
  if (is_apart && !layout.panel)
    return {{Kind::itt, Kind::proportion},
            false,
            true,
            "Of all randomised: missing counts as no event, so that leaving lowers it. Of the evaluable: those still "
            "there and measured. The two differ by more than their intervals."};
  Manner manner{
      {shown},
      false,
      true,
      shown == Kind::itt ? "Of all patients randomised: missing counts as no event." : "Of the patients evaluable."};
  const std::string other = shown == Kind::itt ? "of the patients evaluable" : "of all randomised";
  manner.caption += is_apart ? " The share " + other + " differs by more than its interval: see the table."
                             : " The share " + other + " is the same within the intervals.";
  return manner;
}

std::vector<Curve> curves_of(const ResultTally& tally, const Layout& layout, const Shares& shares, std::size_t panel,
                             Kind kind, bool is_joined) {
  std::vector<Curve> curves;
  for (const std::size_t c : shares.curves) {
    if (curves.size() == kMostCurves) break;
    Curve curve;
    curve.name = label_of(tally, layout.by, c);
    curve.is_aside = is_not_measured(tally, layout.by, c);
    curve.is_joined = is_joined;
    for (const std::size_t x : drawn_along(tally, layout.x)) curve.cells.push_back(shares.cells[panel][c][x].of(kind));
    curves.push_back(std::move(curve));
  }
  return curves;
}

/// Of patients who have no place on the horizontal axis.
std::string without_place(const ResultTally& tally, const Layout& layout, const Shares& shares) {
  const std::size_t last = cells_along(tally, layout.x) - 1;
  if (!is_not_measured(tally, layout.x, last)) return "";
  for (const auto& panel : shares.cells)
    for (const auto& curve : panel)
      if (curve[last].evaluable > 0)
        return " Patients without " + words_of(tally.axes[*layout.x]) + " are in the table only.";
  return "";
}

Figure share_figure(const ResultTally& tally, const Layout& layout, const std::vector<Comparison>& rows,
                    std::size_t id) {
  const Shares shares = shares_of(tally, layout);
  Figure figure;
  figure.title = title_of(tally);
  if (shares.curves.empty() || (!layout.x && !layout.by)) return figure;
  const Manner manner = manner_of(tally, layout, shares, rows);

  std::vector<int> drawn(cells_along(tally, layout.by), -1);
  for (std::size_t i = 0; i < std::min(kMostCurves, shares.curves.size()); ++i)
    drawn[shares.curves[i]] = static_cast<int>(i);
  PublishedOf published(tally, rows);
  CurvePanels chart;
  chart.x = horizontal(tally, layout.x);
  chart.is_ordered =
      layout.by && (entry_of(tally.axes[*layout.by].kind).is_ordered || layout.by == view_of(tally).visit);
  chart.is_cumulative = manner.is_cumulative;
  for (const std::size_t p : shares.panels)
    for (const Kind kind : manner.kinds) {
      if (chart.panels.size() == kMostPanels) continue;
      const AxisIndex cell = layout.panel ? AxisIndex(p) : std::nullopt;
      chart.panels.push_back({layout.panel ? label_of(tally, layout.panel, p) : shares_heading(kind),
                              curves_of(tally, layout, shares, p, kind, manner.is_joined),
                              published.points(kind, 0, layout, cell, drawn)});
      if (has_missing(shares)) continue;
      const Kind same = kind == Kind::itt ? Kind::proportion : Kind::itt;  // of the same patients
      std::ranges::copy(published.points(same, 0, layout, cell, drawn),
                        std::back_inserter(chart.panels.back().published));
    }
  figure.caption = manner.caption + what_tells(tally, layout) + whose(tally, layout) +
                   without_place(tally, layout, shares) +
                   left_out(tally, layout.by, std::min(kMostCurves, shares.curves.size()), shares.curves.size()) +
                   left_out(tally, layout.panel, std::min(kMostPanels, shares.panels.size()), shares.panels.size()) +
                   published.text();
  figure.has_published = published.any();
  figure.data = share_table(tally, layout, shares, tally.is_cumulative && layout.x == view_of(tally).visit);
  chart.words = {fmt::format("figure-{}", id), figure.title,
                 "Share of patients with its 95 % interval; the numbers follow the figure.",
                 layout.x ? axis_title(tally.axes[*layout.x]) : "", "patients (%)"};
  if (chart.panels.size() > 1) {
    figure.svg = draw(chart);
    return figure;
  }
  CurveChart one;
  one.words = chart.words, one.x = chart.x, one.is_ordered = chart.is_ordered, one.is_cumulative = chart.is_cumulative;
  one.curves = std::move(chart.panels[0].curves), one.published = std::move(chart.panels[0].published);
  figure.svg = draw(one);
  return figure;
}

}  // namespace

std::vector<Figure> share_figures(const ResultTally& tally, const std::vector<Comparison>& rows, std::size_t first_id) {
  std::vector<Figure> figures = dose_figures(tally, first_id);
  const bool is_of_dose = tally.subject == Subject::dose && !figures.empty();
  if (is_of_dose) return figures;
  Layout layout = share_layout(tally);
  figures.push_back(share_figure(tally, layout, rows, first_id + figures.size()));
  if (layout.panel) {
    const std::string third = words_of(tally.axes[*layout.panel]);
    layout.panel.reset();
    Figure figure = share_figure(tally, layout, rows, first_id + figures.size());
    figure.title += ", all cells of " + third + " together";
    if (figure.has_published) figures.push_back(std::move(figure));
  }
  std::erase_if(figures, [](const Figure& figure) { return figure.svg.empty(); });
  return figures;
}

}  // namespace vt::report
