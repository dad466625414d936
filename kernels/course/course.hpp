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

/// A patient's newest results of the kinds for which the Plan keeps them.
struct ResultHistory {
  double value[kKeptResults];
  std::int32_t sampled_on[kKeptResults];
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
  std::int32_t treated;  ///< days since the first dose when it was drawn
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

/// Leaving the trial.
struct Leaving {
  Left why;
  std::int32_t day;
  double lead;              ///< how many days before that day's morning
  std::int32_t planned_on;  ///< day of discontinuation, drawn at the start
};

/// The end of the treatment with the first drug for good.
struct OffDrug {
  std::int32_t on;  ///< kNever before
  double lead;      ///< how many days before that day's morning
};

/// Doses as prescribed.
struct Dosing {
  std::uint32_t regimen;
  double dose_mg;                 ///< of one intake, where it is the patient's own; 0: that of the regimen
  double own_dose[kMaxOwnDoses];  ///< of one intake
  std::int32_t changed_on;        ///< day of the last change of dose
  std::int32_t changes;           ///< of the dose
  std::uint32_t schedule;         ///< 0: none; else 1 + index
  std::uint32_t
      scheduled_regimen;     ///< the last one that the schedule gave; once a rule gives another, the schedule ends
  std::int32_t counts_from;  ///< the day from which schedule, cycles and alternate days count
  std::int32_t starts_on;    ///< day of the first dose that is prescribed: all that counts treatment counts from it
};

/// How a patient takes the drug beside the way that is in force.
struct WayOfTaking {
  double odds;  ///< of missing a dose, on the eve of day OwnHabits::since
  double begin_miss, begin_holiday, holidays_per_day;
};

/// A patient's own way with the drug, while rules have another one in force.
struct OwnHabits {
  WayOfTaking own;
  WayOfTaking for_good;  ///< what rules have changed for good, while one that they change for a time is in force
  double stops_on_day;
  std::int32_t since;
  std::int32_t odds_until, holidays_until, stop_until;  ///< first days on which the way before is back; kNever
  std::uint32_t changed;                                ///< bits of what is not the patient's own now
  std::uint32_t has_for_good;                           ///< bits of what comes back from `for_good`
};

/// Pauses of the drug.
struct Holds {
  std::uint64_t by;      ///< bits: rules that hold it now
  std::uint64_t let_go;  ///< bits: rules that have held it since this pause began, and hold it no longer
  std::int32_t since;
  std::int32_t days;         ///< in holds that are over
  std::int32_t days_at_end;  ///< of the treatment with the first drug
  std::int32_t count;
  std::int32_t ended_on;  ///< day of the last end
  std::uint32_t during;   ///< bits: events during whose last episode the drug was held
};

/// What a rule has done.
struct RuleCourse {
  std::int32_t day;  ///< on which it fired last
  std::uint32_t times;
  std::uint8_t streak;  ///< visits in a row at which its condition held
};

/// An event and its episodes.
struct EventCourse {
  std::int32_t day;          ///< kNever: not yet. A day still to come is known to the machine alone
  std::int32_t episode_day;  ///< of its last episode; may be still to come. kNever: none yet
  double lead;               ///< how many days before that day's morning it struck; 0 if found then
  double hazard_left;        ///< of the patient's Exp(1); the event happens when it is used up
  std::int32_t found_on;     ///< first of the looks in a row at which the condition has held; then the last
  std::uint16_t streak;      ///< so many looks in a row
  std::uint16_t episodes;    ///< so far, one to come included; none: the patient has not had it, whatever its day says
  // Of an event that changes while it lasts (`changes`):
  std::uint8_t grade;         ///< of the last episode before `changes_on`; 0: it is over
  std::uint8_t next_grade;    ///< from `changes_on` on; 0: over
  std::uint8_t worst;         ///< of all that is no longer kept
  std::int32_t changes_on;    ///< day of the change to come; kNever: none
  std::int32_t days;          ///< on which it was active, before counted_from
  std::int32_t counted_from;  ///< first day that `days` does not know, while the drug is given
};

/// What the laboratory has, and has not reported yet.
struct Laboratory {
  UnderWay under_way[kResults][2];
  std::uint32_t late_kinds;  ///< visits of today whose sample is drawn after the dose
  std::uint32_t samples[kMeasures];
  std::uint32_t tests_done, tests_positive;  ///< bits
};

/// Measured concentrations: the newest ones, in a ring.
struct Levels {
  Level newest[kLevels];
  std::uint32_t count;  ///< so far
};

/// Counts of the pills left over.
struct Pills {
  double lost;                     ///< of them, the share that is not brought back
  double prescribed_mg, taken_mg;  ///< up to the last count
};

/// Values that a scenario keeps.
struct Memories {
  double value[kMaxMemories];
  std::uint32_t defined;  ///< bits
  double kept[kMaxKept];
};

/// What is known and decided about one patient: touched at visits only.
struct Course {
  std::uint32_t arm;
  std::uint32_t rejected_by;  ///< 1 + the first inclusion criterion that did not hold; 0: none
  std::uint32_t failure;      ///< kernels/failure.hpp
  std::int32_t due_on;        ///< next day on which leaving, or an event with consequences, is due
  Leaving leaving;
  OffDrug off_drug;
  Dosing dosing;
  OwnHabits own_habits;
  Holds holds;
  std::int32_t switched_on;  ///< first day of the second drug; kNever before
  Exposures second_drug;     ///< for this patient
  RuleCourse rule[kMaxRules];
  EventCourse event[kMaxEvents];
  Laboratory laboratory;
  Levels levels;
  double prior[kPriorTraits];  ///< of the typical patient with these covariates
  Pills pills;
  Memories memories;
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
  double models[kRecordedNumbers];  ///< of each model's state, see `recorded`
  double result[kResults];
  std::uint64_t results_defined;
  std::int64_t event_day[kMaxEvents];  ///< -1: did not happen. Of events before day 0 the day before
  double column[kMaxColumns];          ///< of the trial table, those of each life behind those of the one before
  std::uint64_t columns_defined;       ///< bits
};

}  // namespace vt
