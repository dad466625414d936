/// \file Tallies of a number: exact sums by octave, a histogram, counts at or above thresholds.

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "output/tally/kinds.hpp"
#include "output/tally/moments.hpp"
#include "output/text.hpp"

namespace vt::number_kind {
namespace {

using Kind = Statistic::Kind;
using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;
using Tables = std::span<Numbers>;

constexpr double kQuantiles[] = {0.05, 0.25, 0.5, 0.75, 0.95};

// Its data.

std::string flaw(const ResultTally& tally) {
  const Binning& bins = tally.binning;
  const bool is_equal = bins.equal > 0 && bins.equal <= 65536 && bins.width > 0;
  if ((!is_equal && bins.octaves == 0) || bins.octaves > 2200 || std::abs(bins.first_octave) > 1100 ||
      bins.linear > bins.octaves)
    return "its bins are not sensible";
  return tally.scale > 0 && tally.low <= tally.high ? "" : "scale or range is not sensible";
}

void hash(Sha256& hash, const ResultTally& tally) {
  hash.number(tally.low);
  hash.number(tally.high);
  hash.number(tally.scale);
  hash.integers(tally.sum);
  hash.integers(tally.square_low);
  hash.integers(tally.square_high);
  hash.integers(tally.clamped);
  hash.integer(static_cast<std::uint64_t>(std::int64_t{tally.binning.first_octave}));
  hash.integer(tally.binning.octaves);
  hash.integer(tally.binning.linear);
  hash.integers(tally.histogram);
  if (tally.binning.equal > 0) hash.number(tally.binning.from), hash.number(tally.binning.width);
  if (tally.thresholds.empty()) return;
  hash.numbers(tally.thresholds);
  hash.integers(tally.above);
}

/// Clamped, three sums for each octave, bins, thresholds (kernels/tally/number.hpp).
void add_words(ResultTally& tally, std::span<const std::int64_t> words) {
  auto word = words.begin();
  tally.clamped.push_back(*word++);
  for (std::uint64_t octave = 0; octave < tally.binning.summed_octaves(); ++octave)
    for (auto* sums : {&tally.sum, &tally.square_low, &tally.square_high}) sums->push_back(*word++);
  const auto bins_end = word + static_cast<std::ptrdiff_t>(tally.binning.bins());
  tally.histogram.insert(tally.histogram.end(), word, bins_end);
  tally.above.insert(tally.above.end(), bins_end, words.end());
}

Pooled nothing(const ResultTally& tally) {
  Pooled pooled;
  pooled.histogram.resize(tally.binning.bins());
  pooled.sum.resize(tally.binning.summed_octaves());
  pooled.squares.resize(tally.binning.summed_octaves());
  pooled.above.resize(tally.thresholds.size());
  return pooled;
}

void add_cell(Pooled& to, const ResultTally& tally, std::size_t cell) {
  const auto add = [cell](std::vector<std::int64_t>& sums, const std::vector<std::int64_t>& table) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += table[cell * sums.size() + i];
  };
  add(to.above, tally.above);
  add(to.histogram, tally.histogram);
  to.clamped += tally.clamped[cell];
  for (std::size_t o = 0, at = cell * to.sum.size(); o < to.sum.size(); ++o, ++at) {
    to.sum[o] += tally.sum[at];
    to.squares[o] += tally.square_low[at] + (Int128{tally.square_high[at]} << 31);
  }
}

// Statistics.

Estimate mean_of(const ResultTally& tally, const Pooled& p, const Statistic&) {
  return with_error(mean(tally, p), standard_deviation(tally, p) / std::sqrt(p.independent()), p.evaluable);
}

Estimate sd_of(const ResultTally& tally, const Pooled& p, const Statistic&) {
  const double sd = standard_deviation(tally, p);
  return with_error(sd, sd > 0 ? sd_error(tally, p) : kNaN, p.evaluable);
}

Estimate share_above(const ResultTally& tally, const Pooled& p, const Statistic& statistic) {
  for (std::size_t i = 0; i < p.above.size(); ++i)
    if (tally.thresholds[i] == statistic.p) return share_of(p.above[i], p.evaluable, p.repeats);
  return kNoEstimate;
}

constexpr StatisticOfKind kStatistics[] = {
    {Kind::mean, mean_of},
    {Kind::sd, sd_of,
     [](const ResultTally& tally, const Pooled& p, const Statistic&) { return standard_deviation(tally, p); }},
    {Kind::quantile,
     [](const ResultTally& tally, const Pooled& p, const Statistic& s) { return quantile_estimate(tally, p, s.p); },
     [](const ResultTally& tally, const Pooled& p, const Statistic& s) { return clamped_quantile(tally, p, s.p); }},
    {Kind::above, share_above},
};

// The results file.

bool has_equal_bins(const ResultTally& tally) { return tally.binning.equal > 0; }

constexpr TallyAttribute kAttributes[] = {
    {"range_low", &ResultTally::low},
    {"range_high", &ResultTally::high},
    {"scale", &ResultTally::scale},
    {"first_octave", &Binning::first_octave},
    {"octaves", &Binning::octaves},
    {"linear_octaves", &Binning::linear},
    {"bins_from", &Binning::from, has_equal_bins},
    {"bin_width", &Binning::width, has_equal_bins},
    {"equal_bins", &Binning::equal, has_equal_bins},
};

Numbers octave_edges(const ResultTally& tally) {
  const std::uint64_t octaves = tally.binning.summed_octaves(), bins = tally.binning.bins() / octaves;
  Numbers edges;
  for (std::uint64_t o = 0; o < octaves; ++o) edges.push_back(tally.binning.edge(o * bins));
  return edges;
}

Numbers octave_units(const ResultTally& tally) {
  Numbers units;
  for (std::uint64_t o = 0; o < tally.binning.summed_octaves(); ++o) units.push_back(tally.step(o));
  return units;
}

Numbers bin_edges(const ResultTally& tally) {
  Numbers edges;
  for (std::uint64_t b = 0; b < tally.binning.bins(); ++b) edges.push_back(tally.binning.edge(b));
  return edges;
}

constexpr LastAxis kOctave{.name = "octave",
                           .unit = DatasetUnit::score,
                           .long_name = "lower edge of the octave",
                           .size = [](const ResultTally& tally) { return tally.binning.summed_octaves(); },
                           .entries = octave_edges,
                           .layout = Layout::file_alone};
constexpr LastAxis kBin{.name = "bin",
                        .unit = DatasetUnit::score,
                        .long_name = "left edge of the bin; it ends where the next one starts",
                        .size = [](const ResultTally& tally) { return tally.binning.bins(); },
                        .entries = bin_edges,
                        .layout = Layout::file_alone};
constexpr LastAxis kQuantile{
    .name = "quantile",
    .unit = DatasetUnit::one,
    .long_name = "share of patients below",
    .size = [](const ResultTally&) { return std::size(kQuantiles); },
    .entries = [](const ResultTally&) { return Numbers(std::begin(kQuantiles), std::end(kQuantiles)); }};
constexpr LastAxis kThreshold{.name = "threshold",
                              .unit = DatasetUnit::score,
                              .long_name = "threshold of attainment",
                              .size = [](const ResultTally& tally) { return tally.thresholds.size(); },
                              .entries = &ResultTally::thresholds};

void add_mean(const ResultTally& tally, const Pooled& cell, Tables tables) {
  const Estimate e = estimate(tally, cell, Statistic{Kind::mean});
  add_to(tables, {e.value, e.standard_error});
}

void add_sd(const ResultTally& tally, const Pooled& cell, Tables tables) {
  add_to(tables, {value_of(tally, cell, Statistic{Kind::sd})});
}

void add_quantiles(const ResultTally& tally, const Pooled& cell, Tables tables) {
  for (const double p : kQuantiles) add_to(tables, {value_of(tally, cell, Statistic{Kind::quantile, p})});
}

void add_attainment(const ResultTally& tally, const Pooled& cell, Tables tables) {
  for (const double threshold : tally.thresholds) {
    const Estimate e = estimate(tally, cell, Statistic{Kind::above, threshold});
    add_to(tables, {e.value, e.interval.low, e.interval.high});
  }
}

constexpr TallyDataset kDatasets[] = {
    CountTable{"clamped", &ResultTally::clamped, "values outside the declared range, counted at its end"},
    &kOctave,
    AlongAxis{"unit", DatasetUnit::score, "value of one unit of q in the octave", &kOctave, octave_units},
    CountTable{"sum", &ResultTally::sum, "sum of q, q = value / unit, rounded to an integer", {&kOctave}, false},
    CountTable{"square_low",
               &ResultTally::square_low,
               "sum of squares of q = square_low + 2^31 square_high",
               {&kOctave},
               false},
    CountTable{"square_high", &ResultTally::square_high, "see square_low", {&kOctave}, false},
    &kBin,
    CountTable{"histogram", &ResultTally::histogram, "patients in each bin", {&kBin}},
    DerivedTables{.unit = DatasetUnit::score,
                  .tables = {{{"mean", "mean"}, {"mean_standard_error", "Monte-Carlo standard error of the mean"}}},
                  .add_cell = add_mean},
    DerivedTables{.unit = DatasetUnit::score, .tables = {{{"sd", "standard deviation"}}}, .add_cell = add_sd},
    &kQuantile,
    DerivedTables{.unit = DatasetUnit::score,
                  .tables = {{{"quantiles", "quantiles, linear within histogram bins"}}},
                  .axes = {&kQuantile},
                  .add_cell = add_quantiles},
    &kThreshold,
    CountTable{"above", &ResultTally::above, "values at or above the threshold", {&kThreshold}},
    DerivedTables{.unit = DatasetUnit::one,
                  .tables = {{{"attainment", "above / evaluable"},
                              {"attainment_low", "95 % Wilson interval, lower end"},
                              {"attainment_high", "95 % Wilson interval, upper end"}}},
                  .axes = {&kThreshold},
                  .add_cell = add_attainment},
};

// On paper.

Texts printed_heading(const ResultTally&) {
  return {">n", ">mean", ">SD", ">5 %", ">25 %", ">median", ">75 %", ">95 %", ">clamped"};
}

Texts printed_row(const ResultTally& tally, const Pooled& p) {
  const auto number = [&](Kind kind, double q = 0) { return short_number(value_of(tally, p, Statistic{kind, q})); };
  Texts row = {fmt::format("{}", p.evaluable), number(Kind::mean), number(Kind::sd)};
  for (const double q : kQuantiles) row.push_back(number(Kind::quantile, q));
  row.push_back(fmt::format("{}", p.clamped));
  return row;
}

Texts reported_heading(const ResultTally&) { return {">mean", ">SD", ">5 %", ">median", ">95 %"}; }

Texts reported_row(const ResultTally& tally, const Pooled& p) {
  const auto number = [&](Kind kind, double q = 0) { return short_number(value_of(tally, p, Statistic{kind, q})); };
  return {number(Kind::mean), number(Kind::sd), number(Kind::quantile, 0.05), number(Kind::quantile, 0.5),
          number(Kind::quantile, 0.95)};
}

std::string with_unit(double x, const ResultTally& tally) {
  return short_number(x) + (has_unit(tally.unit) ? " " + tally.unit : "");
}

void note_clamped(const ResultTally& tally, Texts& notes) {
  const auto total = [](const std::vector<std::int64_t>& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  };
  const std::int64_t clamped = total(tally.clamped);
  if (clamped == 0) return;
  notes.push_back(fmt::format(
      "tally '{}': {} of {} values lay outside its range, {} to {}, and were counted at its ends (its means, SDs and "
      "outer quantiles are those of the values so moved); widen the range",
      tally.name, clamped, total(tally.evaluable), short_number(tally.low), with_unit(tally.high, tally)));
}

/// Values in the octave of equal bins, unless they are zeros.
void note_smallest(const ResultTally& tally, Texts& notes) {
  if (tally.binning.linear == 0) return;
  std::int64_t sum = 0, values = 0;
  for (std::size_t cell = 0; cell < tally.cells(); ++cell) {
    sum += tally.sum[cell * tally.binning.summed_octaves()];
    const auto first = tally.histogram.begin() + static_cast<std::ptrdiff_t>(cell * tally.binning.bins());
    values = std::accumulate(first, first + 64, values);
  }
  if (sum == 0) return;
  notes.push_back(fmt::format(
      "tally '{}': {} values lie below {} (where its quantiles are exact to {} only, not to 0.8 %); let its range "
      "begin above 0, end lower, or drop an axis",
      tally.name, values, with_unit(tally.binning.edge(64), tally), with_unit(tally.binning.edge(1), tally)));
}

}  // namespace

constinit const ResultKindEntry kEntry = {
    .name = "number",
    .flaw = flaw,
    .hash = hash,
    .add_words = add_words,
    .nothing = nothing,
    .add_cell = add_cell,
    .attributes = kAttributes,
    .datasets = kDatasets,
    .statistics = kStatistics,
    .error = [](const ResultTally& tally,
                const Pooled& cell) { return estimate(tally, cell, Statistic{Kind::mean}).standard_error; },
    .printed = {printed_heading, printed_row},
    .reported = {reported_heading, reported_row},
    .add_notes =
        [](const ResultTally& tally, std::vector<std::string>& notes) {
          note_clamped(tally, notes);
          note_smallest(tally, notes);
        },
    .figures = report::number_figures,
};

}  // namespace vt::number_kind
