#pragma once
#include "kernels/plan.hpp"

namespace vt {

/// Why a patient is no longer in the trial.
enum class Left : std::uint32_t { no, discontinued, stopped, died, event, not_included, count };
inline constexpr int kLeft = static_cast<int>(Left::count);

/// What a patient's file holds of one laboratory value: the last result, the one before it, and the lowest and highest
/// so far.
struct Filed {
  double last, previous, lowest, highest;
  double results;  ///< how many
};

/// A result that the laboratory has not reported yet.
struct UnderWay {
  double value;
  std::int32_t due;
  std::uint32_t is_set;
};

/// A measured concentration with what the physician knows of it: hours after the last planned intake, and the dose then
/// prescribed. dose_mg 0: no level.
struct Level {
  double ng_per_mL, after_h, dose_mg, interval_h;
  std::int32_t due;
  std::uint32_t unused;
};

/// What is looked at to see whether a patient's state is still one of numbers.
enum class BodyState : std::uint32_t {
  central,
  load,
  neutrophils,
  platelets,
  relative_exposure,
  haemoglobin,
  tumour_size,
  tumour_density,
  count
};

/// Relative exposures of the first drug that act as strongly as a drug does: on sensitive cells of the disease, on its
/// mutant clone, on normal blood cells.
struct Exposures {
  double on_disease, on_mutant, on_blood;
};

/// When something strikes: up to a day before the morning of that day, the lead.
struct Strike {
  std::int32_t day;
  double lead;
};

/// Day of an episode that was to come when the patient left.
inline constexpr std::int32_t kForgotten = -kNever;

/// What is known and decided about one patient: touched at visits only.
struct Course {
  std::uint32_t arm, regimen;
  std::uint32_t failure;  ///< kernels/failure.hpp
  Left left;
  std::int32_t left_day;
  double left_lead;          ///< how many days before that day's morning
  std::int32_t leaves_on;    ///< day of discontinuation, drawn at the start
  std::int32_t turns_on;     ///< next day on which leaving, or an event with consequences, is due
  std::int32_t off_drug_on;  ///< day on which the treatment ended for good; kNever before
  double off_drug_lead;      ///< how many days before that day's morning
  std::uint64_t held_by;     ///< rules that hold the drug
  std::int32_t held_since;
  std::int32_t days_held;         ///< in holds that are over
  std::int32_t days_held_at_end;  ///< of the treatment with the first drug
  std::int32_t holds;
  std::uint32_t memories_defined;
  std::uint32_t rejected_by;         ///< 1 + the first inclusion criterion that did not hold; 0: none
  std::int32_t rule_day[kMaxRules];  ///< day on which each rule fired last
  std::uint32_t rule_times[kMaxRules];
  std::uint8_t rule_streak[kMaxRules];   ///< visits in a row at which its condition held
  double dose_mg;                        ///< of one intake, where it is the patient's own; 0: that of the regimen
  std::int32_t changed_on;               ///< day of the last change of dose
  std::int32_t changes;                  ///< of the dose
  std::int32_t event_day[kMaxEvents];    ///< kNever: not yet. A day still to come is known to the machine alone
  double event_lead[kMaxEvents];         ///< how many days before that day's morning it struck; 0 if found then
  std::uint32_t event_held[kMaxEvents];  ///< times in a row that the condition has held
  double hazard_left[kMaxEvents];        ///< of the patient's Exp(1); the event happens when it is used up
  std::int32_t episode_day[kMaxEvents];  ///< of its last episode; may be still to come. kNever: none yet
  std::uint32_t held_in;                 ///< bits: events during whose last episode the drug was held
  std::uint8_t episodes[kMaxEvents];     ///< so far, one to come included
  UnderWay under_way[kResults][2];
  Level level[kLevels];      ///< the newest ones, in a ring
  std::uint32_t levels;      ///< so far
  std::uint32_t late_kinds;  ///< visits of today whose sample is drawn after the dose
  std::uint32_t samples[kMeasures];
  double prior[kPriorTraits];                      ///< of the typical patient with these covariates
  std::uint32_t tests_done, tests_positive;        ///< bits
  double pills_lost;                               ///< of the pills left over, the share that is not brought back
  double counted_prescribed_mg, counted_taken_mg;  ///< up to the last count of pills
  double memory[kMaxMemories];
  double kept[kMaxKept];
  double own_dose[kMaxOwnDoses];  ///< of one intake
  std::uint32_t schedule;         ///< 0: none; else 1 + index
  std::uint32_t
      scheduled_regimen;     ///< the last one that the schedule gave; once a rule gives another, the schedule ends
  std::int32_t counts_from;  ///< the day from which schedule, cycles and alternate days count
  std::int32_t starts_on;    ///< day of the first dose
  std::int32_t switched_on;  ///< first day of the second drug; kNever before
  Exposures second_drug;     ///< for this patient
};

/// A patient's end, for comparisons bit by bit.
struct Record {
  std::uint64_t patient;
  std::uint64_t rejected_by;  ///< as in Course; the rest of such a patient's record is zero
  std::uint64_t arm, regimen, failure, left, left_day;
  std::uint64_t holds, days_held, rules_fired;
  double doses_prescribed, doses_taken, taken_mg;
  std::uint64_t dose_history;  ///< folded bits of every dose's amount and time
  double central_mg, depot_mg, peripheral_mg, metabolite_mg, liver, gut;
  double sensitive, quiescent, clone;
  double neutrophils[5], platelets[5];
  double haemoglobin, tumour_size, tumour_density;
  double result[kResults];
  std::uint64_t results_defined;
  std::int64_t event_day[kMaxEvents];  ///< -1: did not happen
  double column[kMaxColumns];          ///< of the trial table
  std::uint64_t columns_defined;       ///< bits
};

}  // namespace vt
