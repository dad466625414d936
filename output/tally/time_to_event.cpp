/// \file Tallies of the time to an event: counts by outcome and interval, and the curves that follow from them.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/figures.hpp"
#include "output/statistics/survival.hpp"
#include "output/tally/outcomes.hpp"
#include "output/text.hpp"

namespace vt::time_to_event_kind {
namespace {

using Kind = Statistic::Kind;
using Tables = std::span<std::vector<double>>;

/// `what` of the cells' risk table up to the statistic's day.
template <class What>
Estimate of_table(const ResultTally& tally, const Pooled& pooled, const Statistic& statistic, What what) {
  if (pooled.evaluable <= 0) return kNoEstimate;
  Estimate found = what(risk_table(tally, pooled), std::min(statistic.day, tally.times.back()));
  found.n = pooled.evaluable;
  return found;
}

Estimate survival(const ResultTally& tally, const Pooled& pooled, const Statistic& statistic) {
  return of_table(tally, pooled, statistic,
                  [](const RiskTable& table, double day) { return at_time(kaplan_meier(table), day); });
}

Estimate incidence(const ResultTally& tally, const Pooled& pooled, const Statistic& statistic) {
  return of_table(tally, pooled, statistic, [&](const RiskTable& table, double day) {
    const auto cause = cause_of(tally, statistic.cause);
    return cause ? at_time(cumulative_incidence(table, *cause), day) : kNoEstimate;
  });
}

Estimate rmst(const ResultTally& tally, const Pooled& pooled, const Statistic& statistic) {
  return of_table(tally, pooled, statistic, restricted_mean);
}

Estimate quantile_of_times(const ResultTally& tally, const Pooled& pooled, const Statistic& statistic) {
  return of_table(tally, pooled, statistic,
                  [&](const RiskTable& table, double) { return time_at(kaplan_meier(table), 1 - statistic.p); });
}

constexpr StatisticOfKind kStatistics[] = {
    {Kind::survival, survival},
    {Kind::incidence, incidence},
    {Kind::rmst, rmst},
    {Kind::quantile, quantile_of_times},
};

constexpr TallyAttribute kAttributes[] = {{"within_day", &ResultTally::is_within_day}};

constexpr LastAxis kOutcome{.name = "outcome",
                            .unit = DatasetUnit::none,
                            .long_name = "what ended the patient's time",
                            .size = [](const ResultTally& tally) { return tally.outcomes.size(); },
                            .entries = &ResultTally::outcomes};
constexpr LastAxis kTime{.name = "time",
                         .unit = DatasetUnit::day,
                         .long_name = "end of the interval in which it happened",
                         .size = [](const ResultTally& tally) { return tally.times.size(); },
                         .entries = &ResultTally::times,
                         .layout = Layout::rows};
constexpr LastAxis kCause{.name = "cause",
                          .unit = DatasetUnit::none,
                          .long_name = "the event and its competitors",
                          .size = [](const ResultTally& tally) { return tally.outcomes.size() - 1; },
                          .entries =
                              [](const ResultTally& tally) {
                                return std::vector<std::string>(tally.outcomes.begin(), tally.outcomes.end() - 1);
                              }};

void add_curve(Tables tables, const TimeCurve& curve) {
  const std::vector<double>* columns[] = {&curve.value, &curve.standard_error, &curve.low, &curve.high};
  for (std::size_t i = 0; i < tables.size(); ++i)
    tables[i].insert(tables[i].end(), columns[i]->begin(), columns[i]->end());
}

void add_at_risk(const ResultTally& tally, const Pooled& cell, Tables tables) {
  const RiskTable table = risk_table(tally, cell);
  tables[0].insert(tables[0].end(), table.at_risk.begin(), table.at_risk.end());
}

void add_survival(const ResultTally& tally, const Pooled& cell, Tables tables) {
  add_curve(tables, kaplan_meier(risk_table(tally, cell)));
}

void add_incidence(const ResultTally& tally, const Pooled& cell, Tables tables) {
  const RiskTable table = risk_table(tally, cell);
  for (std::size_t cause = 0; cause + 1 < tally.outcomes.size(); ++cause)
    add_curve(tables, cumulative_incidence(table, cause));
}

void add_rmst(const ResultTally& tally, const Pooled& cell, Tables tables) {
  const Estimate e = estimate(tally, cell, Statistic{Kind::rmst});
  add_to(tables, {e.value, e.standard_error});
}

void add_median(const ResultTally& tally, const Pooled& cell, Tables tables) {
  add_to(tables, {estimate(tally, cell, Statistic{Kind::quantile, 0.5}).value});
}

constexpr const char* kError = "Monte-Carlo standard error";
constexpr const char* kLow = "95 % interval, lower end";
constexpr const char* kHigh = "95 % interval, upper end";

constexpr TallyDataset kDatasets[] = {
    &kOutcome,
    &kTime,
    &kCause,
    CountTable{"counts", &ResultTally::counts, "patients by outcome and interval", {&kOutcome, &kTime}},
    DerivedTables{.unit = DatasetUnit::one,
                  .tables = {{{"at_risk", "patients at risk at the start of the interval"}}},
                  .axes = {&kTime},
                  .add_cell = add_at_risk},
    DerivedTables{.unit = DatasetUnit::one,
                  .tables = {{{"survival", "share without any of the causes (Kaplan-Meier)"},
                              {"survival_standard_error", kError},
                              {"survival_low", kLow},
                              {"survival_high", kHigh}}},
                  .axes = {&kTime},
                  .add_cell = add_survival},
    DerivedTables{.unit = DatasetUnit::one,
                  .tables = {{{"incidence", "cumulative incidence of a cause (Aalen-Johansen)"},
                              {"incidence_standard_error", kError},
                              {"incidence_low", kLow},
                              {"incidence_high", kHigh}}},
                  .axes = {&kCause, &kTime},
                  .add_cell = add_incidence},
    DerivedTables{.unit = DatasetUnit::day,
                  .tables = {{{"rmst", "mean time without any of the causes, up to the last time"},
                              {"rmst_standard_error", kError}}},
                  .add_cell = add_rmst},
    DerivedTables{.unit = DatasetUnit::day,
                  .tables = {{{"median", "time by which half have had any of the causes"}}},
                  .add_cell = add_median},
};

std::vector<std::string> heading(const ResultTally& tally) {
  std::vector<std::string> heading = {">n"};
  for (const std::string& outcome : tally.outcomes) heading.push_back(">" + outcome);
  heading.insert(heading.end(), {">without event", ">95 % interval", ">median, day", ">mean, day"});
  return heading;
}

std::vector<std::string> row(const ResultTally& tally, const Pooled& p) {
  std::vector<std::string> row = outcome_row(tally, p);
  const Estimate without = estimate(tally, p, Statistic{Kind::survival});
  const Interval& i = without.interval;
  row.push_back(percent(without.value));
  row.push_back(std::isnan(i.low) ? "–" : fmt::format("{:.1f}–{:.1f}", 100 * i.low, 100 * i.high));
  row.push_back(short_number(value_of(tally, p, Statistic{Kind::quantile, 0.5})));
  row.push_back(short_number(value_of(tally, p, Statistic{Kind::rmst})));
  return row;
}

/// Of a time that begins at an event: who has had it and yet no time.
void add_notes(const ResultTally& tally, std::vector<std::string>& notes) {
  if (tally.from.empty()) return;
  const Pooled all = pool(tally, {});
  if (const std::int64_t without = all.randomised - all.evaluable; without > 0)
    notes.push_back(
        fmt::format("tally '{}' begins at {}: {} of the {} patients with it are not counted, as they had "
                    "had what ends the time before, or could not be computed",
                    tally.name, tally.from, without, all.randomised));
}

}  // namespace

constinit const ResultKindEntry kEntry = {
    .name = "time_to_event",
    .subject = Subject::time_to_event,
    .flaw =
        [](const ResultTally& tally) {
          return std::string(tally.outcomes.size() >= 2 && !tally.times.empty() ? ""
                                                                                : "it lacks an outcome or its times");
        },
    .hash = hash_outcomes,
    .add_words = add_outcome_words,
    .nothing = no_outcomes,
    .add_cell = add_outcomes,
    .attributes = kAttributes,
    .datasets = kDatasets,
    .statistics = kStatistics,
    .error = [](const ResultTally& tally,
                const Pooled& cell) { return estimate(tally, cell, Statistic{Kind::survival}).standard_error; },
    .printed = {heading, row},
    .reported = {heading, row},
    .add_notes = add_notes,
    .figures = report::time_figures,
};

}  // namespace vt::time_to_event_kind
