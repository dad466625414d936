#include "host/cli/printing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "host/cli/commands.hpp"
#include "host/cli/shell.hpp"
#include "host/problems.hpp"

namespace vt {

Printing choose_printing(const PrintingAsked& asked) {
  Printing chosen;
  for (const PrintEntry& entry : kPrints)
    if (entry.name == asked.amount) chosen.amount = entry.amount;
  chosen.tallies = asked.tallies;
  const bool is_said = !asked.amount.empty();
  if (asked.json && (is_said || !asked.tallies.empty()))
    throw UsageError(
        fmt::format("--json has everything that can be printed; leave {} out", is_said ? "--print" : "--tally"));
  if (asked.quiet && is_said && chosen.amount != Print::none)
    throw UsageError(
        fmt::format("--quiet prints nothing, and --print {} something; leave one of them out", asked.amount));
  if (chosen.amount == Print::all && !asked.tallies.empty())
    throw UsageError("--print all has every tally; leave --tally out");
  if (asked.quiet || (!is_said && !asked.tallies.empty())) chosen.amount = Print::none;
  return chosen;
}

void check_printed(const Printing& printing, const std::vector<std::string>& known, const std::string& where) {
  for (const std::string& name : printing.tallies) {
    if (std::ranges::find(known, name) != known.end()) continue;
    throw UsageError(fmt::format("--tally '{}' is not in {}{}; it has: {}", name, where, did_you_mean(name, known),
                                 fmt::join(known, ", ")));
  }
}

Whereabouts whereabouts(const std::string& results, const std::string& report) {
  return {.results = results.empty() ? "" : shell_quoted(results),
          .report = report.empty() ? "" : shell_quoted(report)};
}

namespace {

template <class Found>
std::string printed(const Printing& printing, const Found& found, const Whereabouts& where,
                    std::string (*all)(const Found&), std::string (*summary)(const Found&, const Whereabouts&),
                    std::string (*named)(const Found&, const std::vector<std::string>&)) {
  if (printing.is_all()) return all(found);
  std::string text = printing.amount == Print::summary ? summary(found, where) : "";
  if (!printing.tallies.empty()) text += (text.empty() ? "" : "\n") + named(found, printing.tallies);
  return text;
}

}  // namespace

std::string printed(const Printing& printing, const Results& results, const Whereabouts& where) {
  return printed<Results>(printing, results, where, print_results, print_summary, print_named);
}

std::string printed(const Printing& printing, const Study& study, const Whereabouts& where) {
  return printed<Study>(printing, study, where, print_study, print_study_summary, print_study_named);
}

}  // namespace vt
