#include <fmt/format.h>

#include <algorithm>

#include "host/selftest/selftest.hpp"
#include "kernels/vocabulary/named.hpp"
#include "output/report/page.hpp"
#include "output/report/svg.hpp"

namespace vt {

namespace {

std::string_view word_for(SelfVerdict verdict) {
  return entry_with(kSelfVerdicts, &SelfVerdictName::verdict, verdict).name;
}

}  // namespace

Json self_test_json(const SelfTest& test) {
  Json checks = Json::array();
  for (const SelfCheck& one : test.checks)
    checks.push_back({{"id", one.id},
                      {"what", one.what},
                      {"expected", one.expected},
                      {"found", one.found},
                      {"tolerance", one.tolerance},
                      {"verdict", word_for(one.verdict)},
                      {"advice", one.advice},
                      {"seconds", one.seconds}});
  Json facts = Json::object();
  for (const auto& [name, value] : test.facts) facts[name] = value;
  return json_object("selftest", {{"passed", test.is_passed()},
                                  {"summary", summary_of(test)},
                                  {"facts", facts},
                                  {"checks", checks},
                                  {"started_utc", test.provenance.started_utc},
                                  {"finished_utc", test.provenance.finished_utc},
                                  {"wall_seconds", test.provenance.wall_seconds}});
}

std::string self_test_page(const SelfTest& test) {
  using report::escape;
  report::Table table{{"Check", "what", "expected", "found", "what a difference may be", "verdict", ">seconds"}, {}};
  for (const SelfCheck& one : test.checks) {
    const char* css = one.verdict == SelfVerdict::passed   ? "inside"
                      : one.verdict == SelfVerdict::failed ? "miss"
                                                           : "open";
    std::string verdict = fmt::format("<span class=\"{}\">{}</span>", css, word_for(one.verdict));
    if (!one.advice.empty()) verdict += "<br>" + escape(one.advice);
    table.rows.push_back({escape(one.id), escape(one.what), escape(one.expected), escape(one.found),
                          escape(one.tolerance), verdict, fmt::format("{:.2f}", one.seconds)});
  }
  report::Table facts{{"", ""}, {}};
  for (const auto& [name, value] : test.facts) facts.rows.push_back({name, value});
  const std::string body =
      fmt::format("<p><strong>{}</strong></p>\n", escape(summary_of(test))) +
      "<p class=\"note\">Whether what is installed here computes what it has to, on this machine. Whether the models "
      "agree with what was published is another question: <code>vtrial qualify</code> answers "
      "it.</p>\n<h2>Checks</h2>\n" +
      report::table_html(table, "Each with what was expected, what was found, and what a difference may be", true) +
      "<h2>What is installed</h2>\n" + report::table_html(facts, "Program and machine");
  return report::page_html("Installation qualification of vtrial", "vtrial selftest, " + test.provenance.finished_utc,
                           body);
}

}  // namespace vt
