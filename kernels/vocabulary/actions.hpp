#pragma once
#include <cstdint>
#include <optional>

#include "kernels/vocabulary/named.hpp"

/// \file What rules do, and the keys of a [[rule]] that belong to it.

namespace vt {

enum class Action : std::uint32_t {
  hold,
  resume,
  step_down,
  step_up,
  set_regimen,
  set_dose,       ///< the daily dose that the formula gives
  multiply_dose,  ///< by what the formula gives
  sample,
  start_comedication,
  stop_comedication,
  switch_drug,
  stop
};

struct ActionEntry {
  Action action;
  std::string_view name;  ///< behind "do ="
  std::string_view does;  ///< for the documentation
};
inline constexpr ActionEntry kActions[] = {
    {Action::hold, "hold", "nothing is taken until the condition `until` holds"},
    {Action::resume, "resume", "ends every hold"},
    {Action::step_down, "step down", "the next regimen down the arm's ladder"},
    {Action::step_up, "step up", "the next regimen up the arm's ladder"},
    {Action::set_regimen, "set", "another regimen or schedule"},
    {Action::set_dose, "set dose", "the daily dose that the formula gives, in mg"},
    {Action::multiply_dose, "multiply dose", "the daily dose times a number or formula"},
    {Action::sample, "sample", "one more visit of this kind, for this patient alone, so long after"},
    {Action::start_comedication, "start comedication",
     "an interacting drug of the scenario, by its `perpetrator`, from now on"},
    {Action::stop_comedication, "stop comedication", "the same, no longer"},
    {Action::switch_drug, "switch", "the second drug instead of the first"},
    {Action::stop, "stop", "the patient leaves the trial"},
};

constexpr std::string_view name_of(Action action) { return entry_with(kActions, &ActionEntry::action, action).name; }

constexpr std::optional<Action> find_action(std::string_view name) {
  const ActionEntry* entry = find_named(kActions, name);
  return entry ? std::optional(entry->action) : std::nullopt;
}

constexpr std::uint32_t bit_of(Action action) { return 1u << static_cast<std::uint32_t>(action); }

/// A key that rules of some actions have.
struct ActionKey {
  std::string_view key;
  std::uint32_t actions;          ///< bits
  std::string_view lacking = "";  ///< what to say where it is not there; "": it need not be
};
inline constexpr std::uint32_t kOfComputedDoses = bit_of(Action::set_dose) | bit_of(Action::multiply_dose);
inline constexpr std::uint32_t kOfComedication = bit_of(Action::start_comedication) | bit_of(Action::stop_comedication);
inline constexpr std::string_view kNeedsBounds =
    "has no lowest or highest (a computed dose needs bounds); write lowest = \"200 mg\", highest = \"800 mg\"";
inline constexpr ActionKey kActionKeys[] = {
    {"until", bit_of(Action::hold)},
    {"resume", bit_of(Action::hold)},
    {"recheck", bit_of(Action::hold)},
    {"regimen", bit_of(Action::set_regimen),
     "has no regimen (do = \"set\" sets one); write regimen = { dose = \"400 mg\", every = \"24 h\" }"},
    {"daily_dose", bit_of(Action::set_dose),
     "has no daily_dose (do = \"set dose\" sets one); write daily_dose = \"daily_dose_mg*1000/trough\""},
    {"factor", bit_of(Action::multiply_dose),
     "has no factor (do = \"multiply dose\" multiplies by one); write factor = 1.25"},
    {"lowest", kOfComputedDoses, kNeedsBounds},
    {"highest", kOfComputedDoses, kNeedsBounds},
    {"round_to", kOfComputedDoses},
    {"sample", bit_of(Action::sample), "has no sample (the visit that is ordered); write sample = \"NAME OF A VISIT\""},
    {"after", bit_of(Action::sample), "has no after (when the visit takes place); write after = \"7 day\""},
    {"with", kOfComedication, "has no with (which comedication?); write with = \"PERPETRATOR\""},
};

}  // namespace vt
