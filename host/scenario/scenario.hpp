#pragma once
/// \file A Scenario: what the user wrote, with `base` files merged, units converted to those of kernels/, and the place
/// of every entry kept for error messages.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/problems.hpp"
#include "kernels/plan_models.hpp"
#include "kernels/vocabulary/actions.hpp"
#include "kernels/vocabulary/drug_models.hpp"
#include "kernels/vocabulary/tallies.hpp"

namespace vt {

/// How a number came to be. `none`: of the trial's design.
enum class Basis { none, published, derived, calibrated, assumed };

/// "published", "derived", …, or "".
std::string_view to_text(Basis basis);

/// Where a number comes from.
struct Origin {
  std::string source;
  Basis basis = Basis::none;
  std::string calibrated_to;
};

/// A number in kernel units, or a Formula over covariates, random effects and parameters.
struct Expression {
  std::optional<double> number;
  std::string formula;  ///< used when there is no number
  std::string text;     ///< as written, for `explain` and reports
  std::string unit;     ///< kernel unit; "" = dimensionless
  Position where;
  Origin origin;
  int column = -1;  ///< of the user's table, instead of number and formula; -1 = none
  bool is_set() const { return number.has_value() || !formula.empty() || column >= 0; }
};

/// A piece of text with its place.
struct Text {
  std::string value;
  Position where;
  bool is_set() const { return !value.empty(); }
};

struct CovariateSpec {
  std::string name;
  Distribution distribution = Distribution::fixed;  ///< table: a column of the user's table
  std::map<std::string, Expression> parameters;     ///< value | p | mean, sd | median, sd_log | low, high | a, b
  std::vector<double> values, probabilities;        ///< categorical
  std::optional<double> min, max;
  int column = -1;  ///< table
  Origin origin;
  Position where;
};

/// A mutant of the disease's target; one of them is drawn for each patient.
struct MutantSpec {
  std::string name;
  double fold = 1, second_fold = 1;  ///< loss of sensitivity to the first and to the second drug
  double share = 0;                  ///< weight among the mutants
  Origin origin;
  Position where;
};

/// A group of correlated random effects, or one alone.
struct RandomEffectSpec {
  std::vector<std::string> names;               ///< used in formulas as eta.NAME
  std::vector<std::vector<double>> covariance;  ///< square, order of names
  std::vector<int> columns;                     ///< of the user's table, -1 = sampled; empty: all are sampled
  Origin origin;
  Position where;
};

/// A named value: a number, or a formula over covariates, eta.* and parameters above it.
struct ParameterSpec {
  std::string name;
  Expression value;
};

/// Patients qualify for whom `when`, a formula over covariates, eta.* and parameters, holds.
struct CriterionSpec {
  std::string name;
  Text when;
};

/// A Gaussian copula: the correlations of the normal scores of covariates.
struct CorrelationSpec {
  std::vector<std::string> names;
  std::vector<std::vector<double>> matrix;  ///< positive definite, diagonal 1, order of names
  Origin origin;
  Position where;
};

/// The user's own patients, from a CSV file.
struct PatientTableSpec {
  struct Wanted {
    std::string name;
    Text header;
  };
  struct Column {
    std::string name;
    std::vector<double> values;  ///< a value for each row, in kernel units
  };
  Text file;                      ///< as written, relative to the file that names it
  bool with_replacement = false;  ///< each patient draws a row; otherwise patient i has row i
  std::vector<Wanted> wanted;     ///< columns to take; empty = all but id
  std::vector<Column> columns;
  std::size_t rows = 0;
  std::vector<std::string> ids;  ///< of the rows, where dose records ask for them
  std::string sha256;            ///< of the file
  Origin origin;
};

/// Doses that the user's patients have taken, from a CSV file: they take the place of regimen and adherence.
struct DoseRecordsSpec {
  struct Dose {
    std::int32_t day;
    double time_h;  ///< after the day's start
    double mg;
  };
  Text file;                              ///< as written, relative to the file that names it
  std::optional<std::int32_t> until_day;  ///< from this day on regimen and adherence hold again
  double morning_h = 8;                   ///< clock time of the nominal morning dose
  std::vector<Dose> doses;                ///< patient after patient, ascending
  /// Who has records, ascending: rows of the user's table or, without a table, numbers of patients. And the first dose
  /// of each, with the number of all doses at the end.
  std::vector<std::uint32_t> patients, first;
  std::string sha256;  ///< of the file
  Origin origin;
};

/// dose and interval. A scenario writes { dose = "400 mg", every = "24 h" }, or { schedule = [{ from, … }, …] }.
struct RegimenSpec {
  double dose_mg = 0;
  double every_h = 24;  ///< 24, 12 or 8, or several days
  Position where;
  Expression own_dose;  ///< a formula over the patient's covariates and parameters, in the place of dose_mg
  double least_mg = 0, most_mg = 0;        ///< of own_dose; 0 = no limit
  std::vector<double> tablets_mg;          ///< own_dose is rounded to a sum of these
  std::int32_t on_days = 0, off_days = 0;  ///< cycles; 0 = none
  std::int32_t from_day = 0;               ///< a step of a schedule
  std::vector<RegimenSpec> schedule;       ///< by date
  bool is_set() const { return where.line > 0 || dose_mg > 0; }
};

/// Intakes on a day with doses.
int intakes_a_day(const RegimenSpec&);
/// Days from one day with doses to the next, apart from cycles.
std::int32_t days_apart(const RegimenSpec&);
/// Of the days, the share with doses.
double share_of_days(const RegimenSpec&);
/// "400 mg every 24 h, 4 days on, 3 days off"
std::string in_words(const RegimenSpec&);

struct TrendSpec {
  double change = 0;
  double time_constant_day = 1;
  bool is_set = false;
};

/// Structural model plus its entries by key (host/scenario/toml/keys.hpp).
struct ModelSpec {
  std::string model;  ///< "" = this part is not simulated
  std::map<std::string, Expression> entries;
  std::map<std::string, TrendSpec> trends;        ///< pk: clearance_trend, bioavailability_trend, volume_trend …
  AbsorptionModel absorption{};                   ///< pk
  bool free_drug_acts = false;                    ///< pk: response_driver = "free"
  bool follows_concentration = false;             ///< blood counts: input = "concentration"
  BelowLimit below_limit = BelowLimit::censored;  ///< prediction
  Position where;
};

struct InteractionSpec {
  std::string perpetrator;
  double fraction = 1;    ///< of patients who take it
  Expression taken_when;  ///< those for whom this formula is not 0, of the fraction; not set = all
  double start_day = 0, stop_day = 1e9;
  Expression start, stop;                                 ///< formulas of the patient that take the place of the days
  double course_days = 0, every_days = 0;                 ///< intermittent courses; every 0: one from start to stop
  double clearance_ratio = 1, bioavailability_ratio = 1;  ///< at full effect
  double liver_half_life_h = 48, gut_half_life_h = 24;    ///< of onset and offset
  Origin origin;
  Position where;
};

struct AdherenceSpec {
  std::string model;        ///< of kAdherenceModels
  bool has_habits = false;  ///< of the patient's own, in `habits`; else the probabilities `taken_…` hold for all
  ModelSpec habits;
  double taken_once_daily = 1, taken_twice_daily = 1, taken_three_times_daily = 1;
  double miss_odds_once_daily = 1, miss_odds_twice_daily = 1, miss_odds_three_times_daily = 1;
  double jitter_sd_once_daily_h = 0, jitter_sd_twice_daily_h = 0, jitter_sd_three_times_daily_h = 0;
  Origin origin;
  Position where;
};

struct ArmSpec {
  std::string name;
  std::uint32_t share = 1;
  RegimenSpec regimen;
  std::vector<Text> rules;
  Text ladder;                ///< name of a ladder, or empty
  double leave_per_year = 0;  ///< constant hazard of discontinuation
  Origin origin;
  Position where;
};

struct LadderSpec {
  std::string name;
  std::vector<RegimenSpec> steps;  ///< ascending daily dose
  Position where;
};

struct VisitSpec {
  std::string name;
  std::vector<std::int32_t> days;   ///< ascending, unique
  std::vector<std::string> labels;  ///< as written: "day 29", "month 6"
  std::vector<Text> measure;        ///< trough bcr_abl cytogenetics blood_count, or a test
  double window_h = 3;
  double sample_sd_h = 1.5;
  double missed = 0;         ///< probability that the visit does not take place
  bool is_on_order = false;  ///< has no days: takes place when a rule orders it
  std::string on_result;     ///< has no days: takes place when a result of this measure arrives
  bool is_late = false;      ///< the sample for a trough is drawn after the day's first dose
  double late_low_h = 0, late_high_h = 0;
  Position where;
};

struct RuleSpec {
  std::string name;
  std::vector<Text> at;  ///< names of visits
  Text when, until;
  Expression probability;           ///< not set = always
  std::optional<Action> action;     ///< none where it could not be read
  RegimenSpec regimen;              ///< set
  std::vector<RegimenSpec> resume;  ///< hold: after the first, the second … hold
  std::string group;
  double recheck_day = 0;        ///< 0 = none
  std::uint32_t most_times = 0;  ///< 0 = no limit
  std::uint32_t confirm = 1;     ///< visits in a row
  double rest_day = 0;           ///< not within so many days of a change of dose
  Expression dose;               ///< set dose: daily, in mg; multiply dose: the factor
  double strength_mg = 0;        ///< an intake is a multiple of it; 0 = any dose
  double lowest_mg = 0, highest_mg = 0;
  Text sample;        ///< name of the visit that is ordered
  Text comedication;  ///< perpetrator that is started or stopped
  double after_day = 0;
  Origin origin;
  Position where;
};

/// Shares of grades 1 to 4 among those who have an event; all 0: it has no grades.
using GradeShares = std::array<double, kGrades>;

/// What happens to a patient: under a hazard, or where a condition holds.
struct EventSpec {
  std::string name;
  Expression hazard;   ///< events per day, or per `per`; not set: a condition
  double per_day = 1;  ///< unit of the hazard
  Text when, only_if;
  std::vector<Text> at;        ///< names of visits; empty: every so many days
  std::int32_t every_day = 7;  ///< length of an interval
  std::uint32_t confirm = 1;   ///< times in a row that `when` has to hold
  Text after;                  ///< name of an event above, or empty
  bool is_fatal = false, ends_treatment = false, ends_trial = false, switches_drug = false;
  GradeShares grades{};
  double duration_day = 0, duration_sd_log = 0;  ///< 0 = as long as the drug is given
  Expression recurrence;  ///< chance that it comes back when the drug is given again after a hold; not set: never
  double recurrence_delay_day = 0;  ///< on average
  GradeShares grades_again{};
  Origin origin;
  Position where;
};

/// An axis of a tally, such as "bins(x, e1, …)" or "quartile(x, low, high)".
struct AxisSpec {
  AxisForm form = AxisForm::arm;
  Text source;  ///< formula, for bins and quantile
  std::vector<double> edges;
  double low = 0, high = 0;  ///< quantile: where the values lie; 0: not said
  std::string text;          ///< as written
  Position where;
};

struct TallySpec {
  std::string name;
  std::vector<double> hours;  ///< a profile: concentrations so long after the first intake of the day before `at`
  Text score;
  bool is_number = false;    ///< a range is given, or the score is an observable, not a condition
  double low = 0, high = 0;  ///< declared range of a number, in the score's unit
  std::string unit;
  Text at;  ///< name of a visit, or "end"
  std::vector<AxisSpec> by;
  Estimand estimand = Estimand::itt;
  std::vector<double> thresholds;  ///< of a number, ascending, in its unit
  std::vector<Text> pair;          ///< two arms whose lives are compared
  bool is_time = false;            ///< a time to an event
  std::vector<Text> events, competing;
  std::int32_t every_day = 7;  ///< length of an interval of times
  std::string title;           ///< words for reports; "" = name
  Position where;
};

/// A test with two outcomes: whether a condition holds, with errors.
struct TestSpec {
  std::string name;
  Text condition;
  double sensitivity = 1, specificity = 1;
  Origin origin;
  Position where;
};

/// What is written down of single patients: the first ones.
struct RecordSpec {
  std::uint64_t patients = 0;
  bool decisions = false;
  std::vector<Text> daily;         ///< observables
  std::vector<std::int32_t> days;  ///< whose concentrations are written down
  std::vector<double> hours;       ///< after the nominal morning dose of each of these days
};

/// A number of each patient when the trial is over, for tests.
struct ColumnSpec {
  std::string name;
  Text value;
  Position where;
};

/// A statistical test of every replicate.
struct AnalysisSpec {
  std::string name;
  TestKind kind = TestKind::log_rank;
  Text time;                     ///< name of a tally of times: log-rank, cox
  Text response;                 ///< name of a column: logistic
  std::vector<Text> covariates;  ///< "arm" or columns: cox, logistic
  Text strata;                   ///< name of a column, or empty
  std::string ties = "efron";    ///< or breslow
  Position where;
};

/// Ends a run before its last patient, at 10,000 · 2^k patients, once a tally is known well enough.
struct StopSpec {
  Text tally;
  double standard_error = 0;
  bool is_set() const { return tally.is_set(); }
};

/// One `--set key=value`, or another option that stands for it.
struct Override {
  std::string key;     ///< dotted path; elements of named arrays by name: arm.'400 mg QD'.share
  std::string value;   ///< TOML value text; bare words are taken as strings
  std::string option;  ///< "" = --set
};

/// "--set key=value" or "--option value"
std::string as_typed(const Override&);

struct Scenario {
  std::string title;
  std::string path;                 ///< file that was asked for
  std::vector<std::string> files;   ///< every file merged, in order
  std::string resolved_toml;        ///< after merging and --set
  std::vector<Override> overrides;  ///< of the command line

