#pragma once
/// \file The Plan: a Scenario flattened to trivially copyable tables in one buffer, the same bytes on host and device.
/// Units throughout kernels/: h, mg, kg, L, ng/mL, 10⁹/L, % IS; response and counts run in days.

#include <cstdint>

#include "kernels/formula/program.hpp"

namespace vt {

inline constexpr int kIntakesPerDay = 4;    ///< three scheduled intakes and one extra
inline constexpr int kMaxInteractions = 4;  ///< comedications that act at the same time
inline constexpr int kMaxVisitKinds = 32;
inline constexpr int kMaxRules = 32;
inline constexpr int kMaxMemories = 16;  ///< measured values remembered for later formulas and axes
inline constexpr int kMaxKept = 16;      ///< covariates and parameters that visit formulas read
inline constexpr int kMaxEvents = 16;
inline constexpr int kMaxAxes = 4;
inline constexpr int kMaxCorrelated = 16;  ///< random effects in one correlated group, covariates in the copula
inline constexpr int kMaxCriteria = 32;    ///< inclusion criteria
inline constexpr int kMaxBlock = 64;       ///< patients in one block of the randomisation
inline constexpr double kHoursPerDay = 24;
inline constexpr double kMorning_h = 6;    ///< the nominal morning dose, in hours after the day's start
inline constexpr int kBinsPerOctave = 64;  ///< histogram bins between x and 2x

/// A run of T in the Plan's buffer.
template <class T>
struct Table {
  std::uint32_t offset = 0;  ///< bytes from the start of the Plan
  std::uint32_t count = 0;
};

/// How patients get one covariate. `first` and `second` are mean and SD (normal), median and SD of the log
/// (lognormal), low and high (uniform), probability (bernoulli), the two shapes (beta); categorical draws from
/// `values`. table: `column` of the user's table gives it.
enum class Distribution : std::uint32_t { fixed, bernoulli, normal, lognormal, uniform, categorical, beta, table };
struct Covariate {
  Distribution distribution;
  std::uint32_t slot;    ///< patient-phase slot that receives it
  std::uint32_t stream;  ///< random stream, made of its name
  std::uint32_t column;  ///< table
  Program first, second;
  double low, high;            ///< truncation; ±1e300 where there is none
  Table<double> values;        ///< categorical: the categories
  Table<std::uint64_t> below;  ///< categorical: cumulative thresholds on a 32-bit word
  Table<double> factor;        ///< its row of the copula's Cholesky factor, up to itself; empty: independent
};

/// A random effect: slot = Σ_j factor[j]·z_j over the effects of its correlated group, up to itself.
struct RandomEffect {
  std::uint32_t slot;
  std::uint32_t stream;
  Table<double> factor;  ///< its row of the Cholesky factor
  std::uint32_t first_in_group;
  std::uint32_t column;  ///< 1 + column of the user's table that gives it; 0: sampled
};

/// A derived value of the patient: slot = formula(covariates, random effects, earlier values).
struct Derived {
  Program formula;
  std::uint32_t slot;
  std::uint32_t column;  ///< 1 + column of the user's table that gives it; 0: the formula
};

/// The user's own patients.
struct PatientTable {
  Table<double> values;  ///< column after column
  std::uint32_t rows;    ///< 0: there is no table
  std::uint32_t stream;  ///< draws a row for each patient; 0: patient i has row i
};

/// Where the patient phase leaves what the stages read.
enum class Trait : std::uint32_t {
  clearance_L_per_h,
  volume_L,
  absorption_rate_per_h,
  absorption_duration_h,
  lag_h,
  bioavailability,
  flow_L_per_h,
  peripheral_L,
  transit_per_h,
  metabolite_clearance_L_per_h,
  metabolite_L,
  binding_capacity_ng_per_mL,
  binding_constant_ng_per_mL,
  regrowth_per_day,
  kill_max_per_day,
  half_exposure,
  resistance_fold,
  clone_fold,
  activation_per_day,
  deactivation_per_day,
  baseline_percent,
  quiescent_ratio,
  immune_per_day,
  immune_load_percent,
  clone_ratio,
  anc_baseline,
  anc_transit_day,
  anc_feedback,
  anc_effect,
  anc_exponent,
  anc_start,
  anc_clone,
  platelets_baseline,
  platelets_transit_day,
  platelets_feedback,
  platelets_effect,
  platelets_exponent,
  platelets_start,
  platelets_clone,
  count
};
inline constexpr int kTraits = static_cast<int>(Trait::count);

/// x(t) = x·(1 + change·exp(−t / time constant)), t in days since the first dose, never below day 0.
struct Trend {
  double change;
  double per_day;  ///< 1 / time constant
};

/// The longest window of a mean over the last days.
inline constexpr int kWindowDays = 84;

/// The compiled models: one compartment with input of zero or first order; everything else is the general one
/// (kernels/patient/disposition.hpp).
enum class Absorption : std::uint32_t { zero_order, first_order, general };

/// General model: where drug enters. By mouth into the depot or the first transit stage, or at a constant rate.
enum class Entrance : std::uint32_t { central, depot, stages };

struct PharmacokineticsPlan {
  Absorption absorption;
  std::uint32_t occasion_days;         ///< length of an occasion of inter-occasion variability
  double bioavailability_occasion_sd;  ///< SD of ln F between occasions
  Trend clearance_trend, bioavailability_trend, volume_trend, absorption_trend;
  double exposure_scale;       ///< multiplies measured and reported concentrations only
  double reference_ng_per_mL;  ///< average concentration at which the relative exposure is 1
  std::uint32_t carries_over;  ///< an input may run past midnight
  Entrance entrance;
  std::uint32_t stages;  ///< of transit
  std::uint32_t has_metabolite;
  double metabolite_step;  ///< factor on the metabolite's clearance from that day on
  std::int32_t metabolite_step_day;
  std::uint32_t free_drug_acts;  ///< the relative exposure is that of the free drug
  double reference_free_ng_per_mL;
  double threshold_ng_per_mL;    ///< of reported concentrations, for the time above it
  std::uint32_t keeps_last_day;  ///< something looks at the concentrations of the last day
  std::uint32_t unused;
};

/// One comedication: who takes it, when, and what full effect does to bioavailability and clearance.
struct Interaction {
  std::uint64_t taken_below;  ///< 32-bit word below this: the patient takes it
  std::uint32_t stream, unused;
  double start_day, stop_day;
  double clearance_ratio, bioavailability_ratio;
  double liver_keep, gut_keep;  ///< share of the distance to its goal that is left after one day
};

/// One intake of a Regimen. A slot without an intake has dose 0.
struct Intake {
  double dose_mg;
  double nominal_h;                       ///< after the day's start
  double jitter_sd_h, cdf_low, cdf_span;  ///< timing error: normal, truncated to [cdf_low, cdf_low + cdf_span]
  std::uint64_t taken_below;              ///< 32-bit word below this: the dose is taken
};
/// Taken on days whose distance from `anchor_day` is a multiple of `every_days` and lies in the first `on_days` of a
/// cycle of `cycle_days`. Plain regimens have 1, 1 and 1.
struct Regimen {
  double daily_dose_mg;  ///< on average over its days
  double interval_h;
  std::int32_t anchor_day;
  std::uint32_t every_days, on_days, cycle_days;
  std::uint32_t own_dose;  ///< 0: the doses below; else 1 + index of the patient's own dose
  std::uint32_t unused;
  Intake intake[kIntakesPerDay];
};

/// A dose that follows from who the patient is: a formula's value, between `least` and `most`, rounded to what can be
/// put together from tablets.
struct OwnDose {
  std::uint32_t slot, unused;  ///< patient-phase slot
  double least_mg, most_mg;
  Table<double> tablets_mg;  ///< ascending; none: not rounded
};
inline constexpr int kMaxOwnDoses = 8;

/// Regimens by date, ascending; each holds until the next one.
struct ScheduleStep {
  std::int32_t from_day;
  std::uint32_t regimen;
};
struct Schedule {
  Table<ScheduleStep> steps;
};

struct Arm {
  std::uint32_t regimen;
  std::uint32_t share;
  std::uint32_t schedule;  ///< 0: none; else 1 + index
  std::uint32_t unused;
  Table<std::uint32_t> ladder;  ///< regimens, lowest daily dose first
  double leave_per_day;         ///< constant hazard of discontinuation
};

struct LeukaemiaPlan {
  double hill;
  double influx_high_per_day, influx_low_per_day;  ///< chance of a new mutant clone above and below the load
  double influx_load_percent, influx_size_percent;
  double capacity;  ///< carrying capacity over baseline
  std::uint32_t is_set, unused;
};

struct BloodPlan {
  std::uint32_t is_set, steps_per_day;
};

/// What a visit measures (bits of VisitKind::measures).
enum class Measure : std::uint32_t { trough = 1, bcr_abl = 2, cytogenetics = 4, blood_count = 8 };

struct VisitKind {
  std::uint32_t measures;
  std::uint32_t missed_stream;
  std::uint64_t missed_below;
  Table<std::int32_t> days;                             ///< scheduled days, ascending
  double sample_sd_h, sample_cdf_low, sample_cdf_span;  ///< time of the sample about the nominal dose
};

struct AssayPlan {
  double trough_cv, trough_limit_ng_per_mL;
  Table<double> pcr_log10;  ///< nodes in log10 % IS, ascending
  Table<double> pcr_sd;     ///< SD of log10 at the nodes
  double count_cv;
  double metaphase_odds, metaphase_anchor_percent, metaphase_slope_low, metaphase_slope_high;
  std::uint32_t metaphases, unused;
};

/// Where an observable of the visit formulas comes from.
enum class Source : std::uint32_t {
  day,
  month,
  arm,
  daily_dose_mg,
  on_hold,
  days_on_hold,
  times_held,
  days_on_dose,
  doses_taken_percent,
  trough,
  trough_true,
  mean_trough,         ///< index: days
  mean_concentration,  ///< index: days
  auc_24h,
  average_concentration,
  relative_exposure,
  peak,
  hours_above,
  trough_free,
  average_free_concentration,
  metabolite_trough,
  metabolite_auc_24h,
  bcr_abl_is,
  bcr_abl_is_true,
  ph_percent,
  ph_percent_true,
  anc,
  anc_true,
  platelets,
  platelets_true,
  lowest_anc,
  lowest_platelets,
  dose_intensity_mg,
  interacting_drug,
  left,
  on_treatment,
  event,   ///< whether the event of this index has happened
  day_of,  ///< its day
  memory,
  kept,
  count
};
struct Observable {
  Source source;
  std::uint32_t index;  ///< of the memory or the kept value, or days of a window
};

/// A measured value kept for later: that of `source` at one scheduled day of one visit kind.
struct Memory {
  Source source;
  std::uint32_t visit_kind;
  std::int32_t day;
  std::uint32_t index;  ///< as in Observable
};

enum class Action : std::uint32_t { hold, step_down, step_up, set_regimen, stop };
struct Rule {
  Action action;
  std::uint32_t visit_kinds;  ///< bits
  std::uint64_t arms;         ///< bits
  Program when, probability, until;
  Table<std::uint32_t> resume;  ///< regimens after the first, second … hold; the last one stays
  std::uint32_t regimen;        ///< set_regimen
  std::uint32_t group;          ///< of the rules of one group, the first that fires wins; 0 = none
  std::uint32_t stream;
  std::int32_t recheck_days;  ///< visits while on hold; 0 = none
  std::uint32_t most_times;   ///< 0 = no limit
  std::uint32_t unused;
};

/// Something that happens to a patient once: a response, progression, an adverse event, death.
struct Event {
  Program hazard;  ///< rate while at risk; not set: the event happens where `when` holds
  Program when;
  Program only_if;  ///< at risk only where it holds
  double per_day;   ///< unit of the hazard, in events per day
  std::uint32_t stream;
  std::uint32_t visit_kinds;  ///< bits: looked for at these visits; 0: on the days of the Plan's event calendar
  std::int32_t every_days;    ///< length of an interval of the hazard
  std::uint32_t after;        ///< 1 + index of the event before which nobody is at risk; 0 = none
  std::uint32_t confirm;      ///< times in a row that `when` has to hold
  std::uint32_t fatal, ends_treatment, ends_trial;
  std::uint64_t reads;  ///< observables of its formulas (bit = slot)
};
/// Day of an event that has not happened: after every other day.
inline constexpr std::int32_t kNever = 0x7fffffff;

enum class AxisKind : std::uint32_t { arm, visit, values, bins, octaves };
struct Axis {
  AxisKind kind;
  std::uint32_t count;  ///< cells along this axis; for formulas the last one is "not measured"
  Program source;
  Table<double> edges;        ///< values: the values; bins: ascending edges
  std::int32_t first_octave;  ///< octaves: exponent of the lowest bin's lower edge
  std::uint32_t octaves;
};

/// A proportion takes 3 words a cell: randomised, evaluable, events. A number takes 6 + bins: randomised, evaluable,
/// fixed-point sum, two limbs of the squares, clamped, histogram.
enum class TallyKind : std::uint32_t { proportion, number };
inline constexpr int kProportionWords = 3;
inline constexpr int kNumberWords = 6;
struct TallyPlan {
  TallyKind kind;
  std::uint32_t visit_kind;
  Program score;
  std::uint32_t n_axes, words_per_cell;
  Axis axis[kMaxAxes];
  std::uint64_t first_word, cells;
  double low, high;  ///< number: declared range
  double scale;      ///< number: fixed-point units per unit, a power of two
  std::int32_t first_octave;
  std::uint32_t octaves;
  Table<double> hours;  ///< a profile: concentrations so many hours after the last day's first intake, the last axis
};

/// Why a patient's trial could not be computed.
enum class Failure : std::uint32_t { none, bad_trait, formula_domain, not_finite, count };
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

