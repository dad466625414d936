#pragma once
#include "kernels/tables.hpp"
#include "kernels/tally/words.hpp"

/// \file How a number is tallied: exact integers of its leading bits, and its place in a histogram.

namespace vt { inline namespace VT_ISA {

/// Words a cell: clamped, for each octave the fixed-point sum and two limbs of the squares, histogram, counts at or
/// above each threshold.
inline constexpr int kNumberWords = kCommonWords + 1;
inline constexpr int kSumWords = 3;
inline constexpr int kNumberBits = 31;  ///< of the integer that a number is added as: squares then fit two limbs, sums
                                        ///< of 2³² patients 63 bits

/// Index of x among bins whose edges come from the top bits of the IEEE word: 64 to the octave. Outside: the end bins.
VT_HD std::uint64_t octave_bin(double x, std::int32_t first_octave, std::uint32_t octaves) {
  constexpr int mantissa_bits = 52 - 6;
  const std::uint64_t lowest = static_cast<std::uint64_t>(first_octave + 1023) << 6;
  const std::uint64_t place = x > 0.0 ? bits_of(x) >> mantissa_bits : 0;
  const std::uint64_t most = std::uint64_t{kBinsPerOctave} * octaves - 1;
  const std::uint64_t bin = place < lowest ? 0 : place - lowest;
  return bin < most ? bin : most;
}

/// Index among equal bins from `low` on.
VT_HD std::uint64_t equal_bin(double held, const TallyPlan& tally) {
  const auto bin = static_cast<std::uint64_t>(static_cast<std::int64_t>((held - tally.low) * tally.bins_per_unit));
  return bin < tally.equal_bins ? bin : tally.equal_bins - 1;
}

/// A number as it is added: exact integers, and its place in the histogram.
struct Exact {
  std::uint64_t fixed;      ///< q, two's complement
  std::uint64_t low, high;  ///< limbs of its square
  std::uint64_t was_clamped, bin;
  std::uint64_t sums;  ///< word of the cell where its octave's sums begin
};

/// Index among the bins of a number tally: those of octave_bin() above one more octave, from 0 to 2^first_octave, of
/// equal bins, where the range begins at 0.
VT_HD std::uint64_t number_bin(double held, const TallyPlan& tally) {
  const double first = from_bits(static_cast<std::uint64_t>(tally.first_octave + 1023) << 52);
  const double below = held < first ? held : 0.0;
  const auto linear = static_cast<std::uint64_t>(static_cast<std::int64_t>(below / first * kBinsPerOctave));
  const std::uint64_t beneath = std::uint64_t{kBinsPerOctave} * tally.linear;
  const std::uint64_t above = beneath + octave_bin(held, tally.first_octave, tally.octaves - tally.linear);
  return held < first && tally.linear != 0 ? linear : above;
}

/// Fixed-point units per unit in an octave of a number tally: a number has its own 31 leading bits there.
VT_HD double octave_scale(const TallyPlan& tally, std::uint64_t octave) {
  const auto above = static_cast<std::int32_t>(octave > tally.linear ? octave - tally.linear : 0);
  const std::int32_t exponent = kNumberBits - 1 - (tally.first_octave + above);
  return from_bits(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

/// `equal`: whether the histogram has equal bins.
template <bool equal>
VT_HD Exact exact(const TallyPlan& tally, double x) {
  constexpr int limb = 31;
  const double held = clamp(x, tally.low, tally.high);
  const std::uint64_t bin = equal ? equal_bin(held, tally) : number_bin(held, tally);
  const std::uint64_t octave = equal ? 0 : bin / kBinsPerOctave, place = equal ? bin : bin >> tally.bin_shift;
  const double scaled = held * (equal ? tally.scale : octave_scale(tally, octave));
  const auto q = static_cast<std::int64_t>(scaled < 0.0 ? scaled - 0.5 : scaled + 0.5);
  const auto square = static_cast<std::uint64_t>(q * q);
  return {static_cast<std::uint64_t>(q),
          square & ((std::uint64_t{1} << limb) - 1),
          square >> limb,
          held != x ? std::uint64_t{1} : 0,
          place,
          kNumberWords + kSumWords * octave};
}

/// Words of a cell: how many octaves have sums of their own, and the bins, which follow these sums.
VT_HD std::uint64_t summed_octaves(const TallyPlan& tally) { return tally.equal_bins != 0 ? 1 : tally.octaves; }
VT_HD std::uint64_t first_bin(const TallyPlan& tally) { return kNumberWords + kSumWords * summed_octaves(tally); }

/// The counts at or above each threshold follow the bins.
VT_HD std::uint64_t bins_of(const TallyPlan& tally) {
  return tally.equal_bins != 0 ? tally.equal_bins : std::uint64_t{kBinsPerOctave} * tally.octaves >> tally.bin_shift;
}

/// Adds a number to the sums and the histogram of a cell.
VT_HD void add_exact(const Exact& number, std::uint64_t bins, const TallyWords& words, std::uint64_t cell) {
  words.add(cell + number.sums, number.fixed);
  words.add(cell + number.sums + 1, number.low);
  words.add(cell + number.sums + 2, number.high);
  words.add(cell + bins + number.bin, 1);
}

/// Adds a number to a cell.
VT_COLD void add_number(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t cell,
                        double x) {
  const Exact number = tally.equal_bins != 0 ? exact<true>(tally, x) : exact<false>(tally, x);
  add_exact(number, first_bin(tally), words, cell);
  if (number.was_clamped) words.add(cell + 2, 1);
  const std::uint64_t above = cell + first_bin(tally) + bins_of(tally);
  for (std::uint32_t i = 0; i < tally.thresholds.count; ++i)
    if (x >= at(plan, tally.thresholds, i)) words.add(above + i, 1);
}

/// Adds the numbers of many patients who are all counted in one cell.
template <bool equal, int L>
VT_COLD void add_together(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t cell,
                          std::uint64_t evaluable, const double (&x)[L]) {
  std::uint64_t fixed[L], low[L], high[L], bin[L], sums[L], clamped = 0;
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const Exact number = exact<equal>(tally, x[lane]);
    clamped += number.was_clamped & (0 - has_lane(evaluable, lane));
    fixed[lane] = number.fixed;
    low[lane] = number.low;
    high[lane] = number.high;
    bin[lane] = number.bin;
    sums[lane] = number.sums;
  }
  words.add(cell + 2, clamped);
  const std::uint64_t bins = first_bin(tally);
  for_each<L>(evaluable, [&](int lane) VT_INLINE {
    add_exact({fixed[lane], low[lane], high[lane], 0, bin[lane], sums[lane]}, bins, words, cell);
  });
  const std::uint64_t above = cell + bins + bins_of(tally);
  for (std::uint32_t i = 0; i < tally.thresholds.count; ++i) {
    const double threshold = at(plan, tally.thresholds, i);
    words.add(above + i,
              how_many(evaluable & lanes_where<L>([&](int lane) VT_INLINE { return x[lane] >= threshold; })));
  }
}

/// Adds the numbers of patients who are counted in one cell.
template <int L>
VT_COLD void add_numbers(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t cell,
                         std::uint64_t evaluable, const double (&x)[L]) {
  if constexpr (L > 1) {
    if (are_many<L>(evaluable))
      return tally.equal_bins != 0 ? add_together<true>(plan, tally, words, cell, evaluable, x)
                                   : add_together<false>(plan, tally, words, cell, evaluable, x);
  }
  for_each<L>(evaluable, [&](int lane) { add_number(plan, tally, words, cell, x[lane]); });
}

struct NumberTally {
  static constexpr TallyKindEntry entry = {.name = "",
                                           .keys = {"score", "at", "range", "thresholds"},
                                           .words = "mean, SD and quantiles of",
                                           .unit = "",
                                           .results = "number",
                                           .range = RangeUse::octaves};
  static constexpr bool has_score = true;

  /// Of patients who are counted in one cell. \param events in whom the score is not 0
  template <int L>
  static VT_HD void add_scores(const Plan& plan, const TallyPlan& tally, const TallyWords& words, std::uint64_t cell,
                               std::uint64_t evaluable, std::uint64_t /*events*/, const double (&scores)[L]) {
    add_numbers(plan, tally, words, cell, evaluable, scores);
  }
};

}}  // namespace vt
