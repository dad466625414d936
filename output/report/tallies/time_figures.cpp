#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/figures.hpp"
#include "output/report/scale.hpp"
#include "output/report/step_chart.hpp"
#include "output/report/tallies/view.hpp"
#include "output/statistics/survival.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

using Kind = Statistic::Kind;
constexpr std::size_t kMostTimeCurves = 8, kMostTimeFigures = 4, kTableRows = 12, kMostSteps = 600;

struct Group {
  std::string name;
  std::size_t cell;
  RiskTable table;
};

std::vector<Group> groups_of(const ResultTally& tally, AxisIndex axis, At only) {
  std::vector<Group> groups;
  for (std::size_t g = 0; g < cells_along(tally, axis) && groups.size() < kMostTimeCurves; ++g) {
    const Pooled cells = cells_at(tally, {{axis, g}, only});
    if (cells.evaluable > 0) groups.push_back({label_of(tally, axis, g), g, risk_table(tally, cells)});
  }
  return groups;
}

/// At risk just before a day: those whose time is not before it.
std::int64_t at_risk(const RiskTable& table, double day) {
  const auto first = std::ranges::lower_bound(table.time, day);
  return first == table.time.end() ? 0
                                   : std::llround(table.at_risk[static_cast<std::size_t>(first - table.time.begin())]);
}

AtRisk at_risk(const std::vector<const RiskTable*>& tables, double last) {
  AtRisk numbers;
  for (const double day : round_ticks(0, last, false))
    if (day <= last) numbers.day.push_back(day);
  for (const RiskTable* table : tables) {
    std::vector<std::int64_t>& row = numbers.n.emplace_back();
    for (const double day : numbers.day) row.push_back(at_risk(*table, day));
  }
  return numbers;
}

void add_rows(const std::string& name, const RiskTable& risk, const TimeCurve& curve, Table& table) {
  const std::size_t stride = std::max<std::size_t>(1, curve.time.size() / kTableRows);
  for (std::size_t i = 0; i < curve.time.size(); i += stride)
    table.rows.push_back({name, short_number(curve.time[i]), fmt::format("{:.0f}", risk.at_risk[i]),
                          percent(curve.value[i]),
                          std::isnan(curve.low[i]) ? "–" : percent(curve.low[i]) + " – " + percent(curve.high[i])});
}

/// The curve's times at which it steps, and of many of them evenly as many as there are pixels.
TimeCurve drawn_steps(const TimeCurve& curve) {
  std::vector<std::size_t> steps;
  for (std::size_t i = 0; i < curve.time.size(); ++i)
    if (i == 0 || i + 1 == curve.time.size() || curve.value[i] != curve.value[i - 1]) steps.push_back(i);
  const std::size_t stride = steps.empty() ? 1 : (steps.size() - 1) / kMostSteps + 1;
  TimeCurve drawn;
  drawn.falls = curve.falls;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    if (k % stride != 0 && k + 1 != steps.size()) continue;
    drawn.time.push_back(curve.time[steps[k]]);
    drawn.value.push_back(curve.value[steps[k]]);
    drawn.low.push_back(curve.low[steps[k]]);
    drawn.high.push_back(curve.high[steps[k]]);
  }
  return drawn;
}

/// "death, by the end 3.1 % (arm A), 2.0 % (arm B)" of a competing cause.
std::string competing_text(const ResultTally& tally, const std::vector<Group>& groups, std::size_t cause) {
  std::string text;
  for (const Group& group : groups) {
    const TimeCurve curve = cumulative_incidence(group.table, cause);
    if (curve.value.empty()) continue;
    text +=
        (text.empty() ? "" : ", ") + percent(curve.value.back()) + (groups.size() > 1 ? " (" + group.name + ")" : "");
  }
  return plain_words(tally.outcomes[cause]) + ", by the end " + text;
}

/// What is drawn of times to an event.
struct Question {
  Kind kind;                        ///< survival or incidence
  std::vector<std::size_t> causes;  ///< several: a curve for each
  At only;                          ///< a cell of the second axis
};

/// Published values of these curves, for all groups or for one of them.
void add_published(const ResultTally& tally, const Question& question, AxisIndex axis, const std::vector<Group>& groups,
                   const std::vector<Comparison>& rows, StepChart& chart, PublishedOf& published) {
  for (const Comparison& row : rows) {
    const Target& t = row.target;
    const auto asked = parse_statistic(t.statistic);
    if (!asked || asked->kind != question.kind) continue;
    const auto place = place_of(t, tally, {{}, axis, question.only.axis});
    if (!place || (question.only.axis && place->panel != question.only.cell)) continue;
    PublishedPoint point = published_point(t, 0);
    if (question.kind == Kind::incidence) {
      const auto cause = cause_of(tally, t.cause);
      const auto curve = cause ? std::ranges::find(question.causes, *cause) : question.causes.end();
      if (curve == question.causes.end()) continue;
      if (question.causes.size() > 1) point.curve = static_cast<int>(curve - question.causes.begin());
    }
    if (place->by) {
      const auto group = std::ranges::find(groups, *place->by, &Group::cell);
      if (group == groups.end()) continue;
      if (question.causes.size() < 2) point.curve = static_cast<int>(group - groups.begin());
    }
    chart.published.push_back({point, std::min(t.day, tally.times.back())});
    published.note(t);
  }
}

