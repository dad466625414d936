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
  stop,
  set_adherence
};

struct ActionEntry {
  Action action;
  std::string_view name;  ///< behind "do ="
  std::string_view does;  ///< for the documentation
};
inline constexpr ActionEntry kActions[] = {
    {Action::hold, "hold", "nothing is taken until the condition `until` holds"},
    {Action::resume, "resume", "ends every hold"},
    {Action::step_down, "step down", "the next regimen down the arm's ladder, or so many steps down"},
    {Action::step_up, "step up", "the next regimen up the arm's ladder, or so many steps up"},
    {Action::set_regimen, "set", "another regimen or schedule"},
    {Action::set_dose, "set dose", "the daily dose that the formula gives, in mg"},
    {Action::multiply_dose, "multiply dose", "the daily dose times a number or formula"},
    {Action::sample, "sample", "one more visit of this kind, for this patient alone, so long after"},
    {Action::start_comedication, "start comedication",
     "an interacting drug of the scenario, by its `perpetrator`, from now on"},
    {Action::stop_comedication, "stop comedication", "the same, no longer"},
    {Action::switch_drug, "switch", "the second drug instead of the first"},
    {Action::stop, "stop", "the patient leaves the trial"},
    {Action::set_adherence, "set adherence", "the patient takes the drug another way, for good or for a time"},
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
inline constexpr std::uint32_t kOfLadders = bit_of(Action::step_down) | bit_of(Action::step_up);
inline constexpr ActionKey kActionKeys[] = {
    {"until", bit_of(Action::hold)},
    {"resume", bit_of(Action::hold)},
    {"recheck", bit_of(Action::hold)},
    {"steps", kOfLadders | bit_of(Action::hold)},
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
    {"taken", bit_of(Action::set_adherence)},
    {"miss_odds", bit_of(Action::set_adherence)},
    {"holiday_rate", bit_of(Action::set_adherence)},
    {"holiday_share", bit_of(Action::set_adherence)},
    {"restarts", bit_of(Action::set_adherence)},
    {"for", bit_of(Action::set_adherence)},
};

/// What a rule changes of the way in which a patient takes the drug, as bits. Of the first two it has one at most, and
/// of the next two.
inline constexpr std::uint32_t kSetsTaken = 1, kTimesMissOdds = 2, kSetsHolidayRate = 4, kSetsHolidayShare = 8,
                               kRestarts = 16;
/// The largest factor on the odds of missing a dose, and rate of holidays; the others are shares.
inline constexpr double kMostMissOdds = 1e3, kMostHolidaysPerDay = 10.0;

}  // namespace vt
