#include <fmt/format.h>

#include "output/report/sections/sections.hpp"
#include "output/report/svg.hpp"

namespace vt::report {

Section rules_section(const Results& results) {
  std::string body;
  if (!results.rules.empty()) {
    Table table{{"Rule", "does"}, {}};
    for (const ArmResult& arm : results.arms) table.heading.push_back(">" + arm.name);
    for (const RuleResult& rule : results.rules) {
      table.rows.push_back({rule.name, rule.action});
      for (std::size_t a = 0; a < rule.fired.size(); ++a)
        table.rows.back().push_back(fmt::format("{} ({})", rule.fired[a], rule.patients[a]));
    }
    body += table_html(table,
                       "How often the condition of each rule held at its visits, and in how many patients; a dose "
                       "already at its limit stays");
  }
  if (results.has_decisions)
    body += fmt::format(
        "<p>{} changes of dose of recorded patients are in the results file, each with its day and rule "
        "(<code>/records/decisions</code>).</p>\n",
        results.decisions.size());
  return {"rules", "Rules", body};
}

}  // namespace vt::report
