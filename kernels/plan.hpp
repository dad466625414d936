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
inline constexpr int kMeasures = 16;       ///< bits of Measure
inline constexpr int kMaxResults = 16;
inline constexpr int kLevels = 4;       ///< measured concentrations that a prediction can use
inline constexpr int kPriorTraits = 5;  ///< clearance, volume, absorption, lag, bioavailability
inline constexpr int kMaxTests = 16;
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
  haemoglobin_baseline,
  haemoglobin_turnover_day,
  haemoglobin_effect,
  haemoglobin_exponent,
  haemoglobin_start,
  tumour_baseline,
  tumour_limit,
  tumour_growth_per_day,
  tumour_kill_per_day,
  tumour_fading_per_day,
  tumour_density,
  tumour_density_per_day,
  tumour_density_effect,
  taken,
  miss_after_miss,
  holiday_share,
  holiday_after_holiday,
  holidays_per_day,
  holiday_shortest_day,
  holiday_longest_day,
  decline_per_year,
  double_after_miss,
  double_by_mistake,
  stops_after_day,
  pills_lost,
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

enum class Absorption : std::uint32_t { zero_order, first_order };

struct PharmacokineticsPlan {
  Absorption absorption;
  std::uint32_t occasion_days;         ///< length of an occasion of inter-occasion variability
  double bioavailability_occasion_sd;  ///< SD of ln F between occasions
  Trend clearance_trend, bioavailability_trend, volume_trend;
  double exposure_scale;       ///< multiplies measured and reported concentrations only
  double reference_ng_per_mL;  ///< average concentration at which the relative exposure is 1
  std::uint32_t carries_over;  ///< an input may run past midnight
  std::uint32_t unused;
};

inline constexpr std::uint32_t kNoSlot = 0xffffffffu;

/// One comedication: who takes it, when, and what full effect does to bioavailability and clearance.
struct Interaction {
  std::uint64_t taken_below;  ///< 32-bit word below this: the patient takes it
  std::uint32_t stream;
  std::uint32_t taken_slot;             ///< patient-phase slot: 0 = not taken all the same; or kNoSlot
  std::uint32_t start_slot, stop_slot;  ///< patient-phase slots of the days; kNoSlot: those below
  double start_day, stop_day;
  double course_days, every_days;  ///< intermittent courses; every 0: one course from start to stop
  double clearance_ratio, bioavailability_ratio;
  double liver_keep, gut_keep;  ///< share of the distance to its goal that is left after one day
};

/// How doses are missed: with one probability for each schedule, or by habits of the patient (patient/habits.hpp).
enum class Missing : std::uint32_t { by_schedule, alone, in_runs };
struct AdherencePlan {
  Missing missing;
  std::uint32_t unused;
};

/// One intake of a Regimen. A slot without an intake has dose 0.
struct Intake {
  double dose_mg;
  double nominal_h;                       ///< after the day's start
  double jitter_sd_h, cdf_low, cdf_span;  ///< timing error: normal, truncated to [cdf_low, cdf_low + cdf_span]
  std::uint64_t taken_below;              ///< 32-bit word below this: the dose is taken
  double miss_odds;                       ///< odds of missing it, times those of a dose once daily
};
struct Regimen {
  double daily_dose_mg;
  double interval_h;
  Intake intake[kIntakesPerDay];
};

