#include "output/print_tests.hpp"

#include <fmt/format.h>

#include <cmath>

#include "output/statistics/test_summary.hpp"
#include "output/text.hpp"

namespace vt {

namespace {

bool has_error(const ResultTest& test) { return test.kind != TestKind::log_rank && test.kind != TestKind::signed_rank; }

const char* estimate_words(const ResultTest& test) {
  if (is_of_ratio(test.kind)) return "log ratio";
  if (has_error(test)) return "difference";
  return test.kind == TestKind::signed_rank ? "rank correlation" : "chi-square";
}

std::string between(double low, double high) { return short_number(low) + to_word(low) + short_number(high); }

/// "83.2 % (80.8–85.4)", with the interval of so many replicates.
std::string power_words(const TestSummary& summary) {
  const Interval error = wilson(summary.significant, static_cast<double>(summary.replicates));
  return fmt::format("{} ({:.1f}–{:.1f})", percent(summary.significant), 100 * error.low, 100 * error.high);
}

std::string of_one_trial(const ResultTest& test) {
  const bool is_ratio = is_of_ratio(test.kind);
  std::vector<std::string> heading = {"term", std::string(">") + estimate_words(test), ">SE"};
  if (is_ratio) heading.emplace_back(">ratio");
  heading.insert(heading.end(), {">95 % interval", ">p"});
  TextTable table(heading);
  for (std::size_t t = 0; t < test.terms.size(); ++t) {
    const auto [low, high] = interval_of(test, t);
    std::vector<std::string> row = {test.terms[t], short_number(test.estimate[t]),
                                    has_error(test) ? short_number(test.standard_error[t]) : "–"};
    if (is_ratio) row.push_back(short_number(std::exp(test.estimate[t])));
    row.push_back(!has_error(test) ? "–" : is_ratio ? between(std::exp(low), std::exp(high)) : between(low, high));
    row.push_back(short_number(test.p[t]));
    table.row(std::move(row));
  }
  return table.str("  ");
}

std::string over_trials(const ResultTest& test) {
  TextTable table({"term", ">replicates", ">with estimate", ">mean of these", ">SD", ">power (95 % interval)"});
  for (std::size_t t = 0; t < test.terms.size(); ++t) {
    const TestSummary s = summary_of(test, t);
    table.row({test.terms[t], fmt::format("{}", s.replicates), fmt::format("{}", s.estimates), short_number(s.mean),
               short_number(s.sd), power_words(s)});
  }
  return table.str("  ") +
         fmt::format("  power: share of all replicates with p < 0.05; mean and SD: of the {}\n", estimate_words(test));
}

}  // namespace

std::string print_test(const ResultTest& test) {
  return fmt::format("{} ({}): {}\n{}\n", test.name, name_of(test.kind), test.what,
                     test.replicates() == 1 ? of_one_trial(test) : over_trials(test));
}

std::vector<std::string> test_lines(const ResultTest& test) {
  std::vector<std::string> lines;
  for (std::size_t t = 0; t < test.terms.size(); ++t) {
    std::string line = fmt::format("{} ({}), {}: ", test.name, name_of(test.kind), test.terms[t]);
    if (test.replicates() > 1) {
      const TestSummary s = summary_of(test, t);
      line += fmt::format("power {} of {} replicates with p < 0.05; mean {} {}", power_words(s), s.replicates,
                          estimate_words(test), short_number(s.mean));
    } else if (is_of_ratio(test.kind)) {
      const auto [low, high] = interval_of(test, t);
      line += fmt::format("ratio {} ({}), p {}", short_number(std::exp(test.estimate[t])),
                          between(std::exp(low), std::exp(high)), short_number(test.p[t]));
    } else {
      const auto [low, high] = interval_of(test, t);
      line += fmt::format("{} {}{}, p {}", estimate_words(test), short_number(test.estimate[t]),
                          has_error(test) ? fmt::format(" ({})", between(low, high)) : "", short_number(test.p[t]));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace vt
