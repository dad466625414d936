#include <fmt/format.h>

#include "output/report/sections/sections.hpp"
#include "output/report/svg.hpp"

namespace vt::report {

std::string lead_text(const Results& results) {
  return fmt::format("{} virtual patient{}{}{}, days {} to {}, seed {}.", results.patients,
                     results.patients == 1 ? "" : "s",
                     results.replicates > 1 ? fmt::format(" in each of {} replicates", results.replicates) : "",
                     results.first_patient != 0 ? fmt::format(", from patient {} on", results.first_patient) : "",
                     results.first_day, results.last_day, results.seed);
}

Section provenance_section(const Results& results) {
  const std::string& command = results.provenance.command_line;
  const Table facts{{"", ""},
                    {{"content hash", content_hash(results)},
                     {"plan hash", fmt::format("{:016x}", results.plan_hash)},
                     {"seed", fmt::format("{}", results.seed)},
                     {"scenario", results.scenario_path}}};
  const std::string again = command.empty()
                                ? ""
                                : "<p>To make the results again, bit by bit, whatever the machine:</p>\n<pre>" +
                                      escape(command) + "</pre>\n<p>The content hash is then the same.</p>\n";
  return {"provenance", "Provenance", again + provenance_body(facts, results.provenance, results.resolved_scenario)};
}

}  // namespace vt::report
