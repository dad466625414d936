/// \file Who is counted in a tally, times that begin at an event, what is kept of each patient, and the spread between
/// replicates: each against the table of patients.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "output/csv/patients_csv.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/statistics/over_replicates.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

Scenario among(const std::vector<std::string>& set = {}) {
  return read(source_dir() + "/tests/qualification/lives/among.toml", set);
}

/// A patient as the kept columns have them.
struct Kept {
  std::int64_t arm;
  bool male;
  double weight, trough, weight_of_men;
};

std::vector<Kept> kept(const Results& results) {
  const PatientColumns& columns = results.columns;
  EXPECT_EQ(columns.names, (std::vector<std::string>{"male", "weight", "trough", "weight of men"}));
  EXPECT_EQ(columns.units, (std::vector<std::string>{"", "kg", "ng/mL", ""}));
  std::vector<Kept> patients;
  for (std::size_t i = 0; i < columns.arm.size(); ++i) {
    const double* value = columns.values.data() + 4 * i;
    patients.push_back({columns.arm[i], value[0] == 1, value[1], value[2], value[3]});
  }
  return patients;
}

template <class Condition>
std::int64_t count_of(const std::vector<Kept>& patients, Condition condition) {
  return std::count_if(patients.begin(), patients.end(), condition);
}

/// Patients of an outcome at a day.
std::int64_t at_day(const ResultTally& t, std::size_t outcome, double day) {
  const Pooled p = pool(t, {});
  const auto place = static_cast<std::size_t>(std::ranges::find(t.times, day) - t.times.begin());
  return p.counts[outcome * t.times.size() + place];
}

TEST(KeptColumns, are_those_of_every_patient_in_the_order_of_ids) {
  const Results results = simulate(among());
  const std::vector<Kept> patients = kept(results);
  ASSERT_EQ(patients.size(), 600u);
  for (const Kept& p : patients) EXPECT_EQ(std::isnan(p.weight_of_men), !p.male);
  const double in_tally = value(results, "weight_of_men", "mean");
  double sum = 0;
  for (const Kept& p : patients) sum += p.male ? p.weight : 0;
  const auto men = count_of(patients, [](const Kept& p) { return p.male; });
  EXPECT_NEAR(in_tally, sum / static_cast<double>(men), 1e-6);
  // The first patient of a trial alone is the first one here.
  const Results first = simulate(among({"trial.patients=1", "trial.replicates=1"}));
  EXPECT_EQ(first.columns.values[1], results.columns.values[1]);
  const Results read_back = parse_results_file(results_file_bytes(results), "x.h5");
  EXPECT_EQ(read_back.columns.names, results.columns.names);
  EXPECT_EQ(read_back.columns.units, results.columns.units);
  EXPECT_EQ(read_back.columns.arm, results.columns.arm);
  EXPECT_EQ(content_hash(read_back), content_hash(results));
  Results other = results;
  other.columns.values[1] += 1;
  EXPECT_NE(content_hash(other), content_hash(results));
  const std::string csv = patients_csv(results);
  EXPECT_EQ(csv.substr(0, csv.find('\n')), "replicate,patient,arm,male,weight [kg],trough [ng/mL],weight of men");
  EXPECT_EQ(std::ranges::count(csv, '\n'), 601);
}

TEST(KeptColumns, do_not_depend_on_threads_or_blocks) {
  RunOptions options;
  options.threads = 1;
  const Results one = simulate(among(), options);
  options.threads = 3, options.block = 37;
  EXPECT_EQ(content_hash(simulate(among(), options)), content_hash(one));
}

TEST(Among, counts_nobody_else) {
  const Results results = simulate(among());
  const std::vector<Kept> patients = kept(results);
  for (std::int64_t arm = 0; arm < 2; ++arm) {
    const std::string label = results.arms[static_cast<std::size_t>(arm)].name;
    const Pooled first = pool(tally(results, "men"), {{"arm", label}, {"visit", "day 30"}});
    EXPECT_EQ(first.randomised, count_of(patients, [&](const Kept& p) { return p.male && p.arm == arm; }));
    if (arm == 0) {  // where nobody leaves
      EXPECT_EQ(first.events, count_of(patients, [&](const Kept& p) { return p.male && p.arm == 0 && p.weight > 70; }));
    }
    EXPECT_LE(first.evaluable, first.randomised);
  }
  const ResultTally& weight = tally(results, "weight_of_men");
  EXPECT_EQ(weight.among, "male == 1");
  EXPECT_EQ(pool(weight, {}).randomised, count_of(patients, [](const Kept& p) { return p.male; }));
  EXPECT_EQ(results.tests[0].patients[0] + results.tests[0].patients[1] + results.tests[0].patients[2],
            count_of(patients, [](const Kept& p) { return p.male; }));
}

