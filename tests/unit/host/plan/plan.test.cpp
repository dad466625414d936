#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "host/plan/models/transit_stages.hpp"
#include "host/plan/names/observables.hpp"
#include "host/scenario/tallies/kinds.hpp"
#include "kernels/tally/busy.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

Scenario tops() { return read(scenario_path("tops.toml")); }

/// Problems of building a plan from an altered TOPS scenario.
std::vector<Problem> problems_with(const std::function<void(Scenario&)>& alter) {
  Scenario scenario = tops();
  alter(scenario);
  Problems problems;
  EXPECT_FALSE(build_plan(scenario, problems).has_value());
  return problems.sorted();
}

TEST(Plan, is_the_same_bytes_every_time) {
  const BuiltPlan a = build(tops()), b = build(tops());
  EXPECT_EQ(a.hash, b.hash);
  ASSERT_EQ(a.buffer.words().size(), b.buffer.words().size());
  EXPECT_TRUE(std::equal(a.buffer.words().begin(), a.buffer.words().end(), b.buffer.words().begin()));
}

TEST(Plan, knows_the_scenarios_order_of_tallies_and_the_shares_of_its_arms) {
  const BuiltPlan built = build(tops());
  ASSERT_EQ(built.tallies.size(), tops().tallies.size());
  for (std::size_t t = 0; t < built.tallies.size(); ++t) {
    EXPECT_EQ(built.tallies[t].name, tops().tallies[t].name);
    EXPECT_EQ(built.tallies[t].order, t);
  }
  EXPECT_EQ(built.arms[0].share, 1);
  EXPECT_EQ(built.arms[1].share, 2);
  for (const ArmResult& arm : build(read(scenario_path("nonadherence_cml.toml"))).arms) EXPECT_EQ(arm.share, 0);
}

TEST(Plan, hash_changes_with_any_number) {
  Scenario scenario = tops();
  scenario.arms[1].leave_per_year *= 1 + 1e-15;
  EXPECT_NE(build(scenario).hash, build(tops()).hash);
}

TEST(Plan, gives_slots_to_observables_in_use_only) {
  const BuiltPlan built = build(tops());
  EXPECT_LE(built.buffer.plan().observables.count, 16u);
}

TEST(Plan, finds_a_mistyped_observable_in_a_rule) {
  const auto problems = problems_with([](Scenario& s) { s.rules[0].when.value = "ancc < 1"; });
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].text.find("'anc'"), std::string::npos) << problems[0].text;
}

TEST(Plan, refuses_a_past_value_that_no_visit_measures) {
  const auto problems = problems_with([](Scenario& s) { s.rules[0].when.value = "trough @ 'day 30' < 1000"; });
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].text.find("no visit on 'day 30' measures trough"), std::string::npos) << problems[0].text;
}

TEST(Plan, refuses_a_tally_above_its_budget_and_says_what_to_drop) {
  const auto problems = problems_with([](Scenario& s) {
    for (TallySpec& t : s.tallies)
      if (t.has_range) {
        AxisSpec axis;
        axis.form = AxisForm::quartile;
        axis.text = "quartile(trough @ 'day 29')";
        axis.source = {"trough @ 'day 29'", t.where};
        t.by.push_back(axis);
        return;
      }
  });
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].text.find("drop its axis 'quartile"), std::string::npos) << problems[0].text;
}

TEST(Plan, refuses_more_patients_than_its_sums_can_hold) {
  const auto problems = problems_with([](Scenario& s) { s.patients = std::uint64_t{1} << 32; });
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].text.find("no sum can overflow"), std::string::npos);
}

TEST(Plan, refuses_more_than_it_has_room_for) {
  const auto many = [](auto& list, std::size_t n) {
    while (list.size() < n) {
      list.push_back(list.back());
      list.back().name += "x";
    }
  };
  EXPECT_FALSE(problems_with([&](Scenario& s) { many(s.rules, kMaxRules + 1); }).empty());
  EXPECT_FALSE(problems_with([&](Scenario& s) { many(s.visits, kMaxVisitKinds + 1); }).empty());
  EXPECT_FALSE(problems_with([&](Scenario& s) { many(s.arms, 65); }).empty());
  EXPECT_FALSE(problems_with([&](Scenario& s) { s.arms[0].share = 100; }).empty());
  EXPECT_FALSE(problems_with([](Scenario& s) {
                 InteractionSpec drug;
                 for (int i = 0; i <= kMaxInteractions; ++i) {
                   drug.perpetrator += "x";
                   s.interactions.push_back(drug);
                 }
               }).empty());
}

