/// \file Tallies of a condition in two lives of each patient: in both, in one, in neither.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/tally/outcomes.hpp"
#include "output/text.hpp"

namespace vt::paired_kind {
namespace {

using Kind = Statistic::Kind;

/// Of the shares with the outcome in one life and in the other: both, first alone, second alone, neither.
Estimate difference_of(const ResultTally&, const Pooled& pooled, const Statistic&) {
  const double n = static_cast<double>(pooled.evaluable);
  if (pooled.counts.size() != 4 || !(n > 0)) return kNoEstimate;
  const double first = static_cast<double>(pooled.counts[1]), second = static_cast<double>(pooled.counts[2]);
  const double difference = (second - first) / n;
  return with_error(difference, std::sqrt(std::max(0.0, (first + second) / n - difference * difference) / n),
                    pooled.evaluable);
}

Estimate difference(const ResultTally& tally, const Pooled& p) {
  return estimate(tally, p, Statistic{Kind::difference});
}

constexpr StatisticOfKind kStatistics[] = {{Kind::difference, difference_of}};

constexpr LastAxis kOutcome{.name = "outcome",
                            .unit = DatasetUnit::none,
                            .long_name = "in which life the score held",
                            .size = [](const ResultTally& tally) { return tally.outcomes.size(); },
                            .entries = &ResultTally::outcomes};

constexpr TallyDataset kDatasets[] = {
    &kOutcome,
    CountTable{"counts", &ResultTally::counts, "patients", {&kOutcome}},
    DerivedTables{.unit = DatasetUnit::one,
                  .tables = {{{"difference", "share in the second life minus the first"},
                              {"difference_standard_error", "Monte-Carlo standard error"}}},
                  .add_cell =
                      [](const ResultTally& tally, const Pooled& cell, std::span<std::vector<double>> tables) {
                        const Estimate e = difference(tally, cell);
                        add_to(tables, {e.value, e.standard_error});
                      }},
};

constexpr Columns kColumns = {
    [](const ResultTally& tally) {
      std::vector<std::string> heading = {">n"};
      for (const std::string& outcome : tally.outcomes) heading.push_back(">" + outcome);
      heading.insert(heading.end(), {">difference", ">95 % interval", ">MC error"});
      return heading;
    },
    [](const ResultTally& tally, const Pooled& p) {
      std::vector<std::string> row = outcome_row(tally, p);
      const Estimate change = difference(tally, p);
      row.insert(row.end(), {percent(change.value),
                             fmt::format("{:.1f} to {:.1f}", 100 * change.interval.low, 100 * change.interval.high),
                             percent(change.standard_error)});
      return row;
    }};

}  // namespace

constinit const ResultKindEntry kEntry = {
    .name = "paired",
    .outcomes =
        [](const ResultTally& tally) {
          return std::vector<std::string>{"both", tally.pair[0] + " only", tally.pair[1] + " only", "neither"};
        },
    .flaw =
        [](const ResultTally& tally) {
          return std::string(tally.outcomes.size() == 4 && tally.times.empty() ? "" : "there are no four outcomes");
        },
    .hash = hash_outcomes,
    .add_words = add_outcome_words,
    .nothing = no_outcomes,
    .add_cell = add_outcomes,
    .attributes = {},
    .datasets = kDatasets,
    .statistics = kStatistics,
    .error = [](const ResultTally& tally, const Pooled& cell) { return difference(tally, cell).standard_error; },
    .printed = kColumns,
    .reported = kColumns,
};

}  // namespace vt::paired_kind