TEST(Among, says_how_often_it_cannot_be_told) {
  const Results results = simulate(among());
  const std::vector<Kept> patients = kept(results);
  const auto measured = count_of(patients, [](const Kept& p) { return !std::isnan(p.trough); });
  EXPECT_EQ(tally(results, "measured").randomised[0], measured);
  const auto times = [](const Results& of) {
    const auto found = std::ranges::find(of.unclear, "the condition 'among' of tally 'measured'", &WithoutValue::what);
    return found != of.unclear.end() ? static_cast<std::int64_t>(found->times) : 0;
  };
  EXPECT_EQ(times(results), 600 - measured);
  EXPECT_GT(times(results), 100);
  const Results read_back = parse_results_file(results_file_bytes(results), "x.h5");
  EXPECT_EQ(times(read_back), times(results));
  EXPECT_EQ(tally(read_back, "measured").among, "trough @ 'day 33' > 0");
}

TEST(TimesFromAnEvent, begin_there) {
  Scenario scenario = among();
  for (ArmSpec& arm : scenario.arms) arm.leave_per_year = 0;
  const Results results = simulate(scenario);
  const std::vector<Kept> patients = kept(results);
  const auto men = count_of(patients, [](const Kept& p) { return p.male; });
  const auto over_70 = count_of(patients, [](const Kept& p) { return p.male && p.weight > 70; });
  const auto over_85 = count_of(patients, [](const Kept& p) { return p.male && p.weight > 85; });
  ASSERT_GT(over_85, 20);

  const ResultTally& relapse = tally(results, "to_relapse");
  EXPECT_EQ(relapse.from, "response");
  EXPECT_EQ(pool(relapse, {}).randomised, men);
  EXPECT_EQ(pool(relapse, {}).evaluable, men);
  EXPECT_EQ(at_day(relapse, 0, 60), over_70);              // day 120 − day 60
  EXPECT_EQ(at_day(relapse, 1, 365 - 60), men - over_70);  // to the end
  EXPECT_EQ(relapse.times.back(), 365);

  // Who has had the event or a competitor before is not at risk.
  const ResultTally& early = tally(results, "to_early");
  EXPECT_EQ(pool(early, {}).randomised, men);
  EXPECT_EQ(pool(early, {}).evaluable, men - over_85);
  EXPECT_EQ(at_day(early, 1, 60), over_70 - over_85);  // relapse competes

  // What is found with it comes after it.
  EXPECT_EQ(at_day(tally(results, "to_together"), 0, 0), over_70);

  const ResultTally& heavy = tally(results, "to_relapse_of_the_heavy");
  EXPECT_EQ(heavy.randomised[0], over_85);
  EXPECT_EQ(at_day(heavy, 0, 60), over_85);
}

TEST(TimesFromAnEvent, are_censored_where_patients_leave) {
  const Results results = simulate(among());  // some leave one arm
  const ResultTally& relapse = tally(results, "to_relapse");
  const Pooled p = pool(relapse, {{"arm", "400 mg BID"}});
  std::int64_t sum = 0, late = 0;
  for (std::size_t i = 0; i < p.counts.size(); ++i) sum += p.counts[i];
  for (std::size_t i = 0; i < relapse.times.size(); ++i)
    if (relapse.times[i] < 305) late += p.counts[relapse.times.size() + i];
  EXPECT_EQ(sum, p.evaluable);
  EXPECT_GT(late, 0);  // censored before the end
}

TEST(ReplicateAxis, has_each_trial_and_its_spread) {
  const Results results = simulate(among());
  const std::vector<Kept> patients = kept(results);
  const ResultTally& heavy = tally(results, "heavy");
  std::vector<double> shares;
  for (std::size_t r = 0; r < 3; ++r) {
    const auto first = patients.begin() + static_cast<std::ptrdiff_t>(200 * r);
    const auto events = std::count_if(first, first + 200, [](const Kept& p) { return p.weight > 85; });
    const Pooled p = pool(heavy, {{"replicate", static_cast<double>(r)}});
    EXPECT_EQ(p.randomised, 200);
    EXPECT_EQ(p.events, events);
    shares.push_back(static_cast<double>(events) / 200);
  }
  std::ranges::sort(shares);
  Target target;
  target.tally = "heavy", target.statistic = "itt", target.over_replicates = "median";
  EXPECT_EQ(answer(results, {target})[0].simulated.value, shares[1]);
  EXPECT_EQ(answer(results, {target})[0].simulated.n, 3);
  target.over_replicates = "quantile=0.25";  // between the first and the second of three
  EXPECT_DOUBLE_EQ(answer(results, {target})[0].simulated.value, (shares[0] + shares[1]) / 2);
  target.tally = "men";
  EXPECT_NE(answer(results, {target})[0].reason.find("has no axis 'replicate'"), std::string::npos);
  const ResultTally together = without_replicates(heavy);
  ASSERT_EQ(together.axes.size(), 1u);
  EXPECT_EQ(together.events[0] + together.events[1], pool(heavy, {}).events);
  EXPECT_EQ(shape_flaw(together), "");
}

