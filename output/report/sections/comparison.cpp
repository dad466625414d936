#include <fmt/format.h>

#include "output/bases.hpp"
#include "output/report/forest_chart.hpp"
#include "output/report/sections/sections.hpp"
#include "output/report/svg.hpp"

namespace vt::report {
namespace {

constexpr std::size_t kMostOpen = 8;  ///< rows of a table that is not folded

std::string verdict_html(const Comparison& row) {
  const char* css = row.verdict == Verdict::inside ? "inside" : row.verdict == Verdict::outside ? "miss" : "open";
  std::string text = fmt::format("<span class=\"{}\">{}</span>", css, to_string(row.verdict));
  if (row.verdict == Verdict::inside) return text;
  if (!row.reason.empty()) text += "<br>" + escape(row.reason);
  if (!row.target.explanation.empty()) text += "<br>" + escape(row.target.explanation);
  return text;
}

std::string interval_text(const Comparison& row) {
  const Interval& i = row.simulated.interval;
  return i.low < i.high ? target_range(row.target, i.low, i.high) : "–";
}

ForestRow forest_row(const Comparison& row) {
  const Target& t = row.target;
  return {.name = t.name,
          .published = t.value,
          .low = t.low,
          .high = t.high,
          .simulated = row.simulated.value,
          .interval = row.simulated.interval,
          .is_fitted = t.kind == TargetKind::fitted,
          .status = row.verdict == Verdict::inside    ? ForestStatus::inside
                    : row.verdict == Verdict::outside ? ForestStatus::outside
                                                      : ForestStatus::not_testable,
          .verdict = to_string(row.verdict),
          .simulated_text = row.verdict == Verdict::not_testable ? std::string() : simulated_number(row)};
}

/// What was published, its source beneath; the verdict beside it.
std::vector<std::string> table_row(const Comparison& row) {
  const Target& t = row.target;
  const std::string source = t.tag.empty() ? t.source : t.source + " [" + t.tag + "]";
  return {escape(t.name) + (t.required ? " <abbr title=\"required\">*</abbr>" : "") +
              (source.empty() ? "" : "<br><span class=\"note\">" + escape(source) + "</span>"),
          verdict_html(row),
          escape(target_number(t, t.value)),
          escape(target_range(t, t.low, t.high)),
          escape(simulated_number(row)),
          escape(interval_text(row))};
}

/// What is not inside, with the reasons.
std::string misses_html(const std::vector<Comparison>& rows, TargetKind kind) {
  std::string list;
  for (const Comparison& row : rows) {
    const Target& t = row.target;
    if (t.kind != kind || row.verdict == Verdict::inside) continue;
    std::string text = t.name + ": " + to_string(row.verdict);
    if (row.verdict == Verdict::outside)
      text += fmt::format(", simulated {}, accepted {}", simulated_number(row), target_range(t, t.low, t.high));
    for (const std::string& reason : {row.reason, t.explanation})
      if (!reason.empty()) text += ". " + reason;
    list += "<li>" + escape(text) + "</li>\n";
  }
  return list.empty() ? "" : "<p>Not inside:</p>\n<ul>\n" + list + "</ul>\n";
}

/// How many of them nobody read in a publication.
std::string unread_text(const std::vector<Comparison>& rows, TargetKind kind) {
  std::size_t soft = 0, from_memory = 0;
  for (const Comparison& row : rows) {
    if (row.target.kind != kind) continue;
    soft += is_soft(row.target) ? 1 : 0;
    from_memory += !is_soft(row.target) && is_from_memory(row.target.source) ? 1 : 0;
  }
  std::string text;
  if (soft > 0)
    text += fmt::format(
        " {} of them {} read in no publication (tags ML, A, P: from memory, assumed, chosen by the project): a "
        "certificate does not count {}.",
        soft, soft == 1 ? "was" : "were", soft == 1 ? "it" : "them");
  if (from_memory > 0)
    text += fmt::format(" Of {}{} the source is named from memory: look there before you rely on {}.", from_memory,
                        soft == 0          ? ""
                        : from_memory == 1 ? " other"
                                           : " others",
                        from_memory == 1 ? "it" : "them");
  return text;
}

std::string of_kind(const std::vector<Comparison>& rows, TargetKind kind) {
  const Score score = score_of(rows, kind);
  if (score.rows == 0) return "";
  const bool is_fitted = kind == TargetKind::fitted;
  Table table{{"Published result", "verdict", ">published", ">accepted", ">simulated", ">95 % interval"}, {}};
  ForestChart chart;
  chart.groups.emplace_back();
  bool is_required = false;
  int misses = 0, untestable = 0;
  for (const Comparison& row : rows) {
    if (row.target.kind != kind) continue;
    table.rows.push_back(table_row(row));
    chart.groups[0].rows.push_back(forest_row(row));
    is_required = is_required || row.target.required;
    misses += row.verdict == Verdict::outside ? 1 : 0;
    untestable += row.verdict == Verdict::not_testable ? 1 : 0;
  }
  std::string title = fmt::format("{}: {} of {} inside", is_fitted ? "Fitted" : "Predicted", score.inside, score.rows);
  if (misses > 0) title += fmt::format(", {} missed", misses);
  if (untestable > 0) title += fmt::format(", {} not testable", untestable);
  chart.words = {is_fitted ? "fitted" : "predicted", title,
                 "Published values with what was accepted, and simulated ones; the numbers follow the figure.", "", ""};
  const std::string meaning = is_fitted ? "The model was adjusted to these results: agreement is no evidence."
                                        : "The model was not adjusted to these results.";
  return fmt::format("<h3>{}</h3>\n<p>{}</p>\n<figure>\n{}<figcaption>{}</figcaption>\n</figure>\n", escape(title),
                     escape(meaning + unread_text(rows, kind)), draw(chart), escape(forest_key())) +
         misses_html(rows, kind) +
         folded("Values, verdicts and sources", rows_html(table, is_required ? "* required" : ""),
                table.rows.size() <= kMostOpen);
}

}  // namespace

Section comparison_section(const std::vector<Comparison>& rows) {
  if (rows.empty()) return {};
  return {"published", "Published against simulated",
          of_kind(rows, TargetKind::predicted) + of_kind(rows, TargetKind::fitted) +
              "<p class=\"note\">The interval is that of the simulation (its number of patients), not of the "
              "model.</p>\n"};
}

}  // namespace vt::report
