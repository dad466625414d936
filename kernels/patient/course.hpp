#pragma once
#include "kernels/plan.hpp"

namespace vt {

/// Why a patient is no longer in the trial.
enum class Left : std::uint32_t { no, discontinued, stopped, died, event, not_included };

/// The laboratory values a patient's file holds: the latest of each.
enum class Result : std::uint32_t { trough, bcr_abl_is, ph_percent, anc, platelets, count };
inline constexpr int kResults = static_cast<int>(Result::count);

/// What is known and decided about one patient: touched at visits only.
struct Course {
  std::uint32_t arm, regimen;
  std::uint32_t failure;  ///< a Failure
  Left left;
  std::int32_t left_day;
  std::int32_t leaves_on;    ///< day of discontinuation, drawn at the start
  std::int32_t turns_on;     ///< next day on which leaving, or an event with consequences, is due
  std::int32_t off_drug_on;  ///< day on which an event ended the treatment for good; kNever before
  std::uint64_t held_by;     ///< rules that hold the drug
  std::int32_t held_since;
  std::int32_t days_held;  ///< in holds that are over
  std::int32_t holds;
  std::uint32_t results_defined;  ///< bits of Result
  std::uint32_t memories_defined;
  std::uint32_t rejected_by;         ///< 1 + the first inclusion criterion that did not hold; 0: none
  std::int32_t rule_day[kMaxRules];  ///< day on which each rule fired last
  std::uint32_t rule_times[kMaxRules];
  std::int32_t event_day[kMaxEvents];    ///< kNever: not yet. A day still to come is known to the machine alone
  std::uint32_t event_held[kMaxEvents];  ///< times in a row that the condition has held
  double hazard_left[kMaxEvents];        ///< of the patient's Exp(1); the event happens when it is used up
  double result[kResults];
  double lowest_anc, lowest_platelets;  ///< of the counts reported so far
  double memory[kMaxMemories];
  double kept[kMaxKept];
  double own_dose[kMaxOwnDoses];  ///< of one intake
  std::uint32_t schedule;         ///< 0: none; else 1 + index
  std::uint32_t
      scheduled_regimen;   ///< the last one that the schedule gave; once a rule gives another, the schedule ends
  std::int32_t starts_on;  ///< day of the first dose
  std::uint32_t unused_too;
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
  double result[kResults];
  std::uint64_t results_defined;
  std::int64_t event_day[kMaxEvents];  ///< -1: did not happen
};

}  // namespace vt
