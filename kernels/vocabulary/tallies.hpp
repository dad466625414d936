#pragma once
#include <cstdint>
#include <optional>

#include "kernels/vocabulary/named.hpp"

/// \file Words of tallies and of tests of the trial table.

namespace vt {

/// What becomes of patients who stop taking the drug: nothing (ITT); they are left out from then on (on_treatment);
/// stopping is the event, or the failure to respond (composite).
enum class Estimand : std::uint32_t { itt, on_treatment, composite };
struct EstimandEntry {
  Estimand estimand;
  std::string_view name;
};
inline constexpr EstimandEntry kEstimands[] = {
    {Estimand::itt, "ITT"},
    {Estimand::on_treatment, "on-treatment"},
    {Estimand::composite, "composite"},
};
constexpr std::string_view name_of(Estimand estimand) {
  return entry_with(kEstimands, &EstimandEntry::estimand, estimand).name;
}

/// What becomes of a tally's range, where it has one.
enum class RangeUse : std::uint32_t {
  bounds,      ///< TallyPlan::low, high
  octaves,     ///< a histogram of 64 bins to the octave, and sums of each octave
  equal_bins,  ///< a histogram of equal bins, and sums
};

/// What the language knows of a kind of tally: `entry` of its struct in kernels/tally.
struct TallyKindEntry {
  std::string_view name;     ///< to be written as `kind`; "": its keys tell, range and pair among them or not
  std::string_view keys[8];  ///< beside those of every tally
  std::string_view words;    ///< before what is counted: "share of patients with"
  std::string_view unit;     ///< of its results; "": that of the score
  std::string_view results;  ///< what they are: the name of an entry of output/tally/kinds.hpp
  RangeUse range = RangeUse::bounds;
  constexpr bool takes(std::string_view key) const {
    for (const std::string_view own : keys)
      if (own == key) return true;
    return false;
  }
};

/// How the cells along an axis of a tally are told apart.
enum class AxisForm : std::uint32_t { arm, visit, daily_dose, bins, quartile, tertile, replicate };
struct AxisEntry {
  AxisForm form;
  std::string_view name;
  bool takes_value;      ///< in brackets
  std::uint32_t groups;  ///< of equal size; 0: other cells
  std::string_view cells;
};
inline constexpr AxisEntry kAxes[] = {
    {AxisForm::arm, "arm", false, 0, "the arms"},
    {AxisForm::visit, "visit", false, 0, "the days of the tally's visit"},
    {AxisForm::daily_dose, "daily_dose_mg", false, 0,
     "the daily doses that arms and rules can come to; a rule that computes a dose needs `round_to`"},
    {AxisForm::bins, "bins", true, 0, "between edges, in the unit of the value: `bins(x, 1, 2)`"},
    {AxisForm::quartile, "quartile", true, 4, "four groups of equal size: `quartile(x)`, or `quartile(x, low, high)`"},
    {AxisForm::tertile, "tertile", true, 3, "three groups of equal size: `tertile(x)`, or `tertile(x, low, high)`"},
    {AxisForm::replicate, "replicate", false, 0, "the replicates of the trial, for the spread between trials"},
};
constexpr const AxisEntry& entry_of(AxisForm form) { return entry_with(kAxes, &AxisEntry::form, form); }

/// What is tested in the trial table.
enum class TestKind : std::uint32_t { log_rank, cox, logistic, proportions, mcnemar, paired_t, signed_rank };
struct TestKindEntry {
  TestKind kind;
  std::string_view name;
  bool is_paired = false;  ///< compares lives of the same patients
};
inline constexpr TestKindEntry kTestKinds[] = {
    {TestKind::log_rank, "log-rank"},
    {TestKind::cox, "cox"},
    {TestKind::logistic, "logistic"},
    {TestKind::proportions, "proportions"},
    {TestKind::mcnemar, "mcnemar", true},
    {TestKind::paired_t, "paired-t", true},
    {TestKind::signed_rank, "signed-rank", true},
};
constexpr const TestKindEntry& entry_of(TestKind kind) { return entry_with(kTestKinds, &TestKindEntry::kind, kind); }
constexpr std::string_view name_of(TestKind kind) { return entry_of(kind).name; }

}  // namespace vt