  Table<Instruction> instructions;
  Table<double> constants;
  Table<Covariate> covariates;
  Table<RandomEffect> random_effects;
  Table<Derived> derived;
  PatientTable table;
  Table<Program> criteria;  ///< of inclusion; they see the first n_parameters derived values
  std::uint32_t n_parameters, unused_population;
  std::uint32_t trait_slot[kTraits];  ///< patient-phase slots
  Table<std::uint32_t> kept_slots;    ///< patient-phase slots that visits read

  Table<Arm> arms;
  Table<Regimen> regimens;
  Table<Schedule> schedules;
  Table<OwnDose> own_doses;
  std::int32_t first_dose_day;  ///< 0, or earlier where a schedule begins in the run-in
  std::uint32_t regimens_vary;  ///< doses differ between days without a rule's doing
  PharmacokineticsPlan pharmacokinetics;
  Interaction interactions[kMaxInteractions];
  std::uint32_t n_interactions, unused;
  LeukaemiaPlan leukaemia;
  BloodPlan blood[2];  ///< neutrophils, platelets
  AssayPlan assays;
  std::uint32_t sums_troughs, sums_concentrations;  ///< whether somebody asks for a mean over the last days

  Table<std::uint32_t> calendar;        ///< visit kinds due, by day − first_day
  Table<std::uint32_t> event_calendar;  ///< events looked for beside visits, by day − first_day; empty without events
  Table<VisitKind> visit_kinds;
  Table<Observable> observables;  ///< of the visit formulas, by slot
  Table<Memory> memories;
  Table<Rule> rules;
  Table<Event> events;
  Table<TallyPlan> tallies;
};

}  // namespace vt
