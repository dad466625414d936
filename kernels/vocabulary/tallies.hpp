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

/// How the cells along an axis of a tally are told apart.
enum class AxisForm : std::uint32_t { arm, visit, daily_dose, bins, quartile, tertile };
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
};
constexpr const AxisEntry& entry_of(AxisForm form) { return entry_with(kAxes, &AxisEntry::form, form); }

/// What is tested in the trial table.
enum class TestKind : std::uint32_t { log_rank, cox, logistic };
struct TestKindEntry {
  TestKind kind;
  std::string_view name;
};
inline constexpr TestKindEntry kTestKinds[] = {
    {TestKind::log_rank, "log-rank"},
    {TestKind::cox, "cox"},
    {TestKind::logistic, "logistic"},
};
constexpr std::string_view name_of(TestKind kind) { return entry_with(kTestKinds, &TestKindEntry::kind, kind).name; }

}  // namespace vt
