#include "output/csv/trial_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "output/csv/cells.hpp"
#include "output/csv/tally_csv.hpp"
#include "output/notes.hpp"
#include "output/statistics/test_summary.hpp"
#include "output/tally/kinds.hpp"

namespace vt {
namespace {

constexpr std::string_view kTrial = "vtrial,value", kArms = "arm,regimen,patients",
                           kScreening = "criterion,when,rejected", kRules = "rule,action,arm,fired,patients",
                           kLeaving = "reason,arm,patients",
                           kContrasts =
                               "tally,where,arm,against,difference,difference_low,difference_high,"
                               "number_needed,number_needed_low,number_needed_high",
                           kTests =
                               "test,kind,replicate,term,estimate,standard_error,low,high,ratio,ratio_low,"
                               "ratio_high,p,patients,events",
                           kFailures = "reason,patients,smallest_id,replicate,patient,example",
                           kFormulas = "formula,text,times",
                           kSources = "parameter,value,unit,source,basis,calibrated_to", kNotes = "number,note";

/// Rows under their heading; "" where there are none.
std::string table(std::string_view heading, const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty()) return "";
  std::string out = fmt::format("{}\n", heading);
  for (const std::vector<std::string>& row : rows) out += csv_row(row);
  return out;
}

std::string trial_csv(const Results& r) {
  const Provenance& p = r.provenance;
  std::uint64_t failed = 0;
  for (const FailureCount& f : r.failures) failed += f.patients;
  return table(kTrial, {{"title", r.title},
                        {"scenario", r.scenario_path},
                        {"seed", csv_count(r.seed)},
                        {"patients", csv_count(r.patients)},
                        {"replicates", csv_count(r.replicates)},
                        {"first_day", csv_count(r.first_day)},
                        {"last_day", csv_count(r.last_day)},
                        {"screened", csv_count(r.patients * r.replicates)},
                        {"included", csv_count(static_cast<std::int64_t>(r.patients * r.replicates) - rejected(r))},
                        {"failed", csv_count(failed)},
                        {"withheld", withheld(r)},
                        {"plan_hash", fmt::format("{:016x}", r.plan_hash)},
                        {"content_hash", content_hash(r)},
                        {"software_version", p.software_version},
                        {"git_commit", p.git_commit},
                        {"compiler", p.compiler},
                        {"build_flags", p.build_flags},
                        {"host", p.host},
                        {"backend", p.backend},
                        {"isa", p.isa},
                        {"device_name", p.device_name},
                        {"command_line", p.command_line},
                        {"started_utc", p.started_utc},
                        {"finished_utc", p.finished_utc},
                        {"threads", csv_count(p.threads)},
                        {"ranks", csv_count(p.ranks)},
                        {"simulate_seconds", csv_number(p.simulate_seconds)},
                        {"wall_seconds", csv_number(p.wall_seconds)}});
}

std::string arms_csv(const Results& results) {
  std::vector<std::vector<std::string>> rows;
  for (const ArmResult& arm : results.arms) rows.push_back({arm.name, arm.regimen, csv_count(arm.patients)});
  return table(kArms, rows);
}

std::string screening_csv(const Results& results) {
  std::vector<std::vector<std::string>> rows;
  for (const ScreeningCount& one : results.screening)
    rows.push_back({one.criterion, one.when, csv_count(one.rejected)});
  return table(kScreening, rows);
}

std::string rules_csv(const Results& results) {
  std::vector<std::vector<std::string>> rows;
  for (const RuleResult& rule : results.rules)
    for (std::size_t a = 0; a < results.arms.size(); ++a)
      rows.push_back(
          {rule.name, rule.action, results.arms[a].name, csv_count(rule.fired[a]), csv_count(rule.patients[a])});
  return table(kRules, rows);
}

std::string leaving_csv(const Results& results) {
  std::vector<std::vector<std::string>> rows;
  for (const LeavingResult& left : results.leaving)
    for (std::size_t a = 0; a < results.arms.size(); ++a)
      rows.push_back({left.reason, results.arms[a].name, csv_count(left.patients[a])});
  return table(kLeaving, rows);
}

std::string contrasts_csv(const Results& results) {
  std::vector<std::vector<std::string>> rows;
  for (const ResultTally& tally : results.tallies) {
    if (tally.kind->contrasts == nullptr || !withheld(results).empty()) continue;
    for (const Contrast& c : tally.kind->contrasts(tally))
      rows.push_back({tally.name, c.where, c.arm, c.against, csv_number(c.difference.value),
                      csv_number(c.difference.interval.low), csv_number(c.difference.interval.high),
                      csv_number(c.needed.value), csv_number(c.needed.interval.low),
                      csv_number(c.needed.interval.high)});
  }
  return table(kContrasts, rows);
}

std::string tests_csv(const Results& results) {
  std::vector<std::vector<std::string>> rows;
  for (const ResultTest& test : results.tests)
    for (std::size_t at = 0; at < test.estimate.size(); ++at) {
      const std::size_t replicate = at / test.terms.size();
      std::vector<std::string> row = {test.name,
                                      std::string(name_of(test.kind)),
                                      csv_count(replicate),
                                      test.terms[at % test.terms.size()],
                                      csv_number(test.estimate[at]),
                                      csv_number(test.standard_error[at])};
      for (const DerivedOfTest& derived : kDerivedOfTests)
        row.push_back(derived.is_of_ratios && !is_of_ratio(test.kind) ? "" : csv_number(derived.number(test, at)));
      row.insert(row.end(),
                 {csv_number(test.p[at]), csv_count(test.patients[replicate]), csv_count(test.events[replicate])});
      rows.push_back(std::move(row));
    }
  return table(kTests, rows);
}

std::string failures_csv(const Results& results) {
  std::vector<std::vector<std::string>> rows;
  for (const FailureCount& f : results.failures)
    rows.push_back({f.reason, csv_count(f.patients), csv_count(f.smallest_id),
                    csv_count(vt::replicate_of(f.smallest_id)), csv_count(vt::number_in_replicate(f.smallest_id)),
                    f.example});
  return table(kFailures, rows);
}

std::string formulas_csv(const std::vector<WithoutValue>& formulas) {
  std::vector<std::vector<std::string>> rows;
  for (const WithoutValue& one : formulas) rows.push_back({one.what, one.formula, csv_count(one.times)});
  return table(kFormulas, rows);
}

std::string sources_csv(const Results& results) {
  std::vector<std::vector<std::string>> rows;
  for (const ModelSource& one : results.sources)
    rows.push_back({one.name, one.value, one.unit, one.source, one.basis, one.calibrated_to});
  return table(kSources, rows);
}

std::string notes_csv(const Results& results) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < results.notes.size(); ++i) rows.push_back({csv_count(i + 1), results.notes[i]});
  return table(kNotes, rows);
}

