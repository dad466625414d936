#pragma once
/// \file The Plan: a Scenario flattened to trivially copyable tables in one buffer, the same bytes on host and device.
/// Units throughout kernels/: h, mg, kg, L, ng/mL, 10⁹/L, % IS; response and counts run in days.

#include <cstdint>

#include "kernels/plan_models.hpp"
#include "kernels/vocabulary/actions.hpp"
#include "kernels/vocabulary/quantities.hpp"
#include "kernels/vocabulary/tallies.hpp"

// The bytes of the Plan are hashed: what a compiler leaves between two members would be in the hash.
#ifndef __CUDACC__
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"
#endif

namespace vt {

struct Observable {
  Source source;
  std::uint32_t index;  ///< of the memory, the kept value or the Result, or days of a window
};

/// Index of an observable over the results of the last days. A Result stands in the lowest bits.
inline constexpr std::uint32_t kWindowShift = 5;
static_assert(kResults <= 1 << kWindowShift);
constexpr std::uint32_t result_window(std::uint32_t result, std::uint32_t days) {
  return days << kWindowShift | result;
}

/// Where a patient's results of one kind are kept: a ring of the newest ones. count 0: nobody asks for them.
struct KeptResults {
  std::uint32_t first, count;
};

/// A value kept for later: that of `source` at the visits of one scheduled day that measure it, or on the day on which
/// an event happens for the first time.
struct Memory {
  Source source;
  std::uint32_t visit_kinds;  ///< bits
  std::int32_t day;
  std::uint32_t index;    ///< as in Observable
  std::int32_t known_on;  ///< day from which it can be seen; later than `day` for what a laboratory reports
  std::uint32_t event;    ///< 1 + index of the event; 0: of a visit
};

struct Rule {
  Action action;
  std::uint32_t visit_kinds;  ///< bits
  std::uint64_t arms;         ///< bits
  Program when, probability, until;
  Table<std::uint32_t> resume;  ///< regimens after the first, second … hold; the last one stays
  Table<double> resume_from;    ///< where a regimen each belongs to a daily dose in mg instead; else empty
  std::uint32_t regimen;        ///< set_regimen
  std::uint32_t group;          ///< of the rules of one group, the first that fires wins; 0 = none
  std::uint32_t stream;
  std::int32_t recheck_days;  ///< visits while on hold; 0 = none
  std::uint32_t most_times;   ///< 0 = no limit
  std::uint32_t confirm;      ///< visits in a row at which the condition must hold
  std::int32_t rest_days;     ///< not within so many days of the last change of dose
  std::int32_t after_days;    ///< sample: so many days later
  std::uint32_t what;         ///< sample: the kind of visit; comedication: which
  std::uint32_t schedule;     ///< set_regimen: 1 + index of the schedule that begins; 0 = none
  Program dose;               ///< set_dose, multiply_dose
  double strength_mg;         ///< an intake is a multiple of it; 0 = any dose
  double least_mg, most_mg;   ///< daily
  std::uint32_t steps;        ///< of the arm's ladder: step_down, step_up; of hold: down, behind it; 0 = none
  std::uint32_t adherence;    ///< set_adherence: bits of what it changes (kernels/vocabulary/actions.hpp)
  std::int32_t lasts_days;    ///< set_adherence: so long; 0 = for good
  std::uint32_t unused;
  Program odds;      ///< set_adherence: the share taken or the factor on the odds of missing
  Program holidays;  ///< set_adherence: rate per day or share
};

/// Something that happens to a patient: a response, progression, death; an adverse event, which may come again.
struct Event {
  Program hazard;  ///< rate while at risk; not set: the event happens where `when` holds
  Program when;
  Program only_if;  ///< at risk only where it holds
  double per_day;   ///< unit of the rates, in events per day
  std::uint32_t stream;
  std::uint32_t visit_kinds;  ///< bits: looked for at these visits; 0: on the days of the Plan's event calendar
  std::int32_t every_days;    ///< length of an interval of the hazard
  std::uint32_t after;        ///< 1 + index of the event before which nobody is at risk; 0 = none
  std::uint32_t confirm;      ///< times in a row that `when` has to hold
  std::uint32_t fatal, ends_treatment, ends_trial, switches_drug;
  std::uint32_t dated_first;       ///< its day is the first of the looks at which `when` held in a row; 0: the last
  std::int32_t from_day;           ///< not looked for before
  std::uint32_t recurs_at_rate;    ///< `recurrence` is a rate; 0: a chance
  double grade_from[kGrades - 1];  ///< chance of grade 2, 3, 4 or worse
  double duration_day, duration_spread;  ///< median, SD of ln; 0 = as long as the drug is given
  Program recovery;                      ///< rate at which an episode ends; not set: by its duration or with the drug
  Program easing, worsening;             ///< rates at which the grade of an episode falls and rises by one
  Program recurrence;                    ///< chance that the drug, given again, brings it back, or the rate at which it
                                         ///< comes back; not set: it never does
  double recurrence_per_day;             ///< rate at which it then comes, behind a chance
  double grade_again_from[kGrades - 1];  ///< as grade_from, when it comes back
  std::uint64_t reads;                   ///< observables of its formulas (bit = slot)
};
/// Day of an event that has not happened: after every other day.
inline constexpr std::int32_t kNever = 0x7fffffff;
/// The grade from which an event is severe.
inline constexpr std::uint32_t kSevere = 3;

enum class AxisKind : std::uint32_t { arm, visit, values, bins, octaves, replicate };
struct Axis {
  AxisKind kind;
  std::uint32_t count;  ///< cells along this axis; for formulas the last one is "not measured"
  Program source;
  Table<double> edges;        ///< values: the values; bins: ascending edges
  std::int32_t first_octave;  ///< octaves: exponent of the lowest bin's lower edge
  std::uint32_t octaves;
};

/// With which the words of a cell begin: randomised and evaluable.
inline constexpr int kCommonWords = 2;
inline constexpr int kMaxCauses = 8;  ///< the event and those that compete with it
inline constexpr int kMaxPairs = 16;  ///< tallies of pairs

/// Stands for a kind of visit where a tally is counted once, at the end of each life.
inline constexpr std::uint32_t kAtEnd = kMaxVisitKinds;

struct TallyPlan {
  std::uint32_t kind;  ///< its place in TallyKinds (kernels/tally/kinds.hpp)
  std::uint32_t visit_kind;
  Program score;
  std::uint32_t n_axes, words_per_cell;
  Axis axis[kMaxAxes];
  std::uint64_t first_word, cells;
  double low, high;  ///< number: declared range
  double scale;      ///< pair_difference: fixed-point units per unit, a power of two
  std::int32_t first_octave;
  std::uint32_t octaves;     ///< number: of the histogram, the linear one included
  std::uint32_t linear;      ///< number: 1 where an octave of equal bins lies below the first one, from 0 on
  std::uint32_t bin_shift;   ///< number: 0, or 6 where an octave has one bin
  double bins_per_unit;      ///< pair_difference: of equal bins from `low` on
  std::uint32_t equal_bins;  ///< pair_difference
  Estimand estimand;
  Table<double> thresholds;               ///< number: ascending
  std::uint32_t n_causes, n_times;        ///< time_to_event
  std::uint32_t causes[kMaxCauses];       ///< time_to_event: bits of events; the first is the event
  std::int32_t interval_days;             ///< time_to_event
  std::uint32_t pair_first, pair_second;  ///< arms
  std::uint32_t pair_slot;                ///< where the score of the life that comes first is kept
  Table<double> hours;  ///< a profile: concentrations so many hours after the last day's first intake, the last axis
  Program among;        ///< only those are counted in whom it holds; not set: everybody
  std::uint32_t from;   ///< time_to_event: 1 + index of the event at which times begin; 0: with the trial
  std::uint32_t unused;
};

/// A column of the trial table: one number for each patient, when the trial is over.
enum class ColumnKind : std::uint32_t { formula, end_day, outcome };
struct Column {
  ColumnKind kind;
  std::uint32_t tally;  ///< end_day, outcome: of the time to event whose end it is
  Program value;        ///< formula
  Program among;        ///< formula: only those have a value in whom it holds; not set: everybody
};
inline constexpr int kMaxColumns = 16;

/// Why a patient's trial could not be computed, and at what (kernels/failure.hpp).
enum class Failure : std::uint32_t {
  none,
  negative_trait,   ///< or no number. A Trait
  zero_trait,       ///< of those that are divided by. A Trait
  share_above_one,  ///< A Trait
  short_holiday,    ///< shorter than a day, or the longest shorter than the shortest. A Trait
  long_input,       ///< a lag of a day or more, or lag and duration together more than the Plan has. A Trait
  bad_dose,         ///< negative, no number or more than tablets make. One of the Plan's own_doses
  bad_prior,        ///< not positive, no number, or an input or lag of more than a day. One of kPriorTraits
  no_distribution,  ///< with these parameters. A covariate
  formula_domain,   ///< a formula has no value. A site
  bad_value,        ///< a hazard below 0, a probability outside 0 … 1. The formula's site
  not_finite,       ///< One of kVitals
  gut_extraction,   ///< 1 or more, or so little that more than all could be absorbed. A Trait
  count
};
inline constexpr int kFailures = static_cast<int>(Failure::count);

/// The header of the buffer; the tables follow it.
struct Plan {
  std::uint64_t bytes;  ///< of the whole buffer
  std::uint64_t seed;
  std::uint64_t patients;  ///< per replicate
  std::uint64_t replicates;
  std::int32_t first_day, last_day;  ///< the last day has a visit only
  std::uint32_t block;               ///< patients in one block of the randomisation
  std::uint32_t intakes;             ///< slots of the day that any regimen uses
  std::uint64_t tally_words;
  std::uint32_t lives;         ///< of each patient: 1, or one in every arm (counterfactual allocation)
  std::uint32_t ends_tallied;  ///< a tally is counted at the end of a life

