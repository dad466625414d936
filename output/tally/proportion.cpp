/// \file Tallies of a condition: how many patients it holds for.

#include <fmt/format.h>

#include "output/tally/kinds.hpp"
#include "output/text.hpp"

namespace vt::proportion_kind {
namespace {

using Kind = Statistic::Kind;
using Texts = std::vector<std::string>;

Estimate of_evaluable(const ResultTally&, const Pooled& p, const Statistic&) {
  return share_of(p.events, p.evaluable, p.repeats);
}

Estimate of_randomised(const ResultTally&, const Pooled& p, const Statistic&) {
  return share_of(p.events, p.randomised, p.repeats);
}

Estimate of_two_groups(const ResultTally&, const Pooled&, const Statistic&) { return kNoEstimate; }

constexpr StatisticOfKind kStatistics[] = {
    {Kind::proportion, of_evaluable},
    {Kind::itt, of_randomised},
    {Kind::number_needed, of_two_groups},  // output/compare.cpp
};

template <Kind kind>
void add_share(const ResultTally& tally, const Pooled& cell, std::span<std::vector<double>> tables) {
  const Estimate e = estimate(tally, cell, Statistic{kind});
  add_to(tables, {e.value, e.interval.low, e.interval.high});
}

constexpr const char* kLow = "95 % Wilson interval, lower end";
constexpr const char* kHigh = "95 % Wilson interval, upper end";

void add_difference(const ResultTally& tally, const Pooled& cell, const Pooled& first,
                    std::span<std::vector<double>> tables) {
  const Estimate e = difference_from(first, tally, cell);
  add_to(tables, {e.value, e.interval.low, e.interval.high});
}

/// Of no patients there is no number, as there is none to treat where the shares are the same.
void add_number_needed(const ResultTally& tally, const Pooled& cell, const Pooled& first,
                       std::span<std::vector<double>> tables) {
  const NumberNeeded needed = number_needed(difference_from(first, tally, cell));
  add_to(tables, {needed.value, needed.interval.low, needed.interval.high});
}

constexpr TallyDataset kDatasets[] = {
    CountTable{"events", &ResultTally::events, "evaluable patients for whom the score holds"},
    DerivedTables{
        .unit = DatasetUnit::one,
        .tables = {{{"proportion", "events / evaluable"}, {"proportion_low", kLow}, {"proportion_high", kHigh}}},
        .add_cell = add_share<Kind::proportion>},
    DerivedTables{.unit = DatasetUnit::one,
                  .tables = {{{"itt", "events / randomised: missing counts as no event"},
                              {"itt_low", kLow},
                              {"itt_high", kHigh}}},
                  .add_cell = add_share<Kind::itt>},
    DerivedTables{.unit = DatasetUnit::one,
                  .tables = {{{"difference", "share minus that of the first arm: ITT, else of evaluable patients"},
                              {"difference_low", "95 % Newcombe interval, lower end"},
                              {"difference_high", "95 % Newcombe interval, upper end"}}},
                  .add_contrast = add_difference},
    DerivedTables{.unit = DatasetUnit::one,
                  .tables = {{{"number_needed", "1 / difference: patients to treat for one more event"},
                              {"number_needed_low", "1 / difference_high"},
                              {"number_needed_high", "1 / difference_low"}}},
                  .add_contrast = add_number_needed},
};

Texts printed_heading(const ResultTally&) {
  return {">randomised", ">evaluable", ">events", ">ITT", ">95 % interval", ">of evaluable", ">95 % interval"};
}

Texts printed_row(const ResultTally& tally, const Pooled& p) {
  const auto count = [](std::int64_t n) { return fmt::format("{}", n); };
  const auto interval = [](const Estimate& e) {
    return e.n > 0 ? fmt::format("{:.1f}–{:.1f}", 100 * e.interval.low, 100 * e.interval.high) : std::string("–");
  };
  const Estimate evaluable = estimate(tally, p, Statistic{Kind::proportion});
  const Estimate itt = estimate(tally, p, Statistic{Kind::itt});
  return {count(p.randomised), count(p.evaluable),       count(p.events),    percent(itt.value),
          interval(itt),       percent(evaluable.value), interval(evaluable)};
}

Texts reported_heading(const ResultTally&) { return {">events", ">of randomised", ">95 % interval", ">of evaluable"}; }

Texts reported_row(const ResultTally& tally, const Pooled& p) {
  const Estimate itt = estimate(tally, p, Statistic{Kind::itt});
  return {fmt::format("{}", p.events), percent(itt.value),
          percent(itt.interval.low) + " – " + percent(itt.interval.high),
          percent(estimate(tally, p, Statistic{Kind::proportion}).value)};
}

}  // namespace

constinit const ResultKindEntry kEntry = {
    .name = "proportion",
    .flaw = [](const ResultTally&) { return std::string(); },
    .hash = [](Sha256& hash, const ResultTally& tally) { hash.integers(tally.events); },
    .add_words = [](ResultTally& tally, std::span<const std::int64_t> words) { tally.events.push_back(words[0]); },
    .nothing = [](const ResultTally&) { return Pooled(); },
    .add_cell = [](Pooled& to, const ResultTally& tally, std::size_t cell) { to.events += tally.events[cell]; },
    .attributes = {},
    .datasets = kDatasets,
    .statistics = kStatistics,
    .error =
        [](const ResultTally& tally, const Pooled& cell) {
          const Kind kind = tally.estimand == Estimand::itt ? Kind::itt : Kind::proportion;
          const Interval interval = estimate(tally, cell, Statistic{kind}).interval;
          return (interval.high - interval.low) / (2 * kZ95);
        },
    .printed = {printed_heading, printed_row},
    .reported = {reported_heading, reported_row},
    .contrasts = contrasts,
    .figures = report::share_figures,
};

}  // namespace vt::proportion_kind
