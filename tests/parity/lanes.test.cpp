/// \file The same source with one lane, as a GPU thread runs it, against the vectorised program: records and tally
/// words.

#include <gtest/gtest.h>

#include "tests/parity/one_lane.hpp"
#include "tests/support/scenario_file.hpp"

namespace vt { namespace {

using namespace test;

TEST(OneLane, has_the_bits_of_sixty_four) {
  const std::uint64_t n = 2000;
  for (const char* name : {"tops.toml", "tops_adverse_events.toml", "tops_rifampicin.toml",
                           "../tests/parity/population.toml", "../tests/parity/ptx/every_branch.toml"}) {
    const BuiltPlan built = build(read(scenario_path(name), {"trial.patients=" + std::to_string(n)}));
    const Plan& plan = built.buffer.plan();
    expect_equal(one_by_one<Variant::zero_order>(plan, n), in_lanes(plan, n));
  }
}

TEST(OneLane, has_the_bits_of_lanes_that_several_replicates_share) {
  const WorkUnit unit{3 * kNextReplicate + 5, 17, 9};  // cohorts begin and end within replicates
  const BuiltPlan built = build(read(scenario_path("tops.toml"), {"trial.patients=40", "trial.replicates=12"}));
  const Plan& plan = built.buffer.plan();
  const std::uint64_t n = unit.count * unit.replicates;
  Found apart{std::vector<std::uint64_t>(all_words(plan)), std::vector<Record>(n)}, together = apart;
  for (std::uint64_t i = 0; i < n; ++i) {
    Lanes<Id, 1> who;
    who.put(0, {(3 + i / 17) * kNextReplicate + 5 + i % 17});
    simulate<Variant::zero_order>(plan, who, 1, TallyWords{apart.words.data()}, &apart.rows[i]);
  }
  choose_cpu_build().run(plan, unit, together.words.data(), together.rows.data());
  expect_equal(apart, together);
}

TEST(OneLane, has_the_bits_of_sixty_four_with_first_order_absorption) {
  Scenario scenario = read(scenario_path("tops.toml"), {"trial.patients=500", "trial.start=day -3"});
  scenario.pk.entries.erase("absorption_duration");
  Expression rate, lag;
  rate.number = 0.6;
  lag.number = 2.5;
  scenario.pk.entries["absorption_rate"] = rate;
  scenario.pk.absorption = AbsorptionModel::first_order;
  scenario.pk.entries["lag"] = lag;
  const BuiltPlan built = build(scenario);
  const Plan& plan = built.buffer.plan();
  ASSERT_EQ(plan.drug.pharmacokinetics.variant, Variant::first_order);
  ASSERT_EQ(plan.drug.pharmacokinetics.carries_over, 0u);
  expect_equal(one_by_one<Variant::first_order>(plan, 500), in_lanes(plan, 500));
}

TEST(OneLane, has_the_bits_of_sixty_four_under_the_concentration_of_each_moment) {
  const Scenario over_time = read(source_dir() + "/tests/parity/concentration.toml", {"trial.patients=500"});
  Scenario at_a_rate = over_time;
  auto entry = at_a_rate.pk.entries.extract("absorption_duration");
  entry.key() = "absorption_rate";
  at_a_rate.pk.entries.insert(std::move(entry));
  at_a_rate.pk.absorption = AbsorptionModel::first_order;
  const BuiltPlan zero = build(over_time), first = build(at_a_rate);
  ASSERT_EQ(zero.buffer.plan().blood[0].follows_concentration, 1u);
  ASSERT_EQ(zero.buffer.plan().blood[0].is_linear + 1, zero.buffer.plan().blood[1].is_linear);
  expect_equal(one_by_one<Variant::zero_order>(zero.buffer.plan(), 500), in_lanes(zero.buffer.plan(), 500));
  expect_equal(one_by_one<Variant::first_order>(first.buffer.plan(), 500), in_lanes(first.buffer.plan(), 500));
}

/// Scenarios of this folder for the general pharmacokinetic model.
Scenario general(const std::string& name, std::uint64_t n) {
  return read(source_dir() + "/tests/parity/" + name, {"trial.patients=" + std::to_string(n)});
}

TEST(OneLane, has_the_bits_of_sixty_four_with_the_general_model) {
  const std::uint64_t n = 500;
  Scenario by_rate = general("metabolite.toml", n);
  auto entry = by_rate.pk.entries.extract("absorption_duration");
  entry.key() = "absorption_rate";
  by_rate.pk.entries.insert(std::move(entry));
  by_rate.pk.absorption = AbsorptionModel::first_order;
  const Scenario everything = read(scenario_path("everything.toml"), {"trial.patients=" + std::to_string(n)});
  for (const Scenario& scenario :
       {general("transit.toml", n), general("metabolite.toml", n), general("gut.toml", n), by_rate, everything}) {
    const BuiltPlan built = build(scenario);
    const Plan& plan = built.buffer.plan();
    ASSERT_EQ(plan.drug.pharmacokinetics.variant, Variant::general);
    expect_equal(one_by_one<Variant::general>(plan, n), in_lanes(plan, n));
  }
}

// Doses missed by habits of the patients, alone and in runs, and a comedication in courses of their own.
TEST(OneLane, has_the_bits_of_sixty_four_with_habits_and_courses) {
  for (const std::string adherence : {"latent_types", "declining", "three_state"}) {
    const ScenarioFile file("title = \"habits\"\nbase = [\"" + scenario_path("tops_rifampicin.toml") + "\", \"" +
                            scenario_path("library/adherence/" + adherence + ".toml") + R"toml("]
[[interaction]]
perpetrator = "rifampicin"
fraction = 0.8
start = { formula = "-40 + weight_kg", unit = "day" }
stop = "month 10"
taken_when = "male == 1"
course = "14 day"
every = "28 day"
[[arm]]
name = "400 mg QD"
rules = ["remind", "praise"]
[[rule]]
name = "remind"
at = "trough"
when = "comedication.rifampicin or weight_kg < 90"
do = "set adherence"
taken = "clamp(trough/2000, 0, 1)"
for = "40 day"
source = "t"
basis = "assumed"
[[rule]]
name = "praise"
at = "pcr"
when = "weight_kg > 70"
do = "set adherence"
miss_odds = "0.5^times_fired.praise"
source = "t"
basis = "assumed"
)toml" +
                            (adherence == "latent_types"  ? "holiday_rate = \"0.1 1/month\"\n"
                             : adherence == "three_state" ? "holiday_share = 0.2\n"
                                                          : ""));
    const BuiltPlan built = build(read(file.path(), {"trial.patients=500", "trial.start=day -30",
                                                     "adherence.double_after_miss=0.3", "adherence.pills_lost=0.1"}));
    const Plan& plan = built.buffer.plan();
    ASSERT_NE(plan.drug.adherence.missing, Missing::by_schedule);
    expect_equal(one_by_one<Variant::zero_order>(plan, 500), in_lanes(plan, 500));
  }
}

}  // namespace
}  // namespace vt
