#include <fmt/format.h>

#include <cmath>

#include "output/report/sections/sections.hpp"
#include "output/statistics/test_summary.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

std::string in_brackets(const ResultTest& test) { return fmt::format("{} ({})", test.name, name_of(test.kind)); }

std::string interval_text(double low, double high) {
  return std::isnan(low) ? "–" : short_number(low) + " – " + short_number(high);
}

/// Of one replicate: estimate or ratio, interval, p.
void add_estimates(Table& table, const ResultTest& test) {
  for (std::size_t t = 0; t < test.terms.size(); ++t) {
    const auto shown = [&](double x) { return is_of_ratio(test.kind) ? std::exp(x) : x; };
    const auto [low, high] = interval_of(test, t);
    table.rows.push_back({in_brackets(test), test.terms[t], std::string(estimate_name(test.kind)),
                          short_number(shown(test.estimate[t])), interval_text(shown(low), shown(high)),
                          short_number(test.p[t]), fmt::format("{}", test.patients[0]),
                          fmt::format("{}", test.events[0])});
  }
}

/// Over replicates: mean and spread of the estimates, and how often p was below 0.05.
void add_power(Table& table, const ResultTest& test) {
  for (std::size_t t = 0; t < test.terms.size(); ++t) {
    const TestSummary s = summary_of(test, t);
    const Interval of_power = wilson(s.significant, static_cast<double>(s.replicates));
    const std::string of_what = is_of_ratio(test.kind) ? fmt::format("log of the {}", estimate_name(test.kind))
                                                       : std::string(estimate_name(test.kind));
    table.rows.push_back({in_brackets(test), test.terms[t], of_what, short_number(s.mean), short_number(s.sd),
                          percent(s.significant), percent(of_power.low) + " – " + percent(of_power.high),
                          fmt::format("{}", s.replicates), fmt::format("{}", s.estimates)});
  }
}

}  // namespace

Section tests_section(const Results& results) {
  Table estimates{{"Test", "term", "estimate of", ">estimate", ">95 % interval", ">p", ">patients", ">events"}, {}};
  Table powers{{"Test", "term", "estimate of", ">mean", ">SD", ">p < 0.05", ">95 % interval", ">replicates",
                ">with an estimate"},
               {}};
  std::string what;
  for (const ResultTest& test : results.tests) {
    if (test.replicates() == 0) continue;
    what += fmt::format("{}{}: {}.", what.empty() ? "" : " ", test.name, test.what);
    test.replicates() == 1 ? add_estimates(estimates, test) : add_power(powers, test);
  }
  if (results.arms.size() > 1 && !what.empty()) what += " Arms are compared with " + results.arms[0].name + ".";
  std::string body;
  if (!estimates.rows.empty()) body += table_html(estimates, what + " p is two-sided.");
  if (!powers.rows.empty())
    body += table_html(powers, what +
                                   " p < 0.05: share of all replicates, the power where there is an effect, with the "
                                   "interval of the simulation's number of replicates (Wilson); replicates without an "
                                   "estimate count as not significant. Mean and SD are of those with an estimate.");
  return {"tests", "Tests and power", body};
}

}  // namespace vt::report
