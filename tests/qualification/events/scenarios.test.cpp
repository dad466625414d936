/// \file The scenarios that are made of events.

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

TEST(AdjuvantGist, recurs_without_the_drug_after_a_log_normal_time) {
  // 65 % have residual disease, which is seen after exp(N(ln 435 days, 0.95)); insensitive disease so also on the drug.
  const int patients = 4000;
  const Results results = simulate(read(scenario_path("gist_adjuvant.toml"), {"trial.patients=4000"}));
  const auto free = [](double days) { return 1 - 0.65 * 0.5 * std::erfc(-std::log(days / 435) / 0.95 / std::sqrt(2)); };
  for (const int month : {6, 12, 24, 36, 60, 120}) {
    const double expected = free(30.4375 * month), sd = std::sqrt(expected * (1 - expected) / patients);
    const std::string visit = "month " + std::to_string(month);
    EXPECT_NEAR(value(results, "recurrence_free", "itt", {{"arm", "none"}, {"visit", visit}}), expected, 4 * sd + 0.005)
        << visit;  // looked for every week
  }
  for (const char* less : {"none", "1 year", "3 years"})
    EXPECT_LT(value(results, "recurrence_free", "itt", {{"arm", less}, {"visit", "month 60"}}),
              value(results, "recurrence_free", "itt", {{"arm", "5 years"}, {"visit", "month 60"}}) - 0.05)
        << less;
}

TEST(AdvancedGist, progresses_more_often_at_low_troughs) {
  const Results results = simulate(read(scenario_path("gist_advanced.toml"), {"trial.patients=4000"}));
  const auto free = [&](const std::string& quartile) {
    for (const std::string& label : tally(results, "progression_free").axes[1].labels)
      if (label.find(quartile) != std::string::npos)
        return value(results, "progression_free", "itt",
                     {{"visit", "month 12"}, {tally(results, "progression_free").axes[1].name, label}});
    throw std::out_of_range(quartile);
  };
  EXPECT_LT(free("Q1"), free("Q4") - 0.1);
}

TEST(Imaging, reports_size_and_density_with_independent_errors_of_the_library_s_size) {
  // Logarithms of measured over true; a range of a number tally begins at 0, hence the 8. 2000 scans each.
  std::string text = "base = [\"" + scenario_path("gist_advanced.toml") + "\"]\n";
  const std::string size = "log(tumour_size/tumour_size_true)", density = "log(tumour_density/tumour_density_true)";
  for (const auto& [name, score] :
       {std::pair("size", size), {"density_error", density}, {"both", size + " + " + density}})
    text += std::string("[[tally]]\nname = \"") + name + "\"\nscore = \"8 + " + score +
            "\"\nrange = [0, 16]\nat = \"scan\"\nby = [\"visit\"]\n";
  const ScenarioFile file(text);
  const Results results = simulate(read(file.path(), {"trial.patients=2000"}));
  const auto of = [&](const char* name, const char* statistic) {
    return value(results, name, statistic, {{"visit", "month 3"}});
  };
  const double sd_of_sd = 1 / std::sqrt(2 * 2000.0);  // relative
  for (const auto& [name, sd] :
       {std::pair("size", 0.368), {"density_error", 0.206}, {"both", std::hypot(0.368, 0.206)}}) {
    EXPECT_NEAR(of(name, "mean"), 8, 4 * sd / std::sqrt(2000.0)) << name;
    EXPECT_NEAR(of(name, "sd"), sd, 4 * sd * sd_of_sd) << name;
  }
}

TEST(TopsOutcomes, are_in_the_order_of_depth) {
  const Results results = simulate(read(scenario_path("tops_outcomes.toml"), {"trial.patients=2000"}));
  const auto at = [&](const std::string& name) { return value(results, name, "itt", {{"visit", "month 12"}}); };
  EXPECT_GT(at("chr"), at("ever_ccyr"));
  EXPECT_GT(at("ever_ccyr"), at("ever_mmr"));
  EXPECT_GT(at("ever_mmr"), 0.2);
  EXPECT_LT(at("progression"), 0.06);
  EXPECT_GT(at("progression"), 0.005);
}

TEST(Relapse, follows_the_end_of_treatment) {
  const auto shares = [](bool stops) {
    Scenario scenario = read(scenario_path("tops_outcomes.toml"), {"trial.patients=1000"});
    if (stops) {
      EventSpec stop;
      stop.name = "stop";
      stop.when = {"day >= 120", {}};
      stop.every_day = 1;
      stop.ends_treatment = true;
      scenario.events.push_back(stop);
    }
    scenario.tallies.clear();
    for (const char* name : {"chr", "loss_of_chr", "haematologic_relapse", "cytogenetic_relapse"}) {
      TallySpec tally;
      tally.name = name;
      tally.score = {std::string("event.") + name, {}};
      tally.at = {"blood_count", {}};
      AxisSpec visits;
      visits.form = AxisForm::visit, visits.text = "visit";
      tally.by = {visits};
      scenario.tallies.push_back(tally);
    }
    const Results results = simulate(scenario);
    std::map<std::string, double> last;
    for (const ResultTally& t : results.tallies)
      last[t.name] = value(results, t.name, "proportion", {{"visit", t.axes[0].labels.back()}});
    return last;
  };
  auto treated = shares(false), stopped = shares(true);
  EXPECT_GT(treated["chr"], 0.8);
  EXPECT_LT(treated["haematologic_relapse"], 0.15);
  EXPECT_GT(stopped["haematologic_relapse"], treated["haematologic_relapse"] + 0.4);
  EXPECT_GE(stopped["haematologic_relapse"], stopped["loss_of_chr"]);  // losing the response is a relapse
  EXPECT_LE(stopped["haematologic_relapse"], stopped["chr"]);          // of those who had one
}

TEST(TopsAdverseEvents, rise_with_the_dose) {
  const Results results = simulate(read(scenario_path("tops_adverse_events.toml"), {"trial.patients=3000"}));
  const auto at = [&](const std::string& name, const std::string& arm) {
    return value(results, name, "evaluable", {{"visit", "month 12"}, {"arm", arm}}) == 0
               ? 0
               : value(results, name, "proportion", {{"visit", "month 12"}, {"arm", arm}});
  };
  for (const char* name : {"oedema", "rash", "diarrhoea", "myalgia"})
    EXPECT_GT(at(name, "400 mg BID"), at(name, "400 mg QD")) << name;
  EXPECT_NEAR(at("rash", "400 mg QD"), 0.40, 0.12);
  EXPECT_NEAR(at("oedema", "400 mg QD"), 0.60, 0.12);
  EXPECT_GT(at("stopped_for_adverse_event", "400 mg BID"), at("stopped_for_adverse_event", "400 mg QD"));
}

}  // namespace
}  // namespace vt