  Table<Instruction> instructions;
  Table<double> constants;
  Table<Covariate> covariates;
  Table<RandomEffect> random_effects;
  Table<Derived> derived;
  PatientTable table;
  DoseRecords dose_records;
  Table<Program> criteria;  ///< of inclusion; they see the first n_parameters derived values
  std::uint32_t n_parameters, unused_population;
  std::uint32_t trait_slot[kTraits | 1];  ///< patient-phase slots; an odd number, so that no gap follows
  Table<std::uint32_t> kept_slots;        ///< patient-phase slots that visits read

  Table<Arm> arms;
  Table<Regimen> regimens;
  Table<Schedule> schedules;
  Table<OwnDose> own_doses;
  std::int32_t first_dose_day;       ///< 0, or earlier where a schedule or records begin in the run-in
  std::int32_t treated_from_day;     ///< the first dose that any arm prescribes; trends count from it
  std::uint32_t regimens_vary;       ///< doses differ between days without a rule's doing
  std::uint32_t misses_second_drug;  ///< not everybody takes the second drug every day
  std::uint32_t sets_adherence;      ///< whether a rule changes how patients take the drug
  DrugPlan drug;
  LeukaemiaPlan leukaemia;
  BloodPlan blood[kLineages];
  std::uint32_t models;  ///< bits: of which models of kernels/models/models.hpp patients have a state
  std::uint32_t has_second_drug, unused_models;
  std::uint32_t measures_further;  ///< detection limits, droplet digital PCR or models of which something is measured
  AssayPlan assays;
  PredictionPlan prediction;
  Table<TestPlan> tests;
  std::uint32_t sums_troughs, sums_concentrations;  ///< whether somebody asks for a mean over the last days

