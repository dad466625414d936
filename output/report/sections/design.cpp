#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "output/report/flow_chart.hpp"
#include "output/report/sections/flow.hpp"
#include "output/report/sections/sections.hpp"
#include "output/report/svg.hpp"

namespace vt::report {
namespace {

constexpr std::size_t kMostRulesInABox = 6;

using Lines = std::vector<std::string>;

std::string counted(const std::string& what, std::int64_t n) { return fmt::format("{} (n = {})", what, n); }

/// "randomised 1 : 2"
std::string allocation(const Results& results, const Flow& flow) {
  if (flow.is_every_arm) return fmt::format("every patient lives every one of the {} arms", flow.arms.size());
  if (results.arms.size() == 1) return "one arm";
  std::vector<std::int64_t> shares;
  for (const ArmResult& arm : results.arms) shares.push_back(arm.share);
  return std::ranges::count(shares, 0) > 0 ? "randomised" : fmt::format("randomised {}", fmt::join(shares, " : "));
}

/// Rules that fired in an arm.
Lines rules_in(const Results& results, std::size_t arm) {
  Lines lines;
  std::size_t fired = 0;
  for (const RuleResult& rule : results.rules) {
    if (rule.fired[arm] == 0) continue;
    if (++fired <= kMostRulesInABox)
      lines.push_back(fmt::format("{} ({}): {} times in {}", rule.name, rule.action, rule.fired[arm],
                                  patients(rule.patients[arm])));
  }
  if (fired > kMostRulesInABox) lines.push_back(fmt::format("and {} more rules", fired - kMostRulesInABox));
  return lines;
}

FlowBox not_included(const Results& results, const Flow& flow) {
  FlowBox box{.lines = {counted("Not included", flow.not_included), "as the first of these did not hold:"},
              .is_aside = true};
  for (const ScreeningCount& count : results.screening)
    box.lines.push_back(fmt::format("{}: {}", count.criterion, count.rejected));
  return box;
}

std::vector<FlowBox> spine_of(const Results& results, const Flow& flow) {
  std::vector<FlowBox> spine;
  FlowBox first{.lines = {counted(results.screening.empty() ? "Patients" : "Screened", flow.screened)}};
  if (results.replicates > 1)
    first.lines.push_back(fmt::format("{} in each of {} replicates", results.patients, results.replicates));
  spine.push_back(first);
  if (!results.screening.empty()) spine.push_back(not_included(results, flow));
  if (flow.missing > 0)
    spine.push_back({.lines = {counted("Not in this file", flow.missing), "it is partial"}, .is_aside = true});
  spine.push_back({.lines = {counted(flow.is_every_arm ? "Included" : "Allocated",
                                     flow.is_every_arm ? flow.included : flow.allocated),
                             allocation(results, flow)}});
  return spine;
}

FlowArm arm_of(const Results& results, const Flow& flow, std::size_t a) {
  FlowArm column;
  const FlowOfArm& arm = flow.arms[a];
  column.boxes.push_back({.lines = {counted(results.arms[a].name, arm.allocated), results.arms[a].regimen}});
  if (Lines fired = rules_in(results, a); !fired.empty()) {
    fired.insert(fired.begin(), "Rules that fired");
    column.boxes.push_back({.lines = std::move(fired)});
  }
  if (!flow.knows_ends) return column;
  FlowBox left{.lines = {counted("Left the trial", arm.left)}};
  for (std::size_t reason = 1; reason < results.leaving.size(); ++reason)
    if (const std::int64_t n = results.leaving[reason].patients[a]; n > 0)
      left.lines.push_back(fmt::format("{}: {}", results.leaving[reason].reason, n));
  column.boxes.push_back(std::move(left));
  if (arm.failed > 0) column.boxes.push_back({.lines = {counted("Could not be computed", arm.failed), "in no tally"}});
  column.boxes.push_back({.lines = {counted("In the trial to its end", arm.to_the_end)}});
  return column;
}

/// A column for each arm.
Table flow_table(const Results& results, const Flow& flow) {
  Table table{{"Patients"}, {}};
  for (const ArmResult& arm : results.arms) table.heading.push_back(">" + arm.name);
  const auto row = [&](const std::string& name, const auto& cell) {
    table.rows.push_back({name});
    for (std::size_t a = 0; a < flow.arms.size(); ++a) table.rows.back().push_back(cell(a));
  };
  const auto counts = [&](const std::string& name, std::int64_t FlowOfArm::*member) {
    row(name, [&](std::size_t a) { return fmt::format("{}", flow.arms[a].*member); });
  };
  row("regimen", [&](std::size_t a) { return results.arms[a].regimen; });
  counts("allocated", &FlowOfArm::allocated);
  if (!flow.knows_ends) return table;
  for (std::size_t reason = 1; reason < results.leaving.size(); ++reason)
    row("left: " + results.leaving[reason].reason,
        [&](std::size_t a) { return fmt::format("{}", results.leaving[reason].patients[a]); });
  counts("could not be computed", &FlowOfArm::failed);
  counts(results.leaving[0].reason, &FlowOfArm::to_the_end);
  return table;
}

std::string screening_html(const Results& results, const Flow& flow) {
  if (results.screening.empty()) return "";
  Table table{{"Criterion", "holds for those with", ">not included"}, {}};
  for (const ScreeningCount& count : results.screening)
    table.rows.push_back({count.criterion, count.when, fmt::format("{}", count.rejected)});
  return table_html(table,
                    fmt::format("{} screened, {} included; each counted at the first criterion that did not hold",
                                patients(flow.screened), flow.included));
}

std::string failures_html(const Results& results) {
  Table failures{{"Reason", ">patients", "the first", "there"}, {}};
  for (const FailureCount& f : results.failures)
    if (f.patients > 0)
      failures.rows.push_back(
          {f.reason, fmt::format("{}", f.patients), patient_text(f.smallest_id, results.replicates), f.example});
  return failures.rows.empty()
             ? ""
             : table_html(failures, "Patients whose trial could not be computed; they are in no tally");
}

}  // namespace

std::string patients(std::int64_t n) { return fmt::format("{} patient{}", n, n == 1 ? "" : "s"); }

Section design_section(const Results& results) {
  if (results.arms.empty()) return {};
  const Flow flow = flow_of(results);
  const Table numbers = flow_table(results, flow);
  const std::string days =
      fmt::format("From day {} to day {}; day 0 is that of the first dose. ", results.first_day, results.last_day);
  const std::string lives =
      flow.is_every_arm ? "Arms are lives of the same patients: every patient is counted in every arm. " : "";
  if (flow.arms.size() > kMostFlowArms)
    return {"design", "Design and patient flow",
            "<p>" + escape(days + lives) + "Allocation: " + escape(allocation(results, flow)) + ".</p>\n" +
                screening_html(results, flow) + table_html(numbers, "Patients by arm") + failures_html(results)};
  FlowChart chart;
  chart.words = {"flow", "Patient flow", "Boxes from screening to the end of the trial; the numbers follow the figure.",
                 "", ""};
  chart.spine = spine_of(results, flow);
  for (std::size_t a = 0; a < flow.arms.size(); ++a) chart.arms.push_back(arm_of(results, flow, a));
  Figure figure{.title = "Patient flow", .caption = days + lives, .svg = draw(chart), .data = numbers};
  return {"design", "Design and patient flow",
          figure_html(figure) +
              (results.screening.empty() ? "" : folded("Screening", screening_html(results, flow), false)) +
              failures_html(results)};
}

}  // namespace vt::report
