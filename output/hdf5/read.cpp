#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <new>

#include "output/files.hpp"
#include "output/hdf5/doses.hpp"
#include "output/hdf5/handle.hpp"
#include "output/hdf5/patient_columns.hpp"
#include "output/hdf5/read_records.hpp"
#include "output/hdf5/read_tally.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/hdf5/schema.hpp"
#include "output/hdf5/sealed.hpp"
#include "output/hdf5/tests.hpp"
#include "output/io_error.hpp"

namespace vt {
namespace {

using hdf5::Failure;
using hdf5::Handle;
using hdf5::open_group;
using hdf5::require;
using hdf5::require_counts;

void read_arms(hid_t file, Results& results) {
  const Handle group = open_group(file, "arms");
  if (!hdf5::has(group, "arm")) return;
  const auto names = hdf5::read_texts(group, "arm"), regimens = hdf5::read_texts(group, "regimen");
  const auto patients = hdf5::read_integers(group, "patients");
  require(regimens.size() == names.size() && patients.size() == names.size(), "the columns of /arms differ in length");
  const auto shares =
      hdf5::has(group, "share") ? hdf5::read_integers(group, "share") : std::vector<std::int64_t>(names.size());
  require(shares.size() == names.size(), "the columns of /arms differ in length");
  for (std::size_t i = 0; i < names.size(); ++i)
    results.arms.push_back({names[i], regimens[i], patients[i], shares[i]});
}

/// A table of counts, one row for each of `rows` names, one column for each arm.
std::vector<std::vector<std::int64_t>> read_by_arm(hid_t group, const char* name, std::size_t rows, std::size_t arms) {
  const auto all = hdf5::read_integers(group, name);
  require(all.size() == rows * arms, std::string(name) + " does not match rows and arms");
  std::vector<std::vector<std::int64_t>> counts;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(i * arms);
    counts.emplace_back(first, first + static_cast<std::ptrdiff_t>(arms));
  }
  return counts;
}

void read_rules(hid_t file, Results& results) {
  const std::size_t arms = results.arms.size();
  if (hdf5::has(file, "rules")) {
    const Handle group = open_group(file, "rules");
    const auto names = hdf5::read_texts(group, "rule"), actions = hdf5::read_texts(group, "action");
    require(names.size() == actions.size(), "the columns of /rules differ in length");
    const auto fired = read_by_arm(group, "fired", names.size(), arms);
    const auto patients = read_by_arm(group, "patients", names.size(), arms);
    for (std::size_t i = 0; i < names.size(); ++i)
      results.rules.push_back({names[i], actions[i], fired[i], patients[i]});
  }
  if (!hdf5::has(file, "leaving")) return;
  const Handle group = open_group(file, "leaving");
  const auto reasons = hdf5::read_texts(group, "reason");
  const auto patients = read_by_arm(group, "patients", reasons.size(), arms);
  for (std::size_t i = 0; i < reasons.size(); ++i) results.leaving.push_back({reasons[i], patients[i]});
}

void read_records(hid_t file, Results& results) {
  if (!hdf5::has(file, "records")) return;
  const Handle group = open_group(file, "records");
  if (hdf5::has(group, "rows")) results.records = hdf5::read_bytes(group, "rows");
  hdf5::read_doses(group, results);
  hdf5::read_daily(group, results.daily);
  hdf5::read_concentrations(group, results.concentrations);
  results.has_decisions = hdf5::has(group, "decisions");
  const std::optional<Handle> decisions =
      results.has_decisions ? std::optional<Handle>(open_group(group, "decisions")) : std::nullopt;
  if (!decisions || !hdf5::has(*decisions, "patient")) return;
  const auto patient = hdf5::read_unsigned(*decisions, "patient");
  const auto day = hdf5::read_integers(*decisions, "day");
  const auto rule = hdf5::read_texts(*decisions, "rule"), action = hdf5::read_texts(*decisions, "action");
  const auto before = hdf5::read_numbers(*decisions, "before"), after = hdf5::read_numbers(*decisions, "after");
  const std::size_t n = patient.size();
  require(day.size() == n && rule.size() == n && action.size() == n && before.size() == n && after.size() == n,
          "the columns of /records/decisions differ in length");
  for (std::size_t i = 0; i < n; ++i)
    results.decisions.push_back({patient[i], day[i], rule[i], action[i], before[i], after[i]});
}

void read_screening(hid_t file, Results& results) {
  const Handle group = open_group(file, "screening");
  if (!hdf5::has(group, "criterion")) return;
  const auto names = hdf5::read_texts(group, "criterion"), when = hdf5::read_texts(group, "when");
  const auto counts = hdf5::read_integers(group, "rejected");
  require(when.size() == names.size() && counts.size() == names.size(), "the columns of /screening differ in length");
  require_counts(counts, "rejected");
  for (std::size_t i = 0; i < names.size(); ++i) results.screening.push_back({names[i], when[i], counts[i]});
}

void read_sources(hid_t file, Results& results) {
  const Handle group = open_group(file, "sources");
  if (!hdf5::has(group, "parameter")) return;
  for (const std::string& name : hdf5::read_texts(group, "parameter")) {
    results.sources.emplace_back();
    results.sources.back().name = name;
  }
  for (const auto& [name, member] : schema::kSourceColumns) {
    const auto column = hdf5::read_texts(group, name);
    require(column.size() == results.sources.size(), "the columns of /sources differ in length");
    for (std::size_t i = 0; i < column.size(); ++i) results.sources[i].*member = column[i];
  }
}

void read_failures(hid_t file, Results& results) {
  const Handle group = open_group(file, "failures");
  if (!hdf5::has(group, "reason")) return;
  const auto reasons = hdf5::read_texts(group, "reason");
  const auto patients = hdf5::read_unsigned(group, "patients"), smallest = hdf5::read_unsigned(group, "smallest_id");
  require(patients.size() == reasons.size() && smallest.size() == reasons.size(),
          "the columns of /failures differ in length");
  const auto examples =
      hdf5::has(group, "example") ? hdf5::read_texts(group, "example") : std::vector<std::string>(reasons.size());
  require(examples.size() == reasons.size(), "the columns of /failures differ in length");
  for (std::size_t i = 0; i < reasons.size(); ++i)
    results.failures.push_back({reasons[i], examples[i], patients[i], smallest[i]});
}

void read_formulas(hid_t file, const char* name, std::vector<WithoutValue>& formulas) {
  if (!hdf5::has(file, name)) return;
  const Handle group = open_group(file, name);
  const auto what = hdf5::read_texts(group, "formula"), text = hdf5::read_texts(group, "text");
  const auto times = hdf5::read_unsigned(group, "times");
  require(text.size() == what.size() && times.size() == what.size(),
          std::string("the columns of /") + name + " differ in length");
  for (std::size_t i = 0; i < what.size(); ++i) formulas.push_back({what[i], text[i], times[i]});
}

void read_root(hid_t file, Results& results) {
  const std::string kind = hdf5::read_kind(file);
  require(kind != "study", "it holds a study, not one trial; vtrial info, report and export read it");
  require(kind == "trial", "it holds neither a trial nor a study");
  results.title = hdf5::text_attribute(file, "title");
  const std::string plan = hdf5::text_attribute(file, "plan_hash");
  const auto [end, error] = std::from_chars(plan.data(), plan.data() + plan.size(), results.plan_hash, 16);
  require(error == std::errc() && end == plan.data() + plan.size(), "its plan hash is not one");
  results.seed = hdf5::unsigned_attribute(file, "seed");
  results.patients = hdf5::unsigned_attribute(file, "patients");
  results.replicates = hdf5::unsigned_attribute(file, "replicates");
  if (hdf5::has_attribute(file, "first_patient"))
    results.first_patient = hdf5::unsigned_attribute(file, "first_patient");
  results.first_day = static_cast<std::int32_t>(hdf5::integer_attribute(file, "first_day"));
  results.last_day = static_cast<std::int32_t>(hdf5::integer_attribute(file, "last_day"));
}

Results read_everything(hid_t file) {
  Results results;
  read_root(file, results);
  read_arms(file, results);
  read_rules(file, results);
  read_screening(file, results);
  const Handle tallies = open_group(file, "tallies");
  for (const std::string& name : hdf5::group_names(tallies)) results.tallies.push_back(hdf5::read_tally(tallies, name));
  read_sources(file, results);
  read_failures(file, results);
  read_formulas(file, "without_value", results.without_value);
  read_formulas(file, "conditions_undefined", results.unclear);
  read_records(file, results);
  hdf5::read_columns(file, results);
  results.tests = hdf5::read_tests(file);
  hdf5::read_provenance(file, results.provenance, results.scenario_path, results.resolved_scenario, results.notes);
  return results;
}

}  // namespace

Results parse_results_file(const std::string& bytes, const std::string& path) {
  const std::string content = hdf5::unsealed(bytes, path);
  try {
    const hdf5::Quiet quiet;
    const hdf5::Image file(content);
    Results results = read_everything(file);
    require(content_hash(results) == hdf5::text_attribute(file, "content_hash"),
            "its content does not match its content hash");
    return results;
  } catch (const Failure& failure) {
    throw IoError(path, "cannot be read as results", failure.what());
  } catch (const std::bad_alloc&) {
    throw IoError(path, "cannot be read as results", "there is not enough memory");
  }
}

std::string recomputed_trial_hash(const hdf5::Image& file) { return content_hash(read_everything(file)); }

bool is_results_file(const std::string& path) {
  const Ends ends = read_ends(path, schema::kSealSize);
  return ends.first.starts_with("\x89HDF\r\n\x1a\n") && ends.last.starts_with(schema::kSeal);
}

Results read_results(const std::string& path) { return parse_results_file(read_whole_file(path), path); }

}  // namespace vt
