#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "output/study/study.hpp"
#include "output/tally/kinds.hpp"
#include "output/text.hpp"

namespace vt {

namespace {

/// "at least 0.5, at most 0.9 mg; maximise"
std::string wanted(const StudyEndpoint& endpoint) {
  std::string text;
  const auto add = [&](const std::string& words) { text += (text.empty() ? "" : "; ") + words; };
  for (const GoalEntry& one : kGoals)
    if (one.goal == endpoint.goal) add(std::string(one.name));
  if (std::isfinite(endpoint.at_least)) add("at least " + short_number(endpoint.at_least));
  if (std::isfinite(endpoint.at_most)) add("at most " + short_number(endpoint.at_most));
  return text;
}

std::string drawn_between(const Study& study, std::size_t f) {
  if (!study.power.empty())
    return fmt::format("drawn anew in every replicate, median {}", short_number(study.points[0].coordinates[f], 4));
  const auto [low, high] = drawn_range(study, f);
  return fmt::format("{} to {}", short_number(low, 4), short_number(high, 4));
}

std::string factors_text(const Study& study) {
  TextTable table({"factor", "sets", "unit", "values", ""});
  for (std::size_t f = 0; f < study.factors.size(); ++f) {
    const StudyFactor& factor = study.factors[f];
    table.row({factor.name, (factor.scales ? "multiplies " : "") + factor.key, factor.unit,
               factor.labels.empty() ? drawn_between(study, f) : fmt::format("{}", fmt::join(factor.labels, ", ")),
               factor.is_circumstance ? "circumstance" : "decision"});
  }
  return study.factors.empty() ? "" : table.str("  ") + '\n';
}

std::string endpoints_text(const Study& study) {
  TextTable table({"endpoint", "is", "unit", "wanted", ">noise"});
  for (const StudyEndpoint& endpoint : study.endpoints)
    table.row({endpoint.name, endpoint.title, endpoint.unit, wanted(endpoint), percent(endpoint.noise)});
  return study.endpoints.empty() ? "" : table.str("  ");
}

std::string tallies_text(const Study& study) {
  TextTable table({"tally at every point", "kind", ">cells", "axes"});
  for (const StudyTally& kept : study.tallies) {
    std::vector<std::string> axes;
    for (const ResultAxis& axis : kept.tally.axes)
      axes.push_back(fmt::format("{} ({})", axis.name, axis.labels.size()));
    table.row({kept.tally.name, to_string(kept.tally.kind), fmt::format("{}", axis_cells(kept.tally)),
               fmt::format("{}", fmt::join(axes, " × "))});
  }
  return study.tallies.empty() ? "" : '\n' + table.str("  ");
}

}  // namespace

std::string print_study_info(const Study& study) {
  const Provenance& p = study.provenance;
  TextTable facts({"", ""});
  facts.row({"design", fmt::format("{}, seed of the trials {}", study.design, study.seed)});
  facts.row({"scenario", study.scenario_path});
  facts.row({"software", fmt::format("vtrial {} ({})", p.software_version, p.git_commit)});
  facts.row({"command", p.command_line});
  facts.row({"run on", fmt::format("{}: {} {} {}, {} threads", p.host, p.backend, p.isa, p.device_name, p.threads)});
  facts.row({"started", p.started_utc});
  facts.row({"took", fmt::format("{:.2f} s", p.wall_seconds)});
  facts.row({"compiler", fmt::format("{} {}", p.compiler, p.build_flags)});
  std::string notes;
  for (const std::string& note : study.notes) notes += "note: " + note + '\n';
  return factors_text(study) + endpoints_text(study) + tallies_text(study) + facts.str("  ") + notes + '\n' +
         print_study(study);
}

}  // namespace vt