  std::uint64_t seed = 1;
  std::uint64_t patients = 0;  ///< per replicate, all arms together
  std::uint64_t replicates = 1;
  std::int32_t duration_day = 0;
  std::int32_t first_day = 0;             ///< ≤ 0; days before the first dose that are simulated
  std::string allocation = "randomised";  ///< or counterfactual
  StopSpec stop_when;
  std::uint32_t block = 0;  ///< patients per randomisation block; 0 = the sum of the shares

  std::vector<CovariateSpec> covariates;
  std::vector<MutantSpec> mutants;
  std::vector<RandomEffectSpec> random_effects;
  std::vector<ParameterSpec> parameters;
  std::vector<CriterionSpec> criteria;
  CorrelationSpec correlation;
  PatientTableSpec table;
  DoseRecordsSpec dose_records;
  ModelSpec pk, second_drug, assays, prediction;
  std::array<ModelSpec, kModels> models;  ///< of kernels/models
  template <class M>
  ModelSpec& model() {
    return models[kBefore<M>.models];
  }
  template <class M>
  const ModelSpec& model() const {
    return models[kBefore<M>.models];
  }
  AdherenceSpec adherence;
  std::vector<InteractionSpec> interactions;
  std::vector<LadderSpec> ladders;
  std::vector<ArmSpec> arms;
  std::vector<TestSpec> tests;
  std::vector<VisitSpec> visits;
  std::vector<RuleSpec> rules;
  std::vector<EventSpec> events;
  std::vector<TallySpec> tallies;
  RecordSpec record;
  std::vector<ColumnSpec> columns;
  std::vector<AnalysisSpec> analyses;
};

/// Reads, merges, converts. Every mistake goes to `problems`; what could be understood is returned all the same, so
/// that the formulas can be checked too. Nothing is returned after a syntax error, a missing file or a cycle of `base`.
std::optional<Scenario> read_scenario(const std::string& path, const std::vector<Override>& overrides,
                                      Problems& problems);

}  // namespace vt
