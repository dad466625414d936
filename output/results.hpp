#pragma once
/// \file What a run found: integer tallies with their names and units, and how they came about. Statistics are derived
/// from them (output/statistics); nothing here is a floating-point accumulator.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/vocabulary/tallies.hpp"
#include "output/subjects.hpp"

namespace vt {

/// How the cells along an axis are told apart. Octaves become quantiles once they have been cut into groups.
enum class ResultAxisKind { arm, visit, values, bins, octaves, quantiles, replicate };
struct ResultAxisKindEntry {
  ResultAxisKind kind;
  std::string_view name;        ///< in the file
  std::string_view coordinate;  ///< ending of the dataset with the numeric coordinate
  bool is_ordered = false;      ///< cells are ranges, one above the other, then "not measured"
};
inline constexpr ResultAxisKindEntry kResultAxisKinds[] = {
    {ResultAxisKind::arm, "arm", "_value"},
    {ResultAxisKind::visit, "visit", "_day"},
    {ResultAxisKind::values, "values", "_value"},
    {ResultAxisKind::bins, "bins", "_value", true},
    {ResultAxisKind::octaves, "octaves", "_value"},
    {ResultAxisKind::quantiles, "quantiles", "_value", true},
    {ResultAxisKind::replicate, "replicate", "_number"},
};
constexpr const ResultAxisKindEntry& entry_of(ResultAxisKind kind) {
  return entry_with(kResultAxisKinds, &ResultAxisKindEntry::kind, kind);
}

/// One labelled axis of a tally.
struct ResultAxis {
  std::string name;  ///< "arm", "visit", "daily_dose_mg", "trough_day_29"
  ResultAxisKind kind = ResultAxisKind::values;
  std::string unit;                 ///< of `values`, UDUNITS; "" = none
  std::string title;                ///< in words
  std::vector<std::string> labels;  ///< one per cell: "400 mg QD", "month 6", "< 1165", "not measured"
  std::vector<double> values;       ///< numeric coordinate where there is one (day of the visit, dose); else empty
  std::uint32_t groups = 0;         ///< octaves: quantile groups wanted (4 = quartiles), cut when results are made
  std::int32_t first_octave = 0;    ///< octaves
  std::uint32_t octaves = 0;  ///< octaves: 64·octaves + 1 cells, the last one "not measured"; labels may be empty
  std::vector<double> cuts;   ///< quantiles: the groups − 1 cut-offs that were realised
  std::vector<std::int64_t> group_patients;  ///< quantiles: patients per cell, each counted once (the realised shares)
  Subject subject = Subject::other;          ///< of what tells the cells apart
};

/// Numeric coordinate of every cell, NaN where a cell has none; empty if the axis has no coordinate.
std::vector<double> coordinate(const ResultAxis&);

/// Where the histogram bins of a number lie: bin i covers [edge(i), edge(i+1)), 64 to the octave, equal width within
/// one. Where the range begins at 0 the lowest octave reaches from 0 to 2^first_octave.
/// Or, for differences, `equal` bins of one width from `from` on.
struct Binning {
  std::int32_t first_octave = 0;
  std::uint32_t octaves = 0;  ///< the linear one included
  double from = 0, width = 0;
  std::uint32_t equal = 0;
  std::uint32_t linear = 0;       ///< 1: the lowest octave begins at 0
  std::uint32_t per_octave = 64;  ///< or 1, which is enough for a mean
  std::uint64_t bins() const { return equal > 0 ? equal : std::uint64_t{per_octave} * octaves; }
  double edge(std::uint64_t bin) const;
  std::uint64_t summed_octaves() const { return equal > 0 ? 1 : octaves; }  ///< that have sums of their own
};

/// What differs between kinds of tallies (output/tally/kinds.hpp).
struct ResultKindEntry;
using ResultKind = const ResultKindEntry*;
namespace proportion_kind {
extern const ResultKindEntry kEntry;
}

/// "proportion", "number", …
std::string to_string(ResultKind);
/// Null where there is none of that name.
ResultKind find_result_kind(std::string_view name);

/// One tally, cells row-major over its axes (last axis fastest).
struct ResultTally {
  std::string name, title, score;
  std::string unit = "1";  ///< of the score; "1": none
  std::string visit;
  std::string among;  ///< condition of those who are counted; "" = everybody
  std::string from;   ///< times: the event at which they begin; "" = with the trial
  Estimand estimand = Estimand::itt;
  bool is_of_lives = false;          ///< its arms are lives of the same patients (counterfactual allocation)
  Subject subject = Subject::other;  ///< of its score
  bool is_cumulative = false;        ///< once the score holds for a patient, it holds for good
  std::uint32_t order = 0;           ///< its place in the scenario, from 0
  ResultKind kind = &proportion_kind::kEntry;
  std::vector<ResultAxis> axes;
  std::vector<std::int64_t> randomised;  ///< patients allocated, whatever became of them
  std::vector<std::int64_t> evaluable;   ///< measured and defined
  std::vector<std::int64_t> events;      ///< proportion: score held
  // number only:
  double low = 0, high = 0;                           ///< declared range; values outside were clamped
  double scale = 1;                                   ///< fixed-point units per unit in the highest octave
  std::vector<std::int64_t> sum;                      ///< [cell][octave] Σ q, q = value/step(octave), rounded
  std::vector<std::int64_t> square_low, square_high;  ///< [cell][octave] Σ q² = square_low + 2³¹·square_high
  std::vector<std::int64_t> clamped;
  Binning binning;
  std::vector<std::int64_t> histogram;  ///< [cell][bin]
  std::vector<double> thresholds;       ///< ascending
  std::vector<std::int64_t> above;      ///< [cell][threshold] values at or above it
  // time_to_event and paired:
  std::vector<std::string> outcomes;  ///< the event, competing causes, "censored"; paired: both, one, other, neither
  std::vector<double> times;          ///< day; an outcome counts at the first time that is not before it
  bool is_within_day = false;         ///< times: those of one day happened at any hour of the 24 h before it (hazards)
  std::vector<std::int64_t> counts;   ///< [cell][outcome][time], paired: [cell][outcome]
  std::vector<std::string> pair;      ///< the two arms whose lives are compared; differences are second − first
  std::size_t cells() const { return randomised.size(); }
  double step(std::uint64_t octave) const;  ///< number: what one unit of q stands for
  std::size_t counts_per_cell() const { return outcomes.size() * (times.empty() ? 1 : times.size()); }
};

/// Cells along each axis.
std::vector<std::size_t> axis_sizes(const ResultTally&);

/// Cells that the axes make. \pre axes_flaw() finds nothing
std::size_t axis_cells(const ResultTally&);

/// What is wrong with a tally, its tables of counts aside; "" = nothing.
std::string axes_flaw(const ResultTally&);

/// What is wrong with the sizes of a tally's tables, too; "" = nothing.
std::string shape_flaw(const ResultTally&);

/// A statistical test of the trial table, repeated in every replicate.
struct ResultTest {
  std::string name, what;  ///< what was asked, in words
  TestKind kind = TestKind::log_rank;
  std::vector<std::string> terms;  ///< "400 mg BID", "age": what is estimated; log-rank: "chi-square"
  std::vector<double> estimate;    ///< [replicate][term] log hazard ratio, log odds ratio, chi-square
  std::vector<double> standard_error, p;
  std::vector<std::int64_t> patients, events;  ///< [replicate] that entered
  std::size_t replicates() const { return patients.size(); }
};

/// Patients whose trial could not be computed, by reason.
struct FailureCount {
  std::string reason;
  std::string example;  ///< formula, inputs and day of the patient with the smallest id
  std::uint64_t patients = 0;
  std::uint64_t smallest_id = 0;
};

/// Replicate and number of a patient, both from 0, of the id.
inline std::uint64_t replicate_of(std::uint64_t id) { return id >> 32; }
inline std::uint64_t number_in_replicate(std::uint64_t id) { return id & 0xffffffffu; }

/// "2000 patients × 3 replicates, from patient 300000 on": the trial's size in words.
std::string size_in_words(const struct Results&);

/// "patient 17", in trials of several replicates "patient 17 of replicate 3".
std::string patient_text(std::uint64_t id, std::uint64_t replicates);

/// A formula that had no value (division by 0, logarithm of 0) where that is no failure: a rule did not fire, a score
/// was not counted.
struct WithoutValue {
  std::string what, formula;
  std::uint64_t times = 0;
};

/// How a run came about. Only this part may differ between two runs of the same scenario.
struct Provenance {
  std::string software_version, git_commit, compiler, build_flags, host, backend, isa, device_name, command_line;
  std::string started_utc, finished_utc;
  int threads = 1, ranks = 1;
  double simulate_seconds = 0, wall_seconds = 0;
  std::vector<std::string> notes;  ///< what has to be said of this run, not of the scenario; not in the file
};

struct ModelSource {  ///< one parameter's origin, for reports
  std::string name, value, unit, source, basis, calibrated_to;
};

struct ArmResult {
  std::string name, regimen;
  std::int64_t patients = 0;
  std::int64_t share = 0;  ///< of the patients, as parts of the sum over the arms; 0: unknown, or everybody
};

/// What a rule did, by arm.
struct RuleResult {
  std::string name, action;
  std::vector<std::int64_t> fired;     ///< times
  std::vector<std::int64_t> patients;  ///< in whom it fired at least once
};

/// How patients ended the trial, by arm.
struct LeavingResult {
  std::string reason;
  std::vector<std::int64_t> patients;
};

/// A change of a recorded patient's dose.
struct DecisionRow {
  std::uint64_t patient = 0;
  std::int64_t day = 0;
  std::string rule, action;            ///< no rule: the patient discontinued
  double before_mg = 0, after_mg = 0;  ///< daily; 0 on hold and after leaving
};

/// Values of recorded patients on every day.
struct DailyValues {
  std::vector<std::uint64_t> patients;
  std::vector<std::string> names, units;
  std::vector<double> days;
  std::vector<double> values;  ///< [patient][name][day]; NaN where there is none
};

/// Concentrations of recorded patients.
struct ConcentrationTimes {
  std::vector<std::uint64_t> patients;
  std::vector<double> days, hours;  ///< hours after the day's nominal morning dose
  std::vector<double> values;       ///< [patient][day][hour] in ng/mL; NaN where there is none
};

/// A dose of a recorded patient: what was prescribed and what was taken, 0 mg where nothing was.
struct DoseRow {
  std::uint64_t patient = 0;
  std::int64_t day = 0;
  double hour = 0;  ///< after the day's nominal morning dose
  double prescribed_mg = 0, taken_mg = 0;
  double entered_mg = 0;  ///< what of it reaches the body, after the lag
};

/// What stood over each day of recorded patients, trends, comedications and occasions included.
struct DailyRates {
  std::vector<std::uint64_t> patients;
  std::vector<double> days;
  std::vector<std::string> names, units;
  std::vector<double> values;  ///< [patient][name][day]
  std::string absorption;      ///< "zero_order", …
  std::int64_t stages = 0;     ///< of a chain of transit
  double exposure_scale = 1;   ///< of reported concentrations
};

/// Numbers of each patient: the columns of the trial table that are kept, or the table of patients.
struct PatientColumns {
  std::vector<std::string> names, units, formulas;
  std::vector<std::string> kinds;     ///< covariate, eta, parameter, course, event, column
  std::vector<std::string> meanings;  ///< of columns that are codes from 0, separated by blanks; else ""
  std::vector<std::string> lives;     ///< arms, of each of which every patient has lived a life; empty: one life each
  std::vector<std::int64_t> arm;      ///< [replicate][patient] number of the arm, or one of those below
  std::vector<double> values;         ///< [replicate][patient][life][name]; NaN where there is none
  std::uint64_t first = 0, patients = 0;  ///< the first one of a replicate who is in it, and how many are
  static constexpr std::int64_t kNotIncluded = -1, kFailed = -2, kMissing = -3;  ///< missing: of a partial file
  bool is_recorded = false;  ///< of [record]: no part of what was found, and not in the content hash
  bool is_there() const { return !names.empty(); }
  std::size_t replicates() const { return patients == 0 ? 0 : arm.size() / patients; }
  std::size_t lives_each() const { return lives.empty() ? 1 : lives.size(); }
};

/// Patients who did not qualify, each counted at the first criterion that did not hold.
struct ScreeningCount {
  std::string criterion, when;  ///< name and formula
  std::int64_t rejected = 0;
};

struct Results {
  std::string title, scenario_path, resolved_scenario;
  std::uint64_t seed = 0, patients = 0, replicates = 1;
  std::uint64_t first_patient = 0;  ///< number of the first one of every replicate
  std::int32_t first_day = 0, last_day = 0;
  std::uint64_t plan_hash = 0;
  std::vector<ScreeningCount> screening;  ///< empty: everybody qualifies
  std::vector<ArmResult> arms;
  std::vector<ResultTally> tallies;  ///< sorted by name
  std::vector<ResultTest> tests;
  std::vector<FailureCount> failures;
  std::vector<WithoutValue> without_value;
  std::vector<WithoutValue> unclear;   ///< conditions of tallies and columns that were undefined
  std::vector<RuleResult> rules;       ///< in the scenario's order
  std::vector<LeavingResult> leaving;  ///< those in the trial to its end first
  std::vector<ModelSource> sources;
  std::vector<std::string> notes;      ///< what has to be said of the scenario and of what it came to
  std::vector<DecisionRow> decisions;  ///< of recorded patients, by id and day
  bool has_decisions = false;          ///< whether they were asked for
  DailyValues daily;                   ///< of recorded patients
  ConcentrationTimes concentrations;   ///< of recorded patients
  bool has_doses = false;              ///< whether they were asked for
  std::vector<DoseRow> doses;          ///< of recorded patients, by id, day and hour
  DailyRates rates;                    ///< likewise
  PatientColumns columns;
  std::vector<std::uint8_t> records;  ///< raw per-patient rows in id order, if they were asked for; else empty
  Provenance provenance;
};

/// The tallies in the order of the scenario, for people; of files of earlier programs, in order of name.
std::vector<const ResultTally*> in_scenario_order(const Results&);

/// Patients who did not qualify by any criterion.
std::int64_t rejected(const Results&);

/// Of the plan hash, the integer tallies in name order, those screened out, what rules did and how patients
/// left, and the raw rows; never of derived numbers
/// or provenance. The same before and after octaves axes are cut into quantile groups. SHA-256, 64 hexadecimal digits.
std::string content_hash(const Results&);

/// A tally as it enters the hash.
class Sha256;
void add_to_hash(Sha256&, const ResultTally&);

}  // namespace vt
