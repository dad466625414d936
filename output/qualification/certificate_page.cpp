#include <fmt/format.h>

#include <algorithm>

#include "output/files.hpp"
#include "output/qualification/certificate.hpp"
#include "output/qualification/forest.hpp"
#include "output/report/page.hpp"
#include "output/report/svg.hpp"
#include "output/text.hpp"

namespace vt {
namespace {

using report::escape;
using report::Section;
using report::Table;
using report::table_html;
using RowList = std::vector<const CertifiedRow*>;

enum class Group { fitted, predicted, soft };

Group group_of(const Target& target) {
  if (is_soft(target)) return Group::soft;
  return target.kind == TargetKind::fitted ? Group::fitted : Group::predicted;
}

RowList rows_of(const Certificate& certificate, Group group) {
  RowList rows;
  for (const CertifiedRow& row : certificate.rows)
    if (group_of(row.found.target) == group) rows.push_back(&row);
  return rows;
}

std::string span(std::string_view css, const std::string& text) {
  return fmt::format("<span class=\"{}\">{}</span>", css, escape(text));
}

std::string verdict_html(std::string_view verdict) {
  const bool is_inside = verdict == name_of(Verdict::inside), is_open = verdict == name_of(Verdict::not_testable);
  return span(is_inside ? "inside" : is_open ? "open" : "miss", std::string(verdict));
}

std::string verdict_cell(const CertifiedRow& row) {
  const Comparison& found = row.found;
  std::string text = verdict_html(name_of(found.verdict));
  if (row.is_near_limit) text += "<br>within the simulation's error of a limit";
  if (found.verdict == Verdict::inside) return text;
  if (!found.reason.empty()) text += "<br>" + escape(found.reason);
  text += "<br>" + (found.target.explanation.empty() ? span("open", "nothing is said of this miss")
                                                     : escape(found.target.explanation));
  return text;
}

std::string size_text(const std::vector<std::uint64_t>& sizes) {
  std::string text;
  for (const std::uint64_t n : sizes) text += fmt::format("{}{}", text.empty() ? "" : ", ", n);
  return text.empty() ? "–" : text;
}

std::string predictive_cell(const CertifiedRow& row) {
  const Target& t = row.found.target;
  const PredictiveInterval& p = row.predictive;
  if (row.study_size.empty()) return "–";
  const std::string of =
      fmt::format("<br><span class=\"note\">of {} patients; {}</span>", size_text(row.study_size), escape(p.law));
  return (p.is_known() ? escape(target_range(t, p.interval.low, p.interval.high)) : "–") + of;
}

std::string holds_cell(const CertifiedRow& row) {
  if (!row.holds_published) return "–";
  return *row.holds_published ? span("inside", "yes") : span("miss", "no");
}

std::string certified_rows_html(const RowList& rows, const std::string& caption) {
  Table table{{"Published result", "verdict", ">published", ">accepted", ">simulated", ">95 % interval",
               ">predictive interval", "published in it"},
              {}};
  for (const CertifiedRow* row : rows) {
    const Comparison& found = row->found;
    const Target& t = found.target;
    const Interval& i = found.simulated.interval;
    const std::string id = row->id.empty() ? "" : escape(row->id) + " ";
    const std::string source = t.tag.empty() ? t.source : t.source + " [" + t.tag + "]";
    table.rows.push_back({fmt::format("{}{}{}<br><span class=\"note\">{}; run {}.<br>{}</span>", id, escape(t.name),
                                      t.required ? " <abbr title=\"required\">*</abbr>" : "", escape(describe(t)),
                                      escape(t.run), escape(source)),
                          verdict_cell(*row), escape(target_number(t, t.value)), escape(target_range(t, t.low, t.high)),
                          escape(simulated_number(found)),
                          escape(i.low < i.high ? target_range(t, i.low, i.high) : "–"), predictive_cell(*row),
                          holds_cell(*row)});
  }
  return report::rows_html(table, caption);
}

Section section_of(const Certificate& certificate, Group group, const Score& score, std::string_view name,
                   const std::string& caption) {
  const RowList rows = rows_of(certificate, group);
  if (rows.empty()) return {};
  const auto held = std::ranges::count_if(rows, [](const CertifiedRow* row) { return row->holds_published == true; });
  const auto known = std::ranges::count_if(rows, [](const CertifiedRow* row) { return !!row->holds_published; });
  std::string heading = fmt::format("{}: {} of {} inside", name, score.inside, score.rows);
  const std::string held_text =
      known > 0 ? fmt::format(" Of {} published values with a predictive interval, {} lie in it.", known, held) : "";
  const report::Figure forest = report::forest_of(std::string(name) + ": accepted, published, simulated", rows,
                                                  static_cast<std::size_t>(group) + 1);
  return {fmt::format("rows-{}", static_cast<int>(group)), heading,
          report::figure_html(forest) + certified_rows_html(rows, caption + held_text)};
}

std::string before_html(const Certificate& certificate) {
  if (!certificate.earlier) return "";
  const EarlierCertificate& earlier = *certificate.earlier;
  Table table{{"Published result", ">accepted", ">before", ">after", "verdict before", "after"}, {}};
  for (const CertifiedRow& row : certificate.rows) {
    const Target& t = row.found.target;
    const auto was = std::ranges::find(earlier.rows, t.name, &EarlierRow::name);
    const bool is_new = was == earlier.rows.end();
    std::string accepted = escape(target_range(t, t.low, t.high));
    if (!is_new && (was->low != t.low || was->high != t.high))
      accepted += "<br>" + span("miss", "before: " + target_range(t, was->low, was->high));
    table.rows.push_back({escape(t.name), accepted, is_new ? "–" : escape(target_number(t, was->simulated)),
                          escape(simulated_number(row.found)),
                          is_new ? span("open", "no such row") : verdict_html(was->verdict),
                          verdict_html(name_of(row.found.verdict))});
  }
  for (const EarlierRow& row : earlier.rows) {
    const bool is_gone = std::ranges::none_of(
        certificate.rows, [&](const CertifiedRow& now) { return now.found.target.name == row.name; });
    if (is_gone)
      table.rows.push_back({escape(row.name), "–", short_number(row.simulated), "–", verdict_html(row.verdict),
                            span("open", "no such row")});
  }
  return table_html(table,
                    fmt::format("Before: {}, version {}, {}, {}", earlier.file, earlier.software, earlier.finished,
                                earlier.is_passed ? "passed" : "not passed"),
                    true);
}

std::string runs_html(const Certificate& certificate) {
  Table table{{"Run", "scenario", ">patients", ">replicates", ">seed", "plan hash", "content hash", "results"}, {}};
  for (const CertifiedRun& run : certificate.runs) {
    std::string scenario = run.scenario;
    for (const std::string& change : run.changes) scenario += "; " + change;
    table.rows.push_back({run.name, scenario, fmt::format("{}", run.patients), fmt::format("{}", run.replicates),
                          fmt::format("{}", run.seed), fmt::format("{:016x}", run.plan_hash), run.content_hash,
                          run.results_file});
  }
  return table_html(table, "The same hashes mean the same numbers");
}

}  // namespace

std::string certificate_html(const Certificate& certificate) {
  const CertificateStanding standing = standing_of(certificate);
  std::string body = fmt::format("<p><strong>{}</strong></p>\n", escape(summary_of(certificate)));
  if (!standing.is_passed()) {
    body += "<ul>\n";
    for (const std::string& why : standing.why_not) body += "<li>" + escape(why) + "</li>\n";
    body += "</ul>\n";
  }
  body +=
      "<p class=\"note\">* required. A row is inside where the simulated value lies in the accepted interval; one "
      "that cannot be tested counts as outside. The 95 % interval is that of the simulation (its number of "
      "patients), not of the model.</p>\n";
  const std::vector<Section> sections = {
      section_of(certificate, Group::predicted, standing.predicted, "Predicted",
                 "The model was not adjusted to these results."),
      section_of(certificate, Group::fitted, standing.fitted, "Fitted",
                 "The model was adjusted to these results: agreement is no evidence."),
      section_of(certificate, Group::soft, standing.soft, "Soft",
                 "Values that were read in no source (tags ML, A, P): shown, never counted."),
      {"before", "Before and after", before_html(certificate)},
      {"runs", "Trials that were simulated", runs_html(certificate)},
      {"provenance", "Provenance",
       report::provenance_body({{"", ""}, {{"qualification", certificate.file}}}, certificate.provenance, "")}};
  return report::page_html(certificate.title, "Certificate of the qualification " + certificate.name + ".",
                           body + report::notes_html(certificate.notes) + report::sections_html(sections));
}

void write_certificate_page(const std::string& path, const Certificate& certificate) {
  write_whole_file(path, certificate_html(certificate));
}

}  // namespace vt