/// A gut wall that extracts a fifth, and comedications by what they do to bioavailability.
void add_gut_wall(Scenario& s, const std::vector<double>& ratios) {
  for (const auto& [key, number] : {std::pair("metabolite_clearance", 50.0),
                                    {"metabolite_volume", 9.0},
                                    {"gut_extraction", 0.2},
                                    {"gut_metabolite", 1.0}})
    s.pk.entries[key].number = number;
  for (const double ratio : ratios) {
    InteractionSpec drug;
    drug.perpetrator = fmt::format("x{}", s.interactions.size());
    drug.bioavailability_ratio = ratio;
    s.interactions.push_back(drug);
  }
}

TEST(Plan, refuses_comedications_that_let_more_than_all_pass_the_gut_wall) {
  for (const std::vector<double>& ratios : {std::vector{1.25}, {0.5, 1.25, 0.9}}) {
    Scenario scenario = tops();
    add_gut_wall(scenario, ratios);
    EXPECT_EQ(build(scenario).buffer.plan().drug.pharmacokinetics.most_bioavailability, 1.25);
  }
  const auto one = problems_with([](Scenario& s) { add_gut_wall(s, {1.25, 1.3}); });
  ASSERT_EQ(one.size(), 1u);
  EXPECT_NE(one[0].text.find("x1 has bioavailability_ratio 1.3 (with pk.gut_extraction 0.2 it is at most 1.25"),
            std::string::npos)
      << one[0].text;
  const auto both = problems_with([](Scenario& s) { add_gut_wall(s, {1.2, 1.2}); });
  ASSERT_EQ(both.size(), 1u);
  EXPECT_NE(both[0].text.find("the interactions together multiply bioavailability by 1.44"), std::string::npos)
      << both[0].text;
}

TEST(Plan, refuses_the_concentration_of_each_moment_where_it_is_not_worked_out) {
  const auto first_of = [](const std::function<void(Scenario&)>& alter) {
    return problems_with([&](Scenario& s) {
      s.model<Neutrophils>().follows_concentration = true;
      alter(s);
    });
  };
  const auto free_drug = first_of([](Scenario& s) { s.pk.free_drug_acts = true; });
  ASSERT_EQ(free_drug.size(), 1u);
  EXPECT_NE(free_drug[0].text.find("the total concentration acts"), std::string::npos);
  const auto two = first_of([](Scenario& s) { s.pk.model = "two_compartments"; });
  ASSERT_EQ(two.size(), 1u);
  EXPECT_NE(two[0].text.find("it is worked out for one compartment"), std::string::npos);
}

TEST(Plan, carries_inputs_over_midnight_only_where_they_can_get_there) {
  const auto carries = [](const std::vector<std::string>& set) {
    return build(read(scenario_path("tops.toml"), set)).buffer.plan().drug.pharmacokinetics.carries_over;
  };
  EXPECT_EQ(carries({}), 0u);                              // at the latest 18 h + 3 h of timing error + 1.5 h
  EXPECT_EQ(carries({"pk.absorption_duration=3 h"}), 1u);  // at midnight, which rounding may pass
  EXPECT_EQ(carries({"pk.lag=2 h"}), 1u);
}

TEST(Plan, carries_over_what_a_dose_that_waits_for_the_sample_may_bring_past_midnight) {
  const auto carries = [](double window_h) {  // once daily at 6 h, on time, for 16 h
    Scenario s = read(scenario_path("tops.toml"), {"pk.absorption_duration=16 h"});
    s.adherence.jitter_sd_once_daily_h = 0;
    const auto once_daily = [](std::vector<RegimenSpec>& steps) {
      for (RegimenSpec& step : steps) step.every_h = 24;
    };
    for (ArmSpec& arm : s.arms) arm.regimen.every_h = 24;
    for (LadderSpec& ladder : s.ladders) once_daily(ladder.steps);
    for (RuleSpec& rule : s.rules) once_daily(rule.resume);
    for (VisitSpec& visit : s.visits) visit.window_h = window_h;
    return build(s).buffer.plan().drug.pharmacokinetics.carries_over;
  };
  EXPECT_EQ(carries(1.5), 0u);
  EXPECT_EQ(carries(3), 1u);
}

TEST(Plan, gives_blood_counts_the_steps_that_their_stages_ask_for) {
  const auto steps = [](const std::vector<std::string>& set) {
    return build(read(scenario_path("tops.toml"), set)).buffer.plan().blood[0].steps_per_day;
  };
  const std::string neutrophils = "blood_counts.neutrophils.";
  EXPECT_EQ(steps({}), 1u);
  EXPECT_EQ(steps({neutrophils + "steps_per_day=7"}), 7u);
  EXPECT_EQ(steps({neutrophils + "input=concentration"}), 8u);  // its exponent is 0.5
  EXPECT_EQ(steps({neutrophils + "input=concentration", neutrophils + "exponent=1"}), 4u);
  EXPECT_EQ(steps({neutrophils + "transit=1 day"}), 4u);
  EXPECT_EQ(steps({neutrophils + "transit=12 h"}), 8u);
  const Scenario coarse =
      read(scenario_path("tops.toml"), {neutrophils + "transit=12 h", neutrophils + "steps_per_day=4"});
  Problems problems;
  build_plan(coarse, problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems.sorted()[0].text.find("write steps_per_day = 8"), std::string::npos);
}

