#pragma once
/// \file The part of the Plan that describes the patients: population, doses, disease, assays. Units as in
/// kernels/plan.hpp.

#include <cstdint>

#include "kernels/calendar.hpp"
#include "kernels/drug/inputs.hpp"
#include "kernels/formula/program.hpp"
#include "kernels/models/measured.hpp"
#include "kernels/plan_drug.hpp"
#include "kernels/vocabulary/distributions.hpp"

#ifndef __CUDACC__  // as in kernels/plan.hpp
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"
#endif

namespace vt {

inline constexpr int kIntakesPerDay = 4;  ///< three scheduled intakes and one extra
inline constexpr int kMaxVisitKinds = 32;
inline constexpr int kMaxRules = 32;
inline constexpr int kMaxMemories = 16;  ///< measured values remembered for later formulas and axes
inline constexpr int kMaxKept = 16;      ///< covariates and parameters that visit formulas read
inline constexpr int kMaxEvents = 32;
inline constexpr int kGrades = 4;  ///< of an event: 1 (mild) to 4 (life-threatening)
inline constexpr int kMaxAxes = 4;
inline constexpr int kMaxCorrelated = 16;  ///< random effects in one correlated group, covariates in the copula
inline constexpr int kMaxCriteria = 32;    ///< inclusion criteria
inline constexpr int kMaxBlock = 64;       ///< patients in one block of the randomisation
inline constexpr int kMeasures = 16;       ///< bits of Measure
static_assert(std::size(kMeasurements) <= kMeasures);
inline constexpr int kLevels = 4;        ///< measured concentrations that a prediction can use
inline constexpr int kHistory = 28;      ///< doses before a level that a prediction can use
inline constexpr int kKeptResults = 64;  ///< of a patient, for windows over the last days; of all kinds together
inline constexpr std::uint32_t kLongestResultWindow = 9999;  ///< days
/// Clearance, volume, absorption, lag, bioavailability; of the general model flow, peripheral volume, and what the
/// input has of its own.
inline constexpr int kSharedPriorTraits = 7, kPriorTraits = kSharedPriorTraits + kMostInputParameters;
inline constexpr int kMaxTests = 16;
inline constexpr double kMorning_h = 6;    ///< the nominal morning dose, in hours after the day's start
inline constexpr int kBinsPerOctave = 64;  ///< histogram bins between x and 2x
inline constexpr int kCoarseShift = 6;     ///< from these bins to one for an octave

/// A run of T in the Plan's buffer.
template <class T>
struct Table {
  std::uint32_t offset = 0;  ///< bytes from the start of the Plan
  std::uint32_t count = 0;
};

/// How patients get one covariate. `first` and `second` are mean and SD (normal), median and SD of the log
/// (lognormal), low and high (uniform), probability (bernoulli), the two shapes (beta), shape and scale
/// (gamma); categorical draws from `values`. table: `column` of the user's table gives it.
struct Covariate {
  Distribution distribution;
  std::uint32_t slot;            ///< patient-phase slot that receives it
  std::uint32_t stream;          ///< random stream, made of its name
  std::uint32_t column;          ///< table
  std::uint32_t derived_before;  ///< so many derived values its parameters may need
  std::uint32_t per_replicate;   ///< drawn once for all patients of a replicate; not in the copula
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
  std::uint32_t column;         ///< 1 + column of the user's table that gives it; 0: sampled
  std::uint32_t per_replicate;  ///< drawn once for all patients of a replicate
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

/// A dose that a patient of the user's has taken.
struct RecordedDose {
  double time_h;  ///< after the day's start
  double mg;
  std::int32_t day;
  std::uint32_t unused;
};
/// They take the place of regimen and adherence (kernels/drug/doses/dose_records.hpp).
struct DoseRecords {
  Table<RecordedDose> doses;      ///< patient after patient, ascending in time
  Table<std::uint32_t> patients;  ///< ascending: rows of the user's table; without a table numbers of patients
  Table<std::uint32_t> first;     ///< the first dose of each, and the number of all
  std::int32_t until_day;         ///< from this day on regimen and adherence hold
  std::uint32_t unused;
};

/// Places of Plan::trait_slot: Traits, the parameters of kernels/drug/inputs.hpp, those of kernels/models/models.hpp.
constexpr int kFirstModelTrait = kOwnTraits + kInputParameters, kTraits = kFirstModelTrait + kModelParameters;

/// The longest window of a mean over the last days.
inline constexpr int kWindowDays = 84;

inline constexpr std::uint32_t kNoSlot = 0xffffffffu;

/// One intake of a Regimen. A slot without an intake has dose 0.
struct Intake {
  double dose_mg;
  double nominal_h;                       ///< after the day's start
  double jitter_sd_h, cdf_low, cdf_span;  ///< timing error: normal, truncated to [cdf_low, cdf_low + cdf_span]
  std::uint64_t taken_below;              ///< 32-bit word below this: the dose is taken
  double miss_odds;                       ///< odds of missing it, times those of a dose once daily
};
/// Taken on days whose distance from `anchor_day` is a multiple of `every_days` and lies in the first `on_days` of a
/// cycle of `cycle_days`. Plain regimens have 1, 1 and 1.
struct Regimen {
  double daily_dose_mg;  ///< on average over its days
  double doses_a_day;    ///< on average over its days
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
  std::uint32_t slot;     ///< patient-phase slot
  std::uint32_t is_open;  ///< there is no largest dose but what the tablets make: a patient who needs more fails
  double least_mg, most_mg;
  Table<double> tablets_mg;  ///< ascending; none: not rounded
};
inline constexpr int kMaxOwnDoses = 8;

/// Regimens by date, ascending; each holds until the next one. In a rule days count from the one on which it fires.
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
  std::int32_t wait_days[kResults + kResults % 2];  ///< by Result; an even number of them leaves no gap
  double cost[kMeasures];                           ///< of a sample, by bit of Measure
  Table<double> pcr_log10;                          ///< nodes in log10 % IS, ascending
  Table<double> pcr_sd;                             ///< SD of log10 at the nodes
  double count_cv;
  double metaphase_odds, metaphase_anchor_percent, metaphase_slope_low, metaphase_slope_high;
  std::uint32_t metaphases, unused;
  double pcr_copies, pcr_copies_spread;      ///< of the control gene in a sample: median, SD of ln; 0 = all is detected
  double ddpcr_copies, ddpcr_copies_spread;  ///< likewise
  double ddpcr_sd_log10;
  double error[kModelResults];  ///< sizes of the errors of what is measured of models
};

/// What a level below the limit of quantification says to a prediction.
enum class BelowLimit : std::uint32_t {
  censored,  ///< that it is below the limit (M3)
  half,      ///< that it is half the limit (M5)
  ignored    ///< nothing (M1)
};

/// A physician's prediction of the trough from measured levels: a prior and how it is used.
struct PredictionPlan {
  std::uint32_t is_set;
  Variant variant;
  std::uint32_t slot[kPriorTraits];  ///< patient-phase slots of the typical values
  std::uint32_t estimates_volume;
  std::uint32_t levels;        ///< the newest so many are used
  std::uint32_t history_days;  ///< the doses taken on so many days before a level are known; 0: steady state is assumed
  AbsorptionModel input;
  BelowLimit below_limit;
  std::uint32_t estimates_absorption;
  std::uint32_t has_trend;
  std::uint32_t keeps_levels;  ///< for predictions, or for what is asked of the last level
  std::uint32_t unused;
  InputSettings setting;                                         ///< of the input
  double limit_ng_per_mL;                                        ///< of quantification
  double precision_clearance, precision_volume, precision_both;  ///< Ω⁻¹ of the two
  double precision_absorption;                                   ///< of the third, which no other goes with
  double clearance_sd, volume_sd, absorption_sd;
  double residual_cv, residual_sd_ng_per_mL;  ///< of a level f: √((cv·f)² + sd²)
  double residual_sd_log;                     ///< of its logarithm, in their place; 0: there is none
  Trend clearance_trend, volume_trend, bioavailability_trend, absorption_trend;
  Step clearance_step, volume_step;  ///< on the clock of the trends
  double half_life_h;                ///< of log-linear extrapolation
};

/// A test with two outcomes: whether a condition holds, with errors.
struct TestPlan {
  Program condition;
  double sensitivity, specificity;
  std::uint32_t stream, unused;
};

}  // namespace vt

#ifndef __CUDACC__
#pragma GCC diagnostic pop
#endif