constexpr TrialTable kTables[] = {
    {"trial.csv", kTrial, trial_csv},
    {"arms.csv", kArms, arms_csv},
    {"screening.csv", kScreening, screening_csv},
    {"rules.csv", kRules, rules_csv},
    {"leaving.csv", kLeaving, leaving_csv},
    {"contrasts.csv", kContrasts, contrasts_csv},
    {"tests.csv", kTests, tests_csv},
    {"failures.csv", kFailures, failures_csv},
    {"without_value.csv", kFormulas, [](const Results& results) { return formulas_csv(results.without_value); }},
    {"conditions_undefined.csv", kFormulas, [](const Results& results) { return formulas_csv(results.unclear); }},
    {"sources.csv", kSources, sources_csv},
    {"notes.csv", kNotes, notes_csv},
};

}  // namespace

std::vector<TrialTable> trial_tables() {
  std::vector<TrialTable> tables(std::begin(kTables), std::end(kTables));
  tables.insert(tables.end(), std::begin(kRecordTables), std::end(kRecordTables));
  return tables;
}

std::vector<std::pair<std::string, std::string>> tables_of(const Results& results) {
  std::vector<std::pair<std::string, std::string>> tables;
  for (const TrialTable& one : trial_tables())
    if (std::string text = one.text_of(results); !text.empty()) tables.emplace_back(one.file, std::move(text));
  const std::vector<std::string> files = tally_files(results.tallies);
  for (std::size_t t = 0; t < files.size(); ++t)
    tables.emplace_back(fmt::format("{}/{}", kTallyTables, files[t]),
                        tally_csv(results.tallies[t], withheld(results).empty()));
  return tables;
}

bool is_trial_table(std::string_view heading) {
  return is_tally_table(heading) ||
         std::ranges::any_of(trial_tables(), [&](const TrialTable& one) { return heading.starts_with(one.heading); });
}

}  // namespace vt
