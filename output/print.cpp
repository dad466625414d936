#include "output/print.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>

#include "output/notes.hpp"
#include "output/print_tests.hpp"
#include "output/statistics/over_replicates.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/tally/kinds.hpp"
#include "output/text.hpp"

namespace vt {
namespace {

std::string failures_text(const Results& results) {
  std::string out;
  for (const FailureCount& f : results.failures) {
    if (f.patients > 0)
      out += fmt::format("  {} failed: {}; the first is {}{}\n", f.patients, f.reason,
                         patient_text(f.smallest_id, results.replicates), f.example.empty() ? "" : ": " + f.example);
  }
  return out.empty() ? "" : "Patients whose trial could not be computed\n" + out + '\n';
}

std::string notes_text(const Results& results) {
  std::string out;
  for (const std::string& note : results.notes) out += "note: " + note + '\n';
  return out.empty() ? "" : out + '\n';
}

std::vector<std::string> cell_labels(const ResultTally& tally, std::size_t cell) {
  const std::vector<std::size_t> sizes = axis_sizes(tally);
  std::vector<std::string> labels(sizes.size());
  for (std::size_t a = sizes.size(), rest = cell; a-- > 0; rest /= sizes[a])
    labels[a] = tally.axes[a].labels[rest % sizes[a]];
  return labels;
}

/// A row for each cell of the other axes and statistic: what 2.5, 50 and 97.5 % of the trials do not exceed.
std::string replicates_text(const ResultTally& tally, const ResultTally& together) {
  std::vector<std::string> heading;
  for (const ResultAxis& axis : together.axes) heading.push_back(axis.name);
  heading.emplace_back("in each replicate");
  std::ranges::copy(kSpreadHeading, std::back_inserter(heading));
  TextTable table(heading);
  for (const Statistic& statistic : headline_statistics(tally))
    for (const OverReplicates& row : over_replicates(tally, statistic)) {
      if (together.randomised[row.cell] == 0 && together.evaluable[row.cell] == 0) continue;
      std::vector<std::string> cells = cell_labels(together, row.cell);
      cells.push_back(describe(statistic));
      std::ranges::copy(spread_texts(statistic, row.values), std::back_inserter(cells));
      table.row(cells);
    }
  return fmt::format("  over {} replicates\n{}\n", axis_sizes(tally)[*replicate_axis(tally)], table.str("  "));
}

std::string tally_text(const Results& results, const ResultTally& tally) {
  if (replicate_axis(tally)) {
    const ResultTally together = without_replicates(tally);
    const std::string text = tally_text(results, together);
    return withheld(results).empty() ? text + replicates_text(tally, together) : text;
  }
  std::string out = tally.title.empty() ? tally.name : fmt::format("{} ({})", tally.title, tally.name);
  if (has_unit(tally.unit)) out += ", " + tally.unit;
  if (tally.estimand != Estimand::itt) out += fmt::format(", {}", name_of(tally.estimand));
  if (tally.pair.size() == 2) out += fmt::format(", {} against {}", tally.pair[1], tally.pair[0]);
  if (!tally.from.empty()) out += ", from " + tally.from;
  if (!tally.among.empty()) out += ", among those with " + tally.among;
  if (const std::string reason = withheld(results); !reason.empty()) return out + "\n  " + reason + "\n\n";
  if (const std::string failed = failed_share(results); !failed.empty()) out += "; " + failed;
  std::vector<std::string> heading;
  for (const ResultAxis& axis : tally.axes) heading.push_back(axis.name);
  const Columns& columns = tally.kind->printed;
  std::ranges::copy(columns.heading(tally), std::back_inserter(heading));
  TextTable table(heading);
  std::size_t empty = 0;
  for (std::size_t cell = 0; cell < tally.cells(); ++cell) {
    if (tally.randomised[cell] == 0 && tally.evaluable[cell] == 0) {
      ++empty;
      continue;
    }
    std::vector<std::string> row = cell_labels(tally, cell);
    std::ranges::copy(columns.row(tally, single_cell(tally, cell)), std::back_inserter(row));
    table.row(row);
  }
  out += '\n' + table.str("  ");
  if (empty > 0) out += fmt::format("  ({} cells without patients are not shown)\n", empty);
  return out + '\n';
}

std::string heading_text(const Results& r) {
  return fmt::format("{}\n{}, seed {}, days {} to {}\n\n", r.title, size_in_words(r), r.seed, r.first_day, r.last_day);
}

std::string arms_text(const Results& results) {
  TextTable arms({"arm", "regimen", ">patients"});
  for (const ArmResult& arm : results.arms) arms.row({arm.name, arm.regimen, fmt::format("{}", arm.patients)});
  return results.arms.empty() ? "" : arms.str("  ") + '\n';
}

/// One row for each thing, one column for each arm.
template <class Row>
std::string by_arm(const Results& results, const std::string& heading, const std::vector<Row>& rows,
                   const std::function<std::string(const Row&)>& name,
                   const std::function<std::string(const Row&, std::size_t arm)>& cell) {
  std::vector<std::string> headings = {heading};
  for (const ArmResult& arm : results.arms) headings.push_back(">" + arm.name);
  TextTable table(headings);
  for (const Row& row : rows) {
    std::vector<std::string> cells = {name(row)};
    for (std::size_t a = 0; a < results.arms.size(); ++a) cells.push_back(cell(row, a));
    table.row(cells);
  }
  return rows.empty() ? "" : table.str("  ") + '\n';
}

std::string rules_text(const Results& results) {
  return by_arm<RuleResult>(
             results, "rule: times fired (patients)", results.rules,
             [](const RuleResult& rule) { return fmt::format("{} ({})", rule.name, rule.action); },
             [](const RuleResult& rule, std::size_t a) {
               return fmt::format("{} ({})", rule.fired[a], rule.patients[a]);
             }) +
         by_arm<LeavingResult>(
             results, "patients", results.leaving, [](const LeavingResult& left) { return left.reason; },
             [](const LeavingResult& left, std::size_t a) { return fmt::format("{}", left.patients[a]); });
}

std::string screening_text(const Results& results) {
  if (results.screening.empty()) return "";
  TextTable table({"not included because not", ">patients"});
  for (const ScreeningCount& count : results.screening) table.row({count.criterion, fmt::format("{}", count.rejected)});
  const auto screened = static_cast<std::int64_t>(results.patients * results.replicates);
  return fmt::format("{}  {} screened, {} included\n\n", table.str("  "), screened, screened - rejected(results));
}

}  // namespace

std::string print_results(const Results& results) {
  if (has_octaves(results)) {
    Results cut = results;
    collapse_quantiles(cut);
    return print_results(cut);
  }
  std::string out = heading_text(results) + screening_text(results) + arms_text(results) + rules_text(results);
  for (const ResultTally* tally : in_scenario_order(results)) out += tally_text(results, *tally);
  for (const ResultTest& test : results.tests) out += print_test(test);
  return out + failures_text(results) + notes_text(results) + "content hash " + content_hash(results) + '\n';
}

std::vector<std::string> printable(const Results& results) {
  std::vector<std::string> names;
  for (const ResultTally& tally : results.tallies) names.push_back(tally.name);
  for (const ResultTest& test : results.tests) names.push_back(test.name);
  return names;
}

std::string print_named(const Results& results, const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    for (const ResultTally& tally : results.tallies)
      if (tally.name == name) out += tally_text(results, collapse_quantiles(tally));
    for (const ResultTest& test : results.tests)
      if (test.name == name) out += print_test(test);
  }
  return out;
}