  Table<std::uint32_t> calendar;        ///< visit kinds due, by day − first_day
  Table<std::uint32_t> event_calendar;  ///< events looked for beside visits, by day − first_day; empty without events
  Table<VisitKind> visit_kinds;
  std::uint64_t reads[kMaxVisitKinds];  ///< observables (bit = slot) that rules and tallies at a kind of visit use
  Table<Observable> observables;        ///< of the visit formulas, by slot
  Table<Memory> memories;
  std::uint32_t remembers_events, unused_memories;  ///< whether a memory is of an event
  Table<Rule> rules;
  Table<Event> events;
  std::uint32_t orders_samples;  ///< whether a rule can order a visit
  std::uint32_t waits;           ///< whether a result can be under way
  KeptResults kept_results[kResults];
  Table<TallyPlan> tallies;
  Table<Observable> recorded;         ///< values written down every day for recorded patients
  Table<std::int32_t> recorded_days;  ///< on which their concentrations are written down, ascending
  Table<double> recorded_hours;       ///< after that day's nominal morning dose, 0 … 24
  Table<Column> columns;
  std::uint32_t sites;           ///< of formulas; Program::site is below it
  std::uint32_t failure_places;  ///< more than any place of a failure
};

}  // namespace vt

#ifndef __CUDACC__
#pragma GCC diagnostic pop
#endif