Figure time_figure(const ResultTally& tally, AxisIndex axis, const Question& question,
                   const std::vector<Comparison>& rows, std::size_t id) {
  const std::vector<Group> groups = groups_of(tally, axis, question.only);
  const bool is_of_causes = question.causes.size() > 1;
  StepChart chart;
  Figure figure;
  figure.title = title_of(tally);
  if (question.kind == Kind::survival)
    figure.title += ": share without the event";
  else
    figure.title +=
        ": cumulative incidence" + (is_of_causes ? "" : " of " + plain_words(tally.outcomes[question.causes[0]]));
  if (question.only.axis)
    figure.title += ", " + words_of(tally.axes[*question.only.axis]) + " " +
                    label_of(tally, question.only.axis, question.only.cell);
  figure.data.heading = {is_of_causes ? "cause"
                         : axis       ? axis_title(tally.axes[*axis])
                                      : "group",
                         "day", ">at risk", ">share", ">95 % interval"};
  std::vector<const RiskTable*> tables;
  for (const Group& group : groups)
    for (const std::size_t cause : question.causes) {
      const std::string name = is_of_causes ? plain_words(tally.outcomes[cause]) : group.name;
      const TimeCurve curve =
          question.kind == Kind::survival ? kaplan_meier(group.table) : cumulative_incidence(group.table, cause);
      add_rows(name, group.table, curve, figure.data);
      chart.curves.push_back({name, drawn_steps(curve)});
      tables.push_back(&group.table);
    }
  if (chart.curves.empty()) return figure;
  chart.at_risk = at_risk(tables, tally.times.back());
  PublishedOf published(tally, rows);
  add_published(tally, question, axis, groups, rows, chart, published);
  figure.caption = question.kind == Kind::survival ? "Kaplan and Meier's estimate" : "Aalen and Johansen's estimate";
  figure.caption += tally.from.empty() ? ", all patients allocated"
                                       : ", of the patients with " + plain_words(tally.from) + ", from its day on";
  if (question.kind == Kind::incidence && !is_of_causes && tally.outcomes.size() > 2) {
    figure.caption += "; competing:";
    for (std::size_t i = 0; i + 1 < tally.outcomes.size(); ++i)
      if (i != question.causes[0]) figure.caption += " " + competing_text(tally, groups, i) + ";";
    figure.caption.pop_back();
  } else if (is_of_causes) {
    figure.caption += "; the causes compete";
  }
  figure.caption +=
      "." + (is_of_causes ? "" : what_tells(tally, {{}, axis, {}})) + whose(tally, {{}, axis, question.only.axis}) +
      left_out(tally, axis, groups.size(), groups.size() < kMostTimeCurves ? 0 : cells_along(tally, axis)) +
      published.text();
  figure.has_published = published.any();
  chart.words = {fmt::format("figure-{}", id), figure.title,
                 "Share of patients over time with its 95 % interval; the numbers follow the figure.",
                 tally.from.empty() ? "day" : "days since " + plain_words(tally.from), "patients (%)"};
  figure.svg = draw(chart);
  return figure;
}

bool is_incidence_asked(const ResultTally& tally, const std::vector<Comparison>& rows) {
  int incidence = 0, survival = 0;
  for (const Comparison& row : rows) {
    const auto asked = row.target.tally == tally.name ? parse_statistic(row.target.statistic) : std::nullopt;
    incidence += asked && asked->kind == Kind::incidence;
    survival += asked && asked->kind == Kind::survival;
  }
  return incidence > survival;
}

}  // namespace

std::vector<Figure> time_figures(const ResultTally& tally, const std::vector<Comparison>& rows, std::size_t first_id) {
  const View view = view_of(tally);
  const AxisIndex axis = view.groups.empty() ? std::nullopt : AxisIndex(view.groups[0]);
  std::vector<At> cells = {{}};
  if (view.groups.size() == 2 && measured_along(tally, view.groups[1]) <= kMostTimeFigures) {
    cells.clear();
    for (std::size_t i = 0; i < measured_along(tally, view.groups[1]); ++i) cells.push_back({view.groups[1], i});
  }
  const std::size_t causes = tally.outcomes.size() - 1;
  std::vector<std::size_t> all(causes);
  for (std::size_t i = 0; i < causes; ++i) all[i] = i;
  std::vector<Figure> figures;
  const auto add = [&](const Question& question) {
    Figure figure = time_figure(tally, axis, question, rows, first_id + figures.size());
    const bool is_of_competitor = question.causes[0] > 0;
    if (!figure.svg.empty() && (!is_of_competitor || figure.has_published)) figures.push_back(std::move(figure));
  };
  for (const At& only : cells) {
    if (causes == 1)
      add({is_incidence_asked(tally, rows) ? Kind::incidence : Kind::survival, {0}, only});
    else if (!axis)
      add({Kind::incidence, all, only});
    else
      for (const std::size_t cause : all) add({Kind::incidence, {cause}, only});
  }
  return figures;
}

}  // namespace vt::report
