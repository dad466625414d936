// Doses on record: population.dose_records.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "output/sha256.hpp"
#include "tests/support/population.hpp"

namespace vt { namespace {

using namespace test;

constexpr double kClearance = 10, kVolume = 250, kAbsorption = 0.6;

const std::string kFirstOrder =
    "model = \"one_compartment\"\nabsorption = \"first_order\"\nabsorption_rate = \"0.6 1/h\"";
const std::string kZeroOrder =
    "model = \"one_compartment\"\nabsorption = \"zero_order\"\nabsorption_duration = \"2 h\"\nlag = \"0.5 h\"";
const std::string kGeneral =
    "model = \"two_compartments\"\nabsorption = \"transit\"\ntransit_stages = 3\ntransit_rate = \"4 1/h\"\n"
    "absorption_rate = \"1 1/h\"\nintercompartmental_clearance = \"5 L/h\"\nperipheral_volume = \"90 L\"";

struct Trial {
  std::string csv = "";  ///< none: no records
  std::string pk = kFirstOrder;
  std::string regimen = R"(dose = "400 mg", every = "24 h")";
  std::string population = "";  ///< more of [population]
  std::string records = R"(dose_records = "doses.csv")";
  std::string trial = "patients = 3";
  std::string more = "";
  std::string table = "";
};

Files files(const Trial& t) {
  const std::string text = "[population]\n" + (t.csv.empty() ? "" : t.records) + "\n" + t.population + "\n[trial]\n" +
                           t.trial + R"toml(
seed = 5
duration = "20 day"
start = "day -3"
[pk]
clearance = { formula = "10*exp(eta.CL)", unit = "L/h" }
volume = "250 L"
source = "test"
basis = "assumed"
)toml" + t.pk + R"(
[[random_effect]]
name = "CL"
sd = 0.3
source = "test"
basis = "assumed"
[[arm]]
name = "one"
regimen = { )" + t.regimen +
                           R"( }
[[visit]]
name = "v"
at = ["day 6", "day 19"]
measure = ["trough", "pill_count"]
[[tally]]
name = "trough"
score = "trough_true"
range = ["0.01 ng/mL", "20000 ng/mL"]
at = "v"
by = ["visit"]
[[tally]]
name = "taken"
score = "doses_taken_percent"
range = ["0 %", "400 %"]
at = "v"
by = ["visit"]
)" + t.more;
  return {{"s.toml", text}, {"doses.csv", t.csv}, {"patients.csv", t.table}};
}

std::vector<Record> rows(const Trial& trial) {
  RunOptions options;
  options.keep_records = true;
  return records(simulate(scenario_of(files(trial)), options));
}

/// Doses of 400 mg at the nominal hours of every day, of three patients.
std::string spelt_out(int times_a_day) {
  std::string csv = "id,day,hour,dose [g]\n";
  for (int patient = 0; patient < 3; ++patient)
    for (int day = 0; day < 20; ++day)
      for (int i = 0; i < times_a_day; ++i)
        csv +=
            std::to_string(patient) + "," + std::to_string(day) + "," + std::to_string(i * 24 / times_a_day) + ",0.4\n";
  return csv;
}

TEST(DoseRecords, that_spell_out_the_regimen_have_its_bits) {
  for (const std::string& pk : {kFirstOrder, kZeroOrder, kGeneral})
    for (const auto& [times, every] : {std::pair(1, "24 h"), std::pair(2, "12 h")}) {
      Trial trial;
      trial.pk = pk;
      trial.regimen = "dose = \"400 mg\", every = \"" + std::string(every) + "\"";
      const std::vector<Record> plain = rows(trial);
      trial.csv = spelt_out(times);
      const std::vector<Record> recorded = rows(trial);
      ASSERT_EQ(plain.size(), 3u);
      ASSERT_EQ(recorded.size(), 3u);
      EXPECT_EQ(std::memcmp(plain.data(), recorded.data(), 3 * sizeof(Record)), 0) << pk << every;
    }
}

TEST(DoseRecords, of_one_patient_leave_the_others_their_bits) {
  Trial trial;
  const std::vector<Record> plain = rows(trial);
  trial.csv = "id,day,dose [mg]\n1,0,800\n1,7,100\n";
  const std::vector<Record> recorded = rows(trial);
  EXPECT_EQ(std::memcmp(&plain[0], &recorded[0], sizeof(Record)), 0);
  EXPECT_EQ(std::memcmp(&plain[2], &recorded[2], sizeof(Record)), 0);
  EXPECT_EQ(recorded[1].doses_taken, 2);
  EXPECT_EQ(recorded[1].taken_mg, 900);
  EXPECT_EQ(recorded[1].doses_prescribed, plain[1].doses_prescribed);
}

/// ng/mL at the morning of day `at`, of doses {hours since the morning of day 0, mg}.
double superposed(const std::vector<std::pair<double, double>>& doses, int at, double clearance) {
  const double k = clearance / kVolume;
  double sum = 0;
  for (const auto& [hour, mg] : doses) {
    const double t = 24.0 * at - hour;
    if (t > 0)
      sum += 1000 * mg * kAbsorption / (kVolume * (kAbsorption - k)) * (std::exp(-k * t) - std::exp(-kAbsorption * t));
  }
  return sum;
}

double trough_of(Trial trial, const std::string& day) {
  trial.trial = "patients = 1";
  Scenario scenario = scenario_of(files(trial));
  remove_variability(scenario);
  return value(simulate(scenario), "trough", "mean", {{"visit", {day}}});
}

TEST(DoseRecords, give_the_sum_of_their_doses) {
  Trial trial;
  trial.csv =
      "id,day,hour,dose "
      "[mg]\n0,-2,0,100\n0,0,-1.5,200\n0,0,9.25,300\n0,0,17,50\n0,4,,250\n0,5,12,600\n0,12,0,0\n0,17,0,0\n0,18,2,700\n";
  const std::vector<std::pair<double, double>> doses = {{-48, 100}, {-1.5, 200}, {9.25, 300}, {17, 50},
                                                        {96, 250},  {132, 600},  {434, 700}};
  for (const int at : {6, 19})
    EXPECT_NEAR(trough_of(trial, "day " + std::to_string(at)), superposed(doses, at, kClearance), 1e-3) << at;
}

TEST(DoseRecords, by_the_clock_belong_to_the_day_of_the_patient) {
  Trial clock, hour;  // the morning dose is at 07:30, so that the patient's day begins at 01:30
  clock.records = "dose_records = { file = \"doses.csv\", morning = \"07:30\" }";
  clock.csv = "id,day,clock,dose [mg]\n0,0,07:30,400\n0,1,23:00,400\n0,3,01:00,400\n0,3,1:30,200\n";
  hour.csv = "id,day,hour,dose [mg]\n0,0,0,400\n0,1,15.5,400\n0,2,17.5,400\n0,3,-6,200\n";
  EXPECT_EQ(std::memcmp(rows(clock).data(), rows(hour).data(), sizeof(Record)), 0);
}

TEST(DoseRecords, end_on_a_day_from_which_the_regimen_holds) {
  Trial trial;
  trial.records = "dose_records = { file = \"doses.csv\", until = \"day 5\" }";
  trial.csv = "id,day,dose [mg]\n0,2,100\n";
  std::vector<std::pair<double, double>> doses = {{48, 100}};
  for (int day = 5; day < 20; ++day) doses.emplace_back(24.0 * day, 400);
  for (const int at : {6, 19})
    EXPECT_NEAR(trough_of(trial, "day " + std::to_string(at)), superposed(doses, at, kClearance), 1e-3) << at;
  EXPECT_EQ(rows(trial)[0].doses_taken, 1 + 15);
}

TEST(DoseRecords, follow_the_rows_of_the_patient_table) {
  Trial trial;
  trial.table = "id,pk.clearance [L/h]\nada,8\nbob,9\ncyd,10\n";
  trial.csv = "id,day,dose [mg]\ncyd,0,300\nada,0,100\n";
  trial.trial = "patients = 600";
  trial.population = "table = { file = \"patients.csv\", draw = \"with replacement\" }";
  const Scenario scenario = scenario_of(files(trial));
  const BuiltPlan built = build(scenario);
  const Sampled sampled = sample_patients(built, 600);
  const std::vector<Record> recorded = rows(trial);
  ASSERT_EQ(recorded.size(), 600u);
  int found[3] = {0, 0, 0};
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const double clearance = sampled.trait[static_cast<std::size_t>(Trait::clearance_L_per_h)][i];
    EXPECT_EQ(recorded[i].taken_mg, clearance == 8 ? 100 : (clearance == 10 ? 300 : 20 * 400));
    ++found[static_cast<int>(clearance) - 8];
  }
  for (const int n : found) EXPECT_GT(n, 100);
}

