#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "output/hdf5/digests.hpp"
#include "output/hdf5/doses.hpp"
#include "output/hdf5/handle.hpp"
#include "output/hdf5/patient_columns.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/hdf5/schema.hpp"
#include "output/hdf5/sealed.hpp"
#include "output/hdf5/tests.hpp"
#include "output/hdf5/write_tally.hpp"
#include "output/notes.hpp"
#include "output/statistics/quantile_groups.hpp"

namespace vt {
namespace {

using hdf5::attach;
using hdf5::create_group;
using hdf5::Handle;
using hdf5::put;
using hdf5::write;
using hdf5::write_scale;

template <class Row>
std::vector<std::string> column(const std::vector<Row>& rows, std::string Row::*member) {
  std::vector<std::string> texts;
  texts.reserve(rows.size());
  for (const Row& row : rows) texts.push_back(row.*member);
  return texts;
}

void write_arms(hid_t file, const Results& results) {
  const Handle group = create_group(file, "arms");
  if (results.arms.empty()) return;
  const Handle arm = write_scale(group, "arm", column(results.arms, &ArmResult::name));
  attach(write(group, "regimen", {results.arms.size()}, column(results.arms, &ArmResult::regimen)), arm, 0);
  const auto counts = [&](const char* name, const char* long_name, std::int64_t ArmResult::*member) {
    std::vector<std::int64_t> numbers;
    for (const ArmResult& a : results.arms) numbers.push_back(a.*member);
    const Handle data = write(group, name, {numbers.size()}, numbers);
    put(data, "units", "1");
    put(data, "long_name", long_name);
    attach(data, arm, 0);
  };
  counts("patients", "patients allocated", &ArmResult::patients);
  counts("share", "parts of the patients that are randomised to the arm", &ArmResult::share);
}

/// A table of counts by something and arm.
void write_by_arm(const Handle& group, const char* name, const Handle& rows, const Handle& arm,
                  const std::vector<std::vector<std::int64_t>>& counts, const char* long_name) {
  std::vector<std::int64_t> all;
  for (const auto& row : counts) all.insert(all.end(), row.begin(), row.end());
  const Handle table = write(group, name, {counts.size(), counts[0].size()}, all);
  put(table, "units", "1");
  put(table, "long_name", long_name);
  attach(table, rows, 0);
  attach(table, arm, 1);
}

template <class Row>
std::vector<std::vector<std::int64_t>> counts_of(const std::vector<Row>& rows, std::vector<std::int64_t> Row::*member) {
  std::vector<std::vector<std::int64_t>> counts;
  for (const Row& row : rows) counts.push_back(row.*member);
  return counts;
}

void write_rules(hid_t file, const Results& results) {
  if (!results.rules.empty()) {
    const Handle group = create_group(file, "rules");
    const Handle rule = write_scale(group, "rule", column(results.rules, &RuleResult::name));
    const Handle arm = write_scale(group, "arm", column(results.arms, &ArmResult::name));
    attach(write(group, "action", {results.rules.size()}, column(results.rules, &RuleResult::action)), rule, 0);
    write_by_arm(group, "fired", rule, arm, counts_of(results.rules, &RuleResult::fired), "times the rule fired");
    write_by_arm(group, "patients", rule, arm, counts_of(results.rules, &RuleResult::patients),
                 "patients in whom the rule fired at least once");
  }
  if (results.leaving.empty()) return;
  const Handle group = create_group(file, "leaving");
  const Handle reason = write_scale(group, "reason", column(results.leaving, &LeavingResult::reason));
  const Handle arm = write_scale(group, "arm", column(results.arms, &ArmResult::name));
  write_by_arm(group, "patients", reason, arm, counts_of(results.leaving, &LeavingResult::patients),
               "patients by how they ended the trial");
}

void write_decisions(const Handle& records, const Results& results) {
  const Handle group = create_group(records, "decisions");
  const std::size_t n = results.decisions.size();
  if (n == 0) return;
  std::vector<std::uint64_t> patient;
  std::vector<std::int64_t> day;
  std::vector<double> before, after;
  for (const DecisionRow& row : results.decisions) {
    patient.push_back(row.patient);
    day.push_back(row.day);
    before.push_back(row.before_mg);
    after.push_back(row.after_mg);
  }
  std::vector<double> number(n);
  std::iota(number.begin(), number.end(), 0.0);
  const Handle decision = write_scale(group, "decision", number);
  const auto along = [&](const char* name, const auto& values) {
    Handle data = write(group, name, {n}, values);
    attach(data, decision, 0);
    return data;
  };
  along("patient", patient);
  put(along("day", day), "units", "day");
  along("rule", column(results.decisions, &DecisionRow::rule));
  along("action", column(results.decisions, &DecisionRow::action));
  put(along("before", before), "units", "mg");
  put(along("after", after), "units", "mg");
}

void write_daily(const Handle& records, const DailyValues& daily) {
  const Handle group = create_group(records, "daily");
  const Handle patient =
      write_scale(group, "patient", std::vector<double>(daily.patients.begin(), daily.patients.end()));
  const Handle day = write_scale(group, "day", daily.days);
  put(day, "units", "day");
  const std::size_t days = daily.days.size();
  for (std::size_t v = 0; v < daily.names.size(); ++v) {
    std::vector<double> values;
    values.reserve(daily.patients.size() * days);
    for (std::size_t p = 0; p < daily.patients.size(); ++p) {
      const auto first = daily.values.begin() + static_cast<std::ptrdiff_t>((p * daily.names.size() + v) * days);
      values.insert(values.end(), first, first + static_cast<std::ptrdiff_t>(days));
    }
    const Handle table = write(group, daily.names[v], {daily.patients.size(), days}, values);
    put(table, "units", daily.units[v]);
    attach(table, patient, 0);
    attach(table, day, 1);
  }
}

void write_concentrations(const Handle& records, const ConcentrationTimes& times) {
  const Handle group = create_group(records, "concentrations");
  const Handle patient =
      write_scale(group, "patient", std::vector<double>(times.patients.begin(), times.patients.end()));
  const Handle day = write_scale(group, "day", times.days);
  const Handle hour = write_scale(group, "hour", times.hours);
  put(day, "units", "day");
  put(hour, "units", "h");
  const Handle table =
      write(group, "concentration", {times.patients.size(), times.days.size(), times.hours.size()}, times.values);
  put(table, "units", "ng/mL");
  attach(table, patient, 0);
  attach(table, day, 1);
  attach(table, hour, 2);
}

void write_records(hid_t file, const Results& results) {
  if (results.records.empty() && !results.has_decisions && !results.has_doses && results.daily.names.empty() &&
      results.concentrations.days.empty())
    return;
  const Handle group = create_group(file, "records");
  if (!results.records.empty()) {
    const std::size_t bytes = results.records.size();
    attach(write(group, "rows", {bytes}, results.records), hdf5::write_dimension(group, "byte", bytes), 0);
  }
  if (results.has_decisions) write_decisions(group, results);
  if (results.has_doses) hdf5::write_doses(group, results);
  if (!results.daily.names.empty()) write_daily(group, results.daily);
  if (!results.concentrations.days.empty()) write_concentrations(group, results.concentrations);
}

void write_screening(hid_t file, const Results& results) {
  const Handle group = create_group(file, "screening");
  if (results.screening.empty()) return;
  const Handle scale = write_scale(group, "criterion", column(results.screening, &ScreeningCount::criterion));
  attach(write(group, "when", {results.screening.size()}, column(results.screening, &ScreeningCount::when)), scale, 0);
  std::vector<std::int64_t> rejections;
  for (const ScreeningCount& count : results.screening) rejections.push_back(count.rejected);
  const Handle counts = write(group, "rejected", {rejections.size()}, rejections);
  put(counts, "units", "1");
  put(counts, "long_name", "patients for whom this was the first criterion that did not hold");
  attach(counts, scale, 0);
}

void write_sources(hid_t file, const Results& results) {
  const Handle group = create_group(file, "sources");
  if (results.sources.empty()) return;
  const Handle scale = write_scale(group, "parameter", column(results.sources, &ModelSource::name));
  for (const auto& [name, member] : schema::kSourceColumns) {
    attach(write(group, name, {results.sources.size()}, column(results.sources, member)), scale, 0);
  }
}

void write_failures(hid_t file, const Results& results) {
  const Handle group = create_group(file, "failures");
  if (results.failures.empty()) return;
  const Handle reason = write_scale(group, "reason", column(results.failures, &FailureCount::reason));
  std::vector<std::uint64_t> patients, smallest, replicate, number;
  for (const FailureCount& f : results.failures) {
    patients.push_back(f.patients);
    smallest.push_back(f.smallest_id);
    replicate.push_back(replicate_of(f.smallest_id));
    number.push_back(number_in_replicate(f.smallest_id));
  }
  attach(write(group, "patients", {patients.size()}, patients), reason, 0);
  attach(write(group, "smallest_id", {smallest.size()}, smallest), reason, 0);
  attach(write(group, "replicate", {smallest.size()}, replicate), reason, 0);
  attach(write(group, "patient", {smallest.size()}, number), reason, 0);
  attach(write(group, "example", {smallest.size()}, column(results.failures, &FailureCount::example)), reason, 0);
}

void write_formulas(hid_t file, const char* name, const std::vector<WithoutValue>& formulas) {
  if (formulas.empty()) return;
  const Handle group = create_group(file, name);
  const Handle scale = write_scale(group, "formula", column(formulas, &WithoutValue::what));
  std::vector<std::uint64_t> times;
  for (const WithoutValue& formula : formulas) times.push_back(formula.times);
  attach(write(group, "text", {times.size()}, column(formulas, &WithoutValue::formula)), scale, 0);
  attach(write(group, "times", {times.size()}, times), scale, 0);
}

void write_root(hid_t file, const Results& results) {
  hdf5::write_identity(file, "trial", results.title, content_hash(results));
  put(file, "plan_hash", fmt::format("{:016x}", results.plan_hash));
  put(file, "seed", results.seed);
  put(file, "patients", results.patients);
  put(file, "replicates", results.replicates);
  if (results.first_patient != 0) put(file, "first_patient", results.first_patient);
  put(file, "first_day", std::int64_t{results.first_day});
  put(file, "last_day", std::int64_t{results.last_day});
}

void write_everything(hid_t file, const Results& results) {
  write_root(file, results);
  write_arms(file, results);
  write_rules(file, results);
  write_screening(file, results);
  {
    const Handle tallies = create_group(file, "tallies");
    if (const std::string reason = withheld(results); !reason.empty()) put(tallies, "withheld", reason);
    for (const ResultTally& tally : results.tallies) hdf5::write_tally(tallies, tally);
  }
  write_sources(file, results);
  write_failures(file, results);
  write_formulas(file, "without_value", results.without_value);
  write_formulas(file, "conditions_undefined", results.unclear);
  write_records(file, results);
  hdf5::write_columns(file, results);
  hdf5::write_tests(file, results.tests);
  hdf5::write_provenance(file, results.provenance, results.scenario_path, results.resolved_scenario, results.notes);
  hdf5::complete(file);
}

void fill(hdf5::Sealed& sealed, const Results& results) {
  for (const ResultTally& tally : results.tallies) {
    if (const std::string flaw = shape_flaw(tally); !flaw.empty()) {
      throw std::logic_error("tally '" + tally.name + "': " + flaw);
    }
  }
  if (has_octaves(results)) {
    Results cut = results;
    collapse_quantiles(cut);
    return fill(sealed, cut);
  }
  write_everything(sealed.file, results);
  sealed.close();
}

}  // namespace

std::string results_file_bytes(const Results& results) {
  hdf5::Sealed sealed;
  fill(sealed, results);
  return std::string(sealed.content) + sealed.seal;
}

void write_results(const std::string& path, const Results& results) {
  hdf5::write_sealed(path, [&](hdf5::Sealed& sealed) { fill(sealed, results); });
}

}  // namespace vt