std::string print_info(const Results& results) {
  std::string out = heading_text(results) + screening_text(results) + arms_text(results) + rules_text(results);
  TextTable tallies({"tally", "kind", ">cells", "axes"});
  for (const ResultTally* tally : in_scenario_order(results)) {
    const std::vector<std::size_t> sizes = axis_sizes(*tally);
    std::vector<std::string> axes;
    for (std::size_t a = 0; a < sizes.size(); ++a)
      axes.push_back(fmt::format("{} ({})", tally->axes[a].name, sizes[a]));
    tallies.row({tally->name, to_string(tally->kind), fmt::format("{}", tally->cells()),
                 fmt::format("{}", fmt::join(axes, " × "))});
  }
  TextTable columns({"column of /patients", "formula", ">unit"});
  for (std::size_t c = 0; c < results.columns.names.size(); ++c)
    columns.row({results.columns.names[c], results.columns.formulas[c], results.columns.units[c]});
  const Provenance& p = results.provenance;
  TextTable facts({"", ""});
  facts.row({"scenario", results.scenario_path});
  facts.row({"software", fmt::format("vtrial {} ({})", p.software_version, p.git_commit)});
  facts.row({"command", p.command_line});
  facts.row({"run on", fmt::format("{}: {} {} {}, {} threads, {} ranks", p.host, p.backend, p.isa, p.device_name,
                                   p.threads, p.ranks)});
  facts.row({"started", p.started_utc});
  facts.row({"took", fmt::format("{:.2f} s, {:.2f} s of it simulating", p.wall_seconds, p.simulate_seconds)});
  facts.row({"compiler", fmt::format("{} {}", p.compiler, p.build_flags)});
  facts.row({"plan hash", fmt::format("{:016x}", results.plan_hash)});
  facts.row({"content hash", content_hash(results)});
  return out + tallies.str("  ") + (results.columns.is_there() ? columns.str("  ") : "") + facts.str("  ") +
         failures_text(results) + notes_text(results);
}

}  // namespace vt