/// The same patients in two arms: what is paired has to agree with tallies of pairs.
Scenario in_pairs() {
  Scenario scenario = among({"trial.replicates=1"});
  scenario.allocation = "counterfactual", scenario.block = 0;
  scenario.tallies.clear(), scenario.analyses.clear();
  const auto responds = std::string("otherwise(bcr_abl_is @ 'month 12' <= 1, 0)");
  TallySpec pair;
  pair.name = "pair", pair.score = {responds, {}}, pair.at = {"end", {}};
  pair.pair = {{scenario.arms[0].name, {}}, {scenario.arms[1].name, {}}};
  TallySpec of_men = pair;
  of_men.name = "men", of_men.among = {"male == 1", {}};
  scenario.tallies = {pair, of_men};
  ColumnSpec column;
  column.name = "responds", column.value = {responds, {}};
  column.keep = true;
  scenario.columns = {column};
  column.name = "male", column.value = {"male", {}};
  scenario.columns.push_back(column);
  AnalysisSpec test;
  test.name = "mcnemar", test.kind = TestKind::mcnemar, test.response = {"responds", {}};
  test.covariates = {{"arm", {}}};
  scenario.analyses = {test};
  test.name = "men", test.among = {"male == 1", {}};
  scenario.analyses.push_back(test);
  return scenario;
}

TEST(PairedTests, see_the_lives_of_the_tallies) {
  const Results results = simulate(in_pairs());
  ASSERT_EQ(results.columns.lives.size(), 2u);
  ASSERT_EQ(results.columns.values.size(), 200u * 2 * 2);
  const auto responds = [&](std::size_t patient, std::size_t life) {
    return results.columns.values[(patient * 2 + life) * 2] == 1;
  };
  std::int64_t of[2][2] = {}, men = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    of[responds(i, 0) ? 0 : 1][responds(i, 1) ? 0 : 1] += 1;
    EXPECT_EQ(results.columns.values[i * 4 + 1], results.columns.values[i * 4 + 3]);  // they are the same patients
    men += results.columns.values[i * 4 + 1] == 1 ? 1 : 0;
  }
  EXPECT_EQ(tally(results, "pair").counts, (std::vector<std::int64_t>{of[0][0], of[0][1], of[1][0], of[1][1]}));
  EXPECT_EQ(tally(results, "men").randomised[0], men);
  const ResultTest& test = results.tests[0];
  EXPECT_EQ(test.terms, (std::vector<std::string>{"400 mg BID"}));
  EXPECT_EQ(test.patients[0], 200);
  EXPECT_EQ(test.events[0], of[0][1] + of[1][0]);
  EXPECT_DOUBLE_EQ(test.estimate[0], static_cast<double>(of[1][0] - of[0][1]) / 200);
  EXPECT_EQ(results.tests[1].patients[0], men);
  const Results read_back = parse_results_file(results_file_bytes(results), "x.h5");
  EXPECT_EQ(content_hash(read_back), content_hash(results));
}

std::string problems_of(const std::vector<std::string>& set) {
  try {
    (void)among(set);
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "";
}

TEST(PairedTests, are_the_ones_that_lives_of_the_same_patients_have) {
  const std::string problems = problems_of({"trial.allocation=counterfactual"});
  EXPECT_NE(problems.find("a test of kind 'logistic' beside counterfactual allocation"), std::string::npos) << problems;
  EXPECT_NE(problems.find("use 'mcnemar', 'paired-t' or 'signed-rank'"), std::string::npos);
}

TEST(KeptColumns, are_refused_of_more_patients_than_the_table_holds) {
  const std::string problems = problems_of({"trial.patients=20000"});
  EXPECT_NE(problems.find("column.male is kept of 20000 patients"), std::string::npos) << problems;
  EXPECT_NE(problems.find("keep = false"), std::string::npos);
  Scenario many = among({"trial.patients=10000"});
  many.replicates = 2000, many.analyses.clear(), many.tallies.clear();
  Problems flaws;
  EXPECT_FALSE(build_plan(many, flaws).has_value());
  EXPECT_NE(flaws.sorted()[0].text.find("that are kept need"), std::string::npos);
}

}}  // namespace vt