TEST(DoseRecords, are_part_of_the_plan_and_a_source_with_a_checksum) {
  Trial trial;
  trial.csv = "id,day,dose [mg]\n1,0,800\n";
  const BuiltPlan built = build(scenario_of(files(trial)));
  ASSERT_FALSE(built.sources.empty());
  EXPECT_EQ(built.sources[0].name, "population.dose_records");
  EXPECT_EQ(built.sources[0].value, "doses.csv, 1 doses of 1 patients");
  EXPECT_NE(built.sources[0].source.find(sha256_hex(trial.csv)), std::string::npos);
  trial.csv = "id,day,dose [mg]\n1,0,801\n";
  EXPECT_NE(build(scenario_of(files(trial))).hash, built.hash);
}

TEST(DoseRecords, do_not_tell_how_the_work_is_divided) {
  Trial trial;
  trial.trial = "patients = 300";
  trial.csv = "id,day,hour,dose [mg]\n";
  for (int patient = 0; patient < 300; patient += 7)
    for (int day = 0; day < 20; day += 1 + patient % 3)
      trial.csv +=
          std::to_string(patient) + "," + std::to_string(day) + "," + std::to_string(patient % 11 - 5) + ",400\n";
  const Scenario scenario = scenario_of(files(trial));
  RunOptions options;
  options.keep_records = true;
  options.threads = 1;
  const std::string reference = content_hash(simulate(scenario, options));
  options.threads = 2;
  options.block = 7;
  EXPECT_EQ(content_hash(simulate(scenario, options)), reference);
}

