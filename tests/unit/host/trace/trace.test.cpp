#include "host/trace/trace.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

std::size_t place(const Trace& trace, std::string_view observable) {
  for (std::size_t o = 0; o < trace.observables.size(); ++o)
    if (trace.observables[o].name == observable) return o;
  throw std::out_of_range(std::string(observable));
}

/// What a record and a trace both know about a measured value at the end.
void expect_same(const Trace& trace, const Record& record, Result which, std::string_view observable) {
  const std::size_t last = trace.days.size() - 1, o = place(trace, observable);
  const bool defined = (record.results_defined >> static_cast<int>(which) & 1) != 0;
  EXPECT_EQ(trace.is_defined(last, o), defined) << observable;
  if (!defined) return;
  EXPECT_EQ(trace.value(last, o), record.result[static_cast<int>(which)]) << observable;
}

TEST(Trace, tells_the_bits_of_the_run) {
  const Scenario scenario = read(scenario_path("tops.toml"), {"trial.patients=96"});
  RunOptions options;
  options.keep_records = true;
  const std::vector<Record> rows = records(simulate(scenario, options));
  const BuiltPlan built = build(scenario);
  for (std::uint64_t patient = 0; patient < rows.size(); patient += 5) {
    SCOPED_TRACE(patient);
    const Trace found = trace(scenario, built, patient);
    const Record& record = rows[patient];
    double swallowed_mg = 0, taken = 0;
    for (const TracedDay& day : found.days)
      for (const TracedIntake& intake : day.intake) {
        swallowed_mg += intake.swallowed_mg;
        taken += intake.swallowed_mg > 0.0 ? 1 : 0;
      }
    EXPECT_EQ(swallowed_mg, record.taken_mg);
    EXPECT_EQ(taken, record.doses_taken);
    EXPECT_EQ(found.days.back().arm, record.arm);
    EXPECT_EQ(found.days.back().left, record.left);
    expect_same(found, record, Result::trough, "trough");
    expect_same(found, record, Result::bcr_abl_is, "bcr_abl_is");
    expect_same(found, record, Result::anc, "anc");
    expect_same(found, record, Result::platelets, "platelets");
  }
}

TEST(Trace, knows_which_patients_there_are) {
  const Scenario scenario = read(scenario_path("tops.toml"), {"trial.patients=30"});
  const BuiltPlan built = build(scenario);
  EXPECT_NO_THROW(trace(scenario, built, 29));
  EXPECT_THROW(trace(scenario, built, 30), std::out_of_range);
  EXPECT_THROW(trace(scenario, built, 0, 1), std::out_of_range);
}

TEST(Tell, names_visits_results_and_missed_doses) {
  const Scenario scenario = read(scenario_path("tops.toml"), {"trial.patients=30", "trial.missed_visit=0"});
  const BuiltPlan built = build(scenario);
  const Trace found = trace(scenario, built, 3);
  const std::string text = tell(scenario, built, found);
  EXPECT_NE(text.find("visit trough"), std::string::npos) << text;
  EXPECT_NE(text.find("bcr_abl_is"), std::string::npos);
  EXPECT_NE(text.find("prescribed from now on"), std::string::npos);
  std::size_t missed = 0;
  for (const TracedDay& day : found.days)
    for (const TracedIntake& intake : day.intake) missed += intake.prescribed_mg > 0 && intake.swallowed_mg == 0;
  ASSERT_GT(missed, 0u);
  EXPECT_NE(text.find("misses"), std::string::npos);
  const auto json = trace_json(scenario, built, found);
  EXPECT_EQ(json["days"].size(), found.days.size());
  EXPECT_NE(text.find("arm " + json["arm"].get<std::string>()), std::string::npos);
}

}}  // namespace vt
