#include <fmt/format.h>

#include <numeric>

#include "output/notes.hpp"
#include "output/report/sections/flow.hpp"
#include "output/report/sections/sections.hpp"
#include "output/report/svg.hpp"

namespace vt::report {
namespace {

std::int64_t total(const std::vector<std::int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

std::string failures_text(const Results& results) {
  if (const std::string reason = withheld(results); !reason.empty()) return reason + ".";
  if (const std::string share = failed_share(results); !share.empty()) return share + ".";
  std::int64_t failed = 0;
  for (const FailureCount& f : results.failures) failed += static_cast<std::int64_t>(f.patients);
  return failed == 0
             ? ""
             : patients(failed) + " could not be computed and " + (failed == 1 ? "is" : "are") + " in no tally.";
}

/// Tallies with values outside of their range.
std::string clamped_text(const Results& results) {
  std::string list;
  for (const ResultTally* tally : in_scenario_order(results))
    if (const std::int64_t clamped = total(tally->clamped); clamped > 0)
      list += fmt::format("{}{} ({} of {} values)", list.empty() ? "" : ", ",
                          tally->title.empty() ? tally->name : tally->title, clamped, total(tally->evaluable));
  return list.empty() ? "" : "Values outside of the declared range were counted at its ends: " + list + ".";
}

std::string unclear_text(const Results& results) {
  std::uint64_t times = 0;
  for (const WithoutValue& one : results.unclear) times += one.times;
  return times == 0 ? ""
                    : fmt::format(
                          "Conditions of {} could not be told from what had been measured, {} times; these "
                          "patients are not counted there.",
                          results.unclear.size() == 1 ? results.unclear[0].what
                                                      : fmt::format("{} tallies or columns", results.unclear.size()),
                          times);
}

}  // namespace

std::string warnings_html(const Results& results) {
  std::string list;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) list += "<li>" + escape(text) + "</li>\n";
  };
  add(failures_text(results));
  if (const Flow flow = flow_of(results); flow.missing > 0)
    add(patients(flow.missing) + " are missing: the file is partial.");
  add(clamped_text(results));
  add(unclear_text(results));
  if (list.empty()) return "";
  return "<aside class=\"notes\" aria-label=\"To know before reading\">\n<h2>To know before reading</h2>\n<ul>\n" +
         list + "</ul>\n</aside>\n";
}

Section notes_section(const Results& results) {
  std::string list;
  for (const std::string& note : results.notes) list += "<li>" + escape(note) + "</li>\n";
  return {"notes", "Notes", list.empty() ? "" : "<ul>\n" + list + "</ul>\n"};
}

}  // namespace vt::report