TEST(Plan, leaves_normal_cells_at_the_end_of_growth) {
  const auto problems_with = [](const char* ratio, const char* capacity) {
    Problems problems;
    const Scenario scenario = read(scenario_path("tops.toml"), {std::string("response.normal_ratio=") + ratio,
                                                                std::string("response.capacity=") + capacity});
    (void)build_plan(scenario, problems);
    return problems.sorted();
  };
  EXPECT_TRUE(problems_with("0", "1.05").empty());
  EXPECT_TRUE(problems_with("0.06", "1.05").empty());
  for (const auto& [ratio, capacity] : {std::pair("0.05", "1.05"), std::pair("0.06", "1.1")}) {
    const auto problems = problems_with(ratio, capacity);
    ASSERT_EQ(problems.size(), 1u) << ratio;
    EXPECT_NE(
        problems[0].text.find(fmt::format("response.normal_ratio is {} beside a capacity of {}", ratio, capacity)),
        std::string::npos)
        << problems[0].text;
    EXPECT_NE(problems[0].text.find("write a ratio above capacity - 1"), std::string::npos);
  }
}

TEST(Plan, has_patients_whose_stages_of_transit_are_known_before_the_run) {
  const auto stages = [](const std::vector<std::string>& set) {
    return transit_stages_day(build(read(scenario_path("tops.toml"), set)).buffer.plan(), 0);
  };
  const std::string transit = "blood_counts.neutrophils.transit";
  const std::vector<double> tops = stages({});
  ASSERT_EQ(tops.size(), 512u);
  EXPECT_TRUE(std::ranges::is_sorted(tops));
  // 5.3/4 day·exp(eta), SD 0.18: the median of 512 has a standard error of 1 %, the share below a day one of 1.1 %.
  EXPECT_NEAR(tops[256], 5.3 / 4, 4 * 0.0133);
  const auto below_a_day = static_cast<double>(std::ranges::lower_bound(tops, 1.0) - tops.begin()) / 512;
  EXPECT_NEAR(below_a_day, 0.059, 4 * 0.011);
  EXPECT_EQ(stages({transit + "=2 day"}), std::vector<double>(512, 0.5));
  EXPECT_EQ(stages({transit + "=2 day", "trial.patients=3"}).size(), 3u);
  const Scenario some = read(scenario_path("tops.toml"), {"population.include=['male == 1']"});
  const std::size_t men = transit_stages_day(build(some).buffer.plan(), 0).size();
  EXPECT_NEAR(static_cast<double>(men), 512 * 0.59, 4 * 11.2);  // SD √(512·0.59·0.41)
  EXPECT_TRUE(transit_stages_day(build(read(scenario_path("gist_diameter.toml"))).buffer.plan(), 0).empty());
}

TEST(Plan, knows_the_results_of_every_kind_of_tally) {
  for (const TallyKindEntry& kind : kTallyKinds) EXPECT_NE(find_result_kind(kind.results), nullptr) << kind.results;
  for (const char* pair : {"", "one"})
    for (const bool has_range : {false, true}) {
      TallySpec told;
      if (*pair != 0) told.pair = {{pair, {}}};
      told.has_range = has_range;
      EXPECT_TRUE(kind_of(told).name.empty());
      EXPECT_EQ(kind_of(told).takes("range"), has_range);
      EXPECT_EQ(kind_of(told).takes("pair"), *pair != 0);
    }
}

TEST(Plan, has_the_tallies_of_every_day_added_up_in_a_block_where_they_fit) {
  const auto busy = [](const char* path, const std::vector<std::string>& set = {}) {
    return busy_words(build(read(source_dir() + path, set)).buffer.plan());
  };
  EXPECT_EQ(busy("/scenarios/tops.toml").count, 0u);
  const char* daily = "/tests/parity/daily_tallies.toml";
  const std::uint64_t number = 2 * (kNumberWords + 5 * (64 + kSumWords)),
                      proportion = 2 * (kCommonWords + 1);  // arms; octaves
  EXPECT_EQ(busy(daily).count, number + proportion);
  EXPECT_EQ(busy(daily, {"visit.daily.every='4 day'"}).count, number + proportion);
  EXPECT_EQ(busy(daily, {"visit.daily.every='5 day'"}).count, 0u);
  // Too long for the numbers: the proportions alone.
  EXPECT_EQ(busy(daily, {"tally.daily_trough.range=['1 ng/mL', '100000 ng/mL']"}).count, proportion);
}

}  // namespace
}  // namespace vt
