#include "output/report/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "output/files.hpp"
#include "output/notes.hpp"
#include "output/report/figures.hpp"
#include "output/report/page.hpp"
#include "output/report/svg.hpp"
#include "output/statistics/over_replicates.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/tally/kinds.hpp"
#include "output/text.hpp"

namespace vt {
namespace {

using report::escape;
using report::Figure;
using report::folded;
using report::kOpenRows;
using report::Table;
using report::table_html;

constexpr std::size_t kMostRows = 400;  ///< of one tally's table

std::string verdict_html(const Comparison& row) {
  const char* css = row.verdict == Verdict::inside ? "inside" : row.verdict == Verdict::outside ? "miss" : "open";
  std::string text = fmt::format("<span class=\"{}\">{}</span>", css, to_string(row.verdict));
  if (row.verdict == Verdict::inside) return text;
  if (!row.reason.empty()) text += "<br>" + escape(row.reason);
  if (!row.target.explanation.empty()) text += "<br>" + escape(row.target.explanation);
  return text;
}

std::string comparison_html(const std::vector<Comparison>& rows, TargetKind kind) {
  const Score score = score_of(rows, kind);
  if (score.rows == 0) return "";
  Table table{{"Published result", ">published", ">accepted", ">simulated", ">95 % interval", "verdict", "source"}, {}};
  for (const Comparison& row : rows) {
    const Target& t = row.target;
    if (t.kind != kind) continue;
    const Interval& i = row.simulated.interval;
    const std::string interval = i.low < i.high ? target_range(t, i.low, i.high) : "–";
    table.rows.push_back({escape(t.name) + (t.required ? " <abbr title=\"required\">*</abbr>" : ""),
                          escape(target_number(t, t.value)), escape(target_range(t, t.low, t.high)),
                          escape(target_number(t, row.simulated.value)), escape(interval), verdict_html(row),
                          escape(t.tag.empty() ? t.source : t.source + " [" + t.tag + "]")});
  }
  const bool is_fitted = kind == TargetKind::fitted;
  return fmt::format("<h3>{}: {} of {} inside</h3>\n", is_fitted ? "Fitted" : "Predicted", score.inside, score.rows) +
         table_html(table,
                    is_fitted ? "The model was adjusted to these results: agreement is no evidence."
                              : "The model was not adjusted to these results.",
                    true);
}

std::string comparisons_html(const std::vector<Comparison>& rows) {
  if (rows.empty()) return "";
  return "<h2>Against published results</h2>\n" + comparison_html(rows, TargetKind::predicted) +
         comparison_html(rows, TargetKind::fitted) +
         "<p class=\"note\">* required. The interval is that of the simulation (its number of patients), not of the "
         "model.</p>\n";
}

/// Those with published results come first.
std::string figures_html(const Results& results, const std::vector<Comparison>& rows) {
  if (!withheld(results).empty()) return "";
  std::string compared, others;
  std::size_t id = 1;
  std::vector<ResultTally> tallies;
  for (const ResultTally& tally : results.tallies) tallies.push_back(without_replicates(tally));
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    for (const Figure& figure : report::figures_among(tallies, i, rows, id)) {
      (figure.has_published ? compared : others) += report::figure_html(figure);
      ++id;
    }
  }
  return id == 1 ? "" : "<h2>Figures</h2>\n" + compared + others;
}

Table tally_table(const ResultTally& tally) {
  const Columns& columns = tally.kind->reported;
  Table table;
  for (const ResultAxis& axis : tally.axes) table.heading.push_back(axis.title.empty() ? axis.name : axis.title);
  for (const char* h : {">randomised", ">evaluable"}) table.heading.push_back(h);
  std::ranges::copy(columns.heading(tally), std::back_inserter(table.heading));
  const std::vector<std::size_t> sizes = axis_sizes(tally);
  for (std::size_t c = 0; c < tally.cells() && table.rows.size() < kMostRows; ++c) {
    if (tally.randomised[c] == 0 && tally.evaluable[c] == 0) continue;
    std::vector<std::string> row(sizes.size());
    for (std::size_t a = sizes.size(), rest = c; a-- > 0; rest /= sizes[a])
      row[a] = tally.axes[a].labels[rest % sizes[a]];
    const Pooled p = single_cell(tally, c);
    row.push_back(fmt::format("{}", p.randomised));
    row.push_back(fmt::format("{}", p.evaluable));
    std::ranges::copy(columns.row(tally, p), std::back_inserter(row));
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// Of a tally by replicate: what 2.5, 50 and 97.5 % of the trials do not exceed.
std::string replicates_html(const ResultTally& tally, const ResultTally& together) {
  Table table;
  for (const ResultAxis& axis : together.axes) table.heading.push_back(axis.title.empty() ? axis.name : axis.title);
  table.heading.emplace_back("In each replicate");
  std::ranges::copy(kSpreadHeading, std::back_inserter(table.heading));
  const std::vector<std::size_t> sizes = axis_sizes(together);
  for (const Statistic& statistic : headline_statistics(tally))
    for (const OverReplicates& one : over_replicates(tally, statistic)) {
      if (together.randomised[one.cell] == 0 || table.rows.size() == kMostRows) continue;
      std::vector<std::string> row(sizes.size());
      for (std::size_t a = sizes.size(), rest = one.cell; a-- > 0; rest /= sizes[a])
        row[a] = together.axes[a].labels[rest % sizes[a]];
      row.push_back(vt::describe(statistic));
      std::ranges::copy(spread_texts(statistic, one.values), std::back_inserter(row));
      table.rows.push_back(std::move(row));
    }
  return table_html(
      table, fmt::format("Over {} replicates: what single trials find", axis_sizes(tally)[*replicate_axis(tally)]));
}

/// Arms against the first one.
std::string contrasts_html(const ResultTally& tally) {
  Table table{{"Arm", "in", ">difference", ">95 % interval", ">number needed", ">95 % interval"}, {}};
  const auto contrasts = tally.kind->contrasts;
  if (contrasts == nullptr) return "";
  for (const Contrast& c : contrasts(tally)) {
    if (table.rows.size() == kMostRows) break;
    const auto [low, high] = c.difference.interval;
    const Interval& n = c.needed.interval;
    if (tally.is_of_lives) {
      table.rows.push_back({c.arm, c.where, percent(c.difference.value), "ask for pairs", short_number(c.needed.value),
                            "ask for pairs"});
      continue;
    }
    table.rows.push_back({c.arm, c.where, percent(c.difference.value), percent(low) + " – " + percent(high),
                          short_number(c.needed.value),
                          c.needed.through_infinity ? short_number(n.low) + " – ∞, −∞ – " + short_number(n.high)
                                                    : short_number(n.low) + " – " + short_number(n.high)});
  }
  return table.rows.empty() ? ""
                            : table_html(table, "Differences to " + tally.axes[*arm_axis(tally)].labels[0] +
                                                    "; number needed to treat for one more (negative: for one less)");
}

std::string tallies_html(const Results& results) {
  std::string out = results.tallies.empty() ? "" : "<h2>Tallies</h2>\n";
  if (const std::string reason = withheld(results); !reason.empty())
    return out + "<p class=\"miss\">" + escape(reason) + "</p>\n";
  const std::string failed = failed_share(results);
  for (const ResultTally& counted : results.tallies) {
    const bool is_by_replicate = replicate_axis(counted).has_value();
    const ResultTally tally = is_by_replicate ? without_replicates(counted) : counted;
    const Table table = tally_table(tally);
    std::string note = "Score: " + tally.score;
    if (has_unit(tally.unit)) note += ", in " + tally.unit;
    if (!tally.from.empty()) note += ", from " + tally.from;
    if (!tally.among.empty()) note += ". Among those with " + tally.among;
    if (table.rows.size() == kMostRows)
      note += fmt::format(". The first {} cells; all are in the results file.", kMostRows);
    if (tally.estimand != Estimand::itt) note += fmt::format(". Estimand: {}", name_of(tally.estimand));
    if (!failed.empty()) note += ". " + failed;
    out += folded(
        (tally.title.empty() ? tally.name : tally.title) + " (" + tally.name + ")",
        table_html(table, note) + (is_by_replicate ? replicates_html(counted, tally) : "") + contrasts_html(tally),
        table.rows.size() <= kOpenRows);
  }
  return out;
}

std::string screening_html(const Results& results) {
  if (results.screening.empty()) return "";
  Table table{{"Criterion", "holds for those with", ">not included"}, {}};
  for (const ScreeningCount& count : results.screening)
    table.rows.push_back({count.criterion, count.when, fmt::format("{}", count.rejected)});
  const auto screened = static_cast<std::int64_t>(results.patients * results.replicates);
  return "<h2>Screening</h2>\n" +
         table_html(table,
                    fmt::format("{} patients screened, {} included; each counted at the first criterion that did "
                                "not hold",
                                screened, screened - rejected(results)));
}

std::string arms_html(const Results& results) {
  Table arms{{"Arm", "regimen", ">patients"}, {}};
  for (const ArmResult& arm : results.arms)
    arms.rows.push_back({arm.name, arm.regimen, fmt::format("{}", arm.patients)});
  std::string out = "<h2>Arms</h2>\n" + table_html(arms, "As allocated");
  std::vector<std::string> headings = {"Rule", "does"};
  for (const ArmResult& arm : results.arms) headings.push_back(">" + arm.name);
  Table rules{headings, {}};
  for (const RuleResult& rule : results.rules) {
    rules.rows.push_back({rule.name, rule.action});
    for (std::size_t a = 0; a < rule.fired.size(); ++a)
      rules.rows.back().push_back(fmt::format("{} ({})", rule.fired[a], rule.patients[a]));
  }
  if (!rules.rows.empty()) out += table_html(rules, "How often each rule fired, and in how many patients");
  Table leaving{{"Patients"}, {}};
  for (const ArmResult& arm : results.arms) leaving.heading.push_back(">" + arm.name);
  for (const LeavingResult& left : results.leaving) {
    leaving.rows.push_back({left.reason});
    for (const std::int64_t n : left.patients) leaving.rows.back().push_back(fmt::format("{}", n));
  }
  if (!leaving.rows.empty()) out += table_html(leaving, "How patients ended the trial");
  Table failures{{"Reason", ">patients", "the first", "there"}, {}};
  for (const FailureCount& f : results.failures) {
    if (f.patients > 0)
      failures.rows.push_back(
          {f.reason, fmt::format("{}", f.patients), patient_text(f.smallest_id, results.replicates), f.example});
  }
  if (failures.rows.empty()) return out;
  return out + table_html(failures, "Patients whose trial could not be computed; they are in no tally");
}

std::string sources_html(const Results& results) {
  if (results.sources.empty()) return "";
  Table table{{"Parameter", "value", "unit", "basis", "source"}, {}};
  for (const ModelSource& s : results.sources) {
    table.rows.push_back(
        {s.name, s.value, s.unit, s.calibrated_to.empty() ? s.basis : s.basis + " to " + s.calibrated_to, s.source});
  }
  return "<h2>Where the numbers come from</h2>\n" +
         folded(fmt::format("{} model parameters", table.rows.size()),
                table_html(table, "Parameters of the model and their origin"), table.rows.size() <= kOpenRows);
}

}  // namespace

std::string report_html(const Results& results, const std::vector<Comparison>& comparisons) {
  if (has_octaves(results)) {
    Results cut = results;
    collapse_quantiles(cut);
    return report_html(cut, comparisons);
  }
  const std::string lead =
      fmt::format("{} virtual patients{}, days {} to {}, seed {}.", results.patients,
                  results.replicates > 1 ? fmt::format(" in each of {} replicates", results.replicates) : "",
                  results.first_day, results.last_day, results.seed);
  const report::Table facts{{"", ""},
                            {{"content hash", content_hash(results)},
                             {"plan hash", fmt::format("{:016x}", results.plan_hash)},
                             {"seed", fmt::format("{}", results.seed)},
                             {"scenario", results.scenario_path}}};
  return report::page_html(results.title.empty() ? "Virtual trial" : results.title, lead,
                           report::notes_html(results.notes) + comparisons_html(comparisons) +
                               figures_html(results, comparisons) + screening_html(results) + arms_html(results) +
                               tallies_html(results) + sources_html(results) +
                               report::provenance_html(facts, results.provenance, results.resolved_scenario));
}

bool is_report_file(const std::string& path) { return report::is_page(path); }

void write_report(const std::string& path, const Results& results, const std::vector<Comparison>& comparisons) {
  write_whole_file(path, report_html(results, comparisons));
}

}  // namespace vt