struct Mistake {
  std::string csv, text, population = "", table = "";
};
class RecordMistake : public testing::TestWithParam<Mistake> {};
TEST_P(RecordMistake, is_reported_at_its_place) {
  Trial trial;
  trial.csv = GetParam().csv;
  trial.population = GetParam().population;
  trial.table = GetParam().table;
  if (!trial.table.empty()) trial.trial = "patients = 1";
  const std::string problems = problems_of(files(trial));
  EXPECT_NE(problems.find(GetParam().text), std::string::npos) << problems;
}
const std::string kTable = "table = \"patients.csv\"";
INSTANTIATE_TEST_SUITE_P(
    All, RecordMistake,
    testing::Values(
        Mistake{"id,day,dose [mg]\n3,0,1\n", "doses.csv:2:1: there is no patient '3' (without a population.table"},
        Mistake{"id,day,dose [mg]\nbob,0,1\n", "doses.csv:2:1: there is no patient 'bob'"},
        Mistake{"id,day,dose [mg]\nbob,0,1\n", "doses.csv:2:1: there is no patient 'bob' in 'patients.csv'", kTable,
                "id,pk.volume [L]\nada,8\n"},
        Mistake{"id,day,dose [mg]\nada,0,1\n", "several patients 'ada'", kTable, "id,pk.volume [L]\nada,8\nada,9\n"},
        Mistake{"id,day,dose [mg]\n0,0,1\n", "'patients.csv' has no column id", kTable, "pk.volume [L]\n8\n"},
        Mistake{"id,day,dose [mg]\n0,4,1\n0,3,1\n", "doses.csv:3:1: patient '0' takes this dose before the one above"},
        Mistake{"id,day,dose [mg]\n0,4,1\n0,4,1\n", "doses.csv:3:1: patient '0' takes two doses at the same time"},
        Mistake{"id,day,dose [mg]\n0,4,1\n1,4,1\n0,5,1\n",
                "doses.csv:4:1: patient '0' stands in line 2 and again here"},
        Mistake{"id,day,dose [mg]\n0,4,-1\n", "doses.csv:2:5: dose is '-1' (a number from 0 to"},
        Mistake{"id,day,dose [mg]\n0,4,\n", "doses.csv:2:5: dose is ''"},
        Mistake{"id,day,dose [mg]\n0,20,1\n",
                "doses.csv:2:3: the dose is on day 20 (the trial has doses from day -3 to day 19)"},
        Mistake{"id,day,dose [mg]\n0,-4,1\n", "doses.csv:2:3: the dose is on day -4"},
        Mistake{"id,day,dose [mg]\n0,1.5,1\n", "doses.csv:2:3: day is '1.5' (a whole number of days"},
        Mistake{"id,day,hour,dose [mg]\n0,1,18,1\n", "doses.csv:2:5: hour is '18'"},
        Mistake{"id,day,clock,dose [mg]\n0,1,24:00,1\n", "doses.csv:2:5: clock is '24:00'"},
        Mistake{"id,day,clock,dose [mg]\n0,-3,01:00,1\n", "doses.csv:2:3: the dose is on day -4"},
        Mistake{"id,day,hour,dose [mg]\n0,1,1,1\n0,1,2,1\n0,1,3,1\n0,1,4,1\n0,1,5,1\n",
                "doses.csv:6:1: patient '0' takes more than 4 doses on day 1"},
        Mistake{"id,day,dose\n0,4,1\n", "doses.csv:1:8: column 'dose' has no unit of mass"},
        Mistake{"id,day,dose [L]\n0,4,1\n", "doses.csv:1:8: column 'dose' has no unit of mass"},
        Mistake{"id,day\n0,4\n", "doses.csv:1:1: there is no column 'dose [mg]'"},
        Mistake{"id,day,time,dose [mg]\n0,4,1,1\n", "doses.csv:1:8: column 'time' says nothing about a dose"},
        Mistake{"id,day,hour,clock,dose [mg]\n0,4,1,08:00,1\n", "doses.csv:1:13: column 'clock' stands beside 'hour'"},
        Mistake{"id,day,dose [mg]\n0,4\n", "doses.csv:2:3: the row has 2 fields (the header has 3)"},
        Mistake{"id,day,dose [mg]\n", "doses.csv:1:1: the file has no rows"}));

TEST(DoseRecords, that_are_no_csv_or_have_no_morning_are_refused) {
  Trial trial;
  trial.csv = "id,day,dose [mg]\n0,0,1\n";
  trial.records = "dose_records = \"doses.txt\"";
  EXPECT_NE(problems_of(files(trial)).find("s.toml:2:16: population.dose_records is 'doses.txt'"), std::string::npos);
  trial.records = "dose_records = { file = \"doses.csv\", morning = \"8\" }";
  EXPECT_NE(problems_of(files(trial)).find("is no time of day"), std::string::npos);
}

}  // namespace
}  // namespace vt
