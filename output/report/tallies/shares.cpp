#include "output/report/tallies/shares.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "output/text.hpp"

namespace vt::report {

Shares shares_of(const ResultTally& tally, const Layout& layout) {
  Shares shares;
  const std::size_t panels = cells_along(tally, layout.panel), curves = cells_along(tally, layout.by);
  std::vector<bool> is_curve(curves);
  for (std::size_t p = 0; p < panels; ++p) {
    bool is_panel = false;
    auto& panel = shares.cells.emplace_back(curves);
    for (std::size_t c = 0; c < curves; ++c)
      for (std::size_t x = 0; x < cells_along(tally, layout.x); ++x) {
        const Pooled pooled = cells_at(tally, {{layout.panel, p}, {layout.by, c}, {layout.x, x}});
        const auto share = [&](Statistic::Kind kind) { return estimate(tally, pooled, Statistic{kind}); };
        panel[c].push_back({pooled.randomised, pooled.evaluable, pooled.events, share(Statistic::Kind::itt),
                            share(Statistic::Kind::proportion)});
        if (pooled.evaluable == 0) continue;
        is_panel = true;
        is_curve[c] = true;
      }
    if (is_panel) shares.panels.push_back(p);
  }
  for (std::size_t c = 0; c < curves; ++c)
    if (is_curve[c]) shares.curves.push_back(c);
  return shares;
}

std::vector<AtLeastAtMost> limits_of(const std::vector<Share>& curve) {
  std::vector<AtLeastAtMost> limits(curve.size());
  const std::int64_t n = curve[0].randomised;
  const auto is_other = [&](const Share& share) { return share.randomised != n; };
  if (n == 0 || std::ranges::any_of(curve, is_other)) return limits;
  std::int64_t with = 0, without = 0;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    with = std::max(with, curve[i].events);
    limits[i].low = static_cast<double>(with) / static_cast<double>(n);
  }
  for (std::size_t i = curve.size(); i-- > 0;) {
    without = std::max(without, curve[i].evaluable - curve[i].events);
    limits[i].high = static_cast<double>(n - without) / static_cast<double>(n);
  }
  return limits;
}

bool has_gaps(const Shares& shares) {
  const auto is_gap = [](const Share& share) { return share.randomised > 0 && share.evaluable == 0; };
  const auto is_value = [](const Share& share) { return share.evaluable > 0; };
  for (const auto& panel : shares.cells)
    for (const auto& curve : panel)
      if (std::ranges::any_of(curve, is_gap) && std::ranges::any_of(curve, is_value)) return true;
  return false;
}

bool has_limits(const ResultTally& tally, const Layout& layout) {
  const auto is_of_arms = [&](AxisIndex axis) { return !axis || tally.axes[*axis].kind == ResultAxisKind::arm; };
  return tally.among.empty() && is_of_arms(layout.by) && is_of_arms(layout.panel);
}

bool never_falls(const Shares& shares) {
  for (const auto& panel : shares.cells)
    for (const auto& curve : panel) {
      double last = 0;
      for (const Share& share : curve) {
        if (share.evaluable == 0) continue;
        if (share.of_evaluable.value < last) return false;
        last = share.of_evaluable.value;
      }
    }
  return true;
}

namespace {

std::string interval_text(const Estimate& e) { return percent(e.interval.low) + " – " + percent(e.interval.high); }

}  // namespace

Table share_table(const ResultTally& tally, const Layout& layout, const Shares& shares, bool is_cumulative) {
  const bool has_all = has_missing(shares) && tally.estimand == Estimand::itt;
  const bool is_limited = has_all && is_cumulative && has_limits(tally, layout);
  Table table;
  for (const AxisIndex& axis : {layout.panel, layout.by, layout.x})
    if (axis) table.heading.push_back(axis_title(tally.axes[*axis]));
  for (const char* h : {">evaluable", ">share", ">95 % interval"}) table.heading.emplace_back(h);
  if (has_all)
    for (const char* h : {">randomised", ">share of all", ">95 % interval"}) table.heading.emplace_back(h);
  if (is_limited)
    for (const char* h : {">of all at least", ">at most"}) table.heading.emplace_back(h);
  for (std::size_t p = 0; p < shares.cells.size(); ++p)
    for (std::size_t c = 0; c < shares.cells[p].size(); ++c) {
      const std::vector<Share>& curve = shares.cells[p][c];
      const std::vector<AtLeastAtMost> limits = limits_of(curve);
      for (std::size_t x = 0; x < curve.size(); ++x) {
        const Share& share = curve[x];
        if (share.evaluable == 0) continue;
        std::vector<std::string> row;
        for (const auto& [axis, cell] : {std::pair(layout.panel, p), {layout.by, c}, {layout.x, x}})
          if (axis) row.push_back(label_of(tally, axis, cell));
        for (std::string text :
             {fmt::format("{}", share.evaluable), percent(share.of_evaluable.value), interval_text(share.of_evaluable)})
          row.push_back(std::move(text));
        if (has_all)
          for (std::string text :
               {fmt::format("{}", share.randomised), percent(share.of_all.value), interval_text(share.of_all)})
            row.push_back(std::move(text));
        if (is_limited) row.push_back(percent(limits[x].low)), row.push_back(percent(limits[x].high));
        table.rows.push_back(std::move(row));
      }
    }
  return table;
}

}  // namespace vt::report