struct Arm {
  std::uint32_t regimen;
  std::uint32_t share;
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
enum class Measure : std::uint32_t {
  trough = 1,
  bcr_abl = 2,
  cytogenetics = 4,
  blood_count = 8,
  pill_count = 16,
  ddpcr = 32,
  imaging = 64
};

struct VisitKind {
  std::uint32_t measures;
  std::uint32_t missed_stream;
  std::uint64_t missed_below;
  Table<std::int32_t> days;                             ///< scheduled days, ascending
  double sample_sd_h, sample_cdf_low, sample_cdf_span;  ///< time of the sample about the nominal dose
  double late_low_h, late_span_h;                       ///< is_late: time of the sample after the dose, uniform
  std::uint32_t is_late;                                ///< the sample is drawn after the day's first dose
  std::uint32_t on_results;                             ///< bits of Result: takes place when one of them arrives
  std::uint32_t tests, unused;                          ///< bits of the tests that are done
};

struct AssayPlan {
  double trough_cv, trough_limit_ng_per_mL;
  double trough_sd_ng_per_mL, trough_sd_log;
  std::int32_t wait_days[kMaxResults];  ///< by Result
  double cost[kMeasures];               ///< of a sample, by bit of Measure
  Table<double> pcr_log10;              ///< nodes in log10 % IS, ascending
  Table<double> pcr_sd;                 ///< SD of log10 at the nodes
  double count_cv;
  double metaphase_odds, metaphase_anchor_percent, metaphase_slope_low, metaphase_slope_high;
  std::uint32_t metaphases, unused;
  double pcr_copies, pcr_copies_spread;      ///< of the control gene in a sample: median, SD of ln; 0 = all is detected
  double ddpcr_copies, ddpcr_copies_spread;  ///< likewise
  double ddpcr_sd_log10;
  double size_error;  ///< SD of ln of a measured tumour size
};

/// A physician's prediction of the trough from measured levels: a prior and how it is used.
struct PredictionPlan {
  std::uint32_t is_set;
  Absorption absorption;
  std::uint32_t slot[kPriorTraits];  ///< patient-phase slots of the typical values
  std::uint32_t estimates_volume;
  std::uint32_t levels, unused;                                  ///< the newest so many are used
  double precision_clearance, precision_volume, precision_both;  ///< Ω⁻¹
  double clearance_sd, volume_sd, residual_cv;
  double half_life_h;  ///< of log-linear extrapolation
};

/// A test with two outcomes: whether a condition holds, with errors.
struct TestPlan {
  Program condition;
  double sensitivity, specificity;
  std::uint32_t stream, unused;
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
  dose_changes,
  days_since_change,
  trough,
  trough_true,
  mean_trough,         ///< index: days
  mean_concentration,  ///< index: days
  auc_24h,
  average_concentration,
  relative_exposure,
  bcr_abl_is,
  bcr_abl_is_true,
  ph_percent,
  ph_percent_true,
  anc,
  anc_true,
  platelets,
  platelets_true,
  previous,  ///< index: of the Result
  lowest,    ///< index: of the Result
  highest,   ///< index: of the Result
  dose_intensity_mg,
  trough_below_limit,
  cost_so_far,
  predicted_trough_map,
  predicted_trough_log_linear,
  test,  ///< index: of the test
  relative_dose_intensity,
  interacting_drug,
  pill_count,
  left,
  on_treatment,
  bcr_abl_share,
  anc_normal_true,
  control_copies,
  ddpcr_is,
  ddpcr_copies,
  haemoglobin,
  haemoglobin_true,
  tumour_size,
  tumour_size_true,
  tumour_density_true,
  exposure_days,
  event,   ///< whether the event of this index has happened
  day_of,  ///< its day
  severe,
  active,
  memory,
  kept,
  count
};
struct Observable {
  Source source;
  std::uint32_t index;  ///< of the memory the kept value or the result, or days of a window
};

/// A measured value kept for later: that of `source` at one scheduled day of one visit kind.
struct Memory {
  Source source;
  std::uint32_t visit_kind;
  std::int32_t day;
  std::uint32_t index;    ///< as in Observable
  std::int32_t known_on;  ///< day from which it can be seen
  std::uint32_t result;   ///< the Result, where known_on is later than day
};

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
  stop
};
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
  std::uint32_t confirm;      ///< visits in a row at which the condition must hold
  std::int32_t rest_days;     ///< not within so many days of the last change of dose
  std::int32_t after_days;    ///< sample: so many days later
  std::uint32_t what;         ///< sample: the kind of visit; comedication: which
  Program dose;               ///< set_dose, multiply_dose
  double strength_mg;         ///< an intake is a multiple of it; 0 = any dose
  double least_mg, most_mg;   ///< daily
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
  double severe_share;                   ///< of the patients who have it
  double duration_day, duration_spread;  ///< median, SD of ln; 0 = it never ends
  double second_drug;                    ///< relative exposure on the clone of the drug taken from then on
  std::uint64_t reads;                   ///< observables of its formulas (bit = slot)
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

/// Words a cell begin with randomised and evaluable; then come, for a proportion, events; for a number, fixed-point
/// sum, two limbs of the squares, clamped, histogram, counts at or above each threshold; for times, counts by outcome
/// and interval; for a pair, of patients with the outcome in both lives, the first only, the second only, neither.
enum class TallyKind : std::uint32_t { proportion, number, time_to_event, pair, pair_difference };
inline constexpr int kProportionWords = 3;
inline constexpr int kNumberWords = 6;
inline constexpr int kTimeWords = 2;
inline constexpr int kPairWords = 6;
inline constexpr int kMaxCauses = 8;  ///< the event and those that compete with it
inline constexpr int kMaxPairs = 16;  ///< tallies of pairs

/// What becomes of patients who stop taking the drug: nothing (ITT); they are left out from then on (on_treatment);
/// stopping is the event, or the failure to respond (composite).
enum class Estimand : std::uint32_t { itt, on_treatment, composite };

/// Stands for a kind of visit where a tally is counted once, at the end of each life.
inline constexpr std::uint32_t kAtEnd = kMaxVisitKinds;

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
  double bins_per_unit;      ///< pair_difference: of equal bins from `low` on
  std::uint32_t equal_bins;  ///< pair_difference
  Estimand estimand;
  Table<double> thresholds;               ///< number: ascending
  std::uint32_t n_causes, n_times;        ///< time_to_event
  std::uint32_t causes[kMaxCauses];       ///< time_to_event: bits of events; the first is the event
  std::int32_t interval_days;             ///< time_to_event
  std::uint32_t pair_first, pair_second;  ///< arms
  std::uint32_t pair_slot;                ///< where the score of the life that comes first is kept
};

/// A column of the trial table: one number for each patient, when the trial is over.
enum class ColumnKind : std::uint32_t { formula, end_day, outcome };
struct Column {
  ColumnKind kind;
  std::uint32_t tally;  ///< end_day, outcome: of the time to event whose end it is
  Program value;        ///< formula
};
inline constexpr int kMaxColumns = 16;

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
  std::uint32_t lives;         ///< of each patient: 1, or one in every arm (counterfactual allocation)
  std::uint32_t ends_tallied;  ///< a tally is counted at the end of a life

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
  PharmacokineticsPlan pharmacokinetics;
  AdherencePlan adherence;
  Interaction interactions[kMaxInteractions];
  std::uint32_t n_interactions, unused;
  LeukaemiaPlan leukaemia;
  BloodPlan blood[2];  ///< neutrophils, platelets
  std::uint32_t counts_haemoglobin, follows_tumour;
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
  Table<Rule> rules;
  Table<Event> events;
  std::uint32_t orders_samples;  ///< whether a rule can order a visit
  std::uint32_t waits;           ///< whether a result can be under way
  Table<TallyPlan> tallies;
  Table<Observable> recorded;  ///< values written down every day for recorded patients
  Table<Column> columns;
};

}  // namespace vt
