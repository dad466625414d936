#include "output/statistics/survival.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "output/statistics/distributions.hpp"
#include "output/statistics/log_rank.hpp"
#include "output/statistics/regression.hpp"
#include "output/statistics/two_by_two.hpp"
#include "tests/unit/output/statistics/reference.hpp"

namespace vt { namespace {

/// R's numbers were printed to 16 digits; NaN stands for NA.
void expect_near(const std::vector<double>& found, const std::vector<double>& expected, double tolerance = 1e-8) {
  ASSERT_EQ(found.size(), expected.size());
  ASSERT_FALSE(expected.empty());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (std::isnan(expected[i]))
      EXPECT_TRUE(std::isnan(found[i])) << i;
    else
      EXPECT_NEAR(found[i], expected[i], tolerance * std::max(1.0, std::fabs(expected[i]))) << i;
  }
}

class AgainstR : public ::testing::Test {
 protected:
  static std::vector<int> is_event(const std::vector<int>& cause) {
    std::vector<int> event;
    for (const int c : cause) event.push_back(c > 0);
    return event;
  }
  std::vector<std::vector<double>> covariates(bool with_exposure) const {
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < p_.time.size(); ++i) {
      rows.push_back({static_cast<double>(p_.arm[i]), p_.age[i]});
      if (with_exposure) rows.back().push_back(p_.exposure[i]);
    }
    return rows;
  }
  void expect_fit(const std::string& name, const Fit& fit) {
    EXPECT_EQ(fit.flaw, "");
    expect_near(fit.coefficient, expected_[name + ".coefficient"]);
    expect_near(fit.standard_error, expected_[name + ".error"]);
    std::vector<double> p;
    for (std::size_t i = 0; i < fit.coefficient.size(); ++i) p.push_back(fit.p(i));
    expect_near(p, expected_[name + ".p"]);
  }
  void expect_cox(const std::string& name, const Fit& fit) {
    expect_fit(name, fit);
    expect_near({fit.null_log_likelihood, fit.log_likelihood, fit.score_test, fit.wald_test()}, expected_[name]);
  }
  void expect_log_rank(const std::string& name, const LogRank& test) {
    expect_near(test.observed, expected_[name + ".observed"]);
    expect_near(test.expected, expected_[name + ".expected"]);
    expect_near({test.chi_square, test.p}, expected_[name]);
  }
  test::Patients p_ = test::read_patients();
  std::map<std::string, std::vector<double>> expected_ = test::read_expected();
};

TEST_F(AgainstR, KaplanMeier) {
  const Curve curve = kaplan_meier(risk_table(p_.time, p_.cause, 2));
  expect_near(curve.time, expected_["km.time"]);
  expect_near(curve.value, expected_["km.survival"]);
  expect_near(curve.standard_error, expected_["km.error"]);
  expect_near(curve.low, expected_["km.low"]);
  expect_near(curve.high, expected_["km.high"]);
}

TEST_F(AgainstR, TimesWhenACurveCrosses) {
  const Curve curve = kaplan_meier(risk_table(p_.time, p_.cause, 2));
  for (const auto& [name, p] : {std::pair{"km.quartile", 0.75}, std::pair{"km.median", 0.5}}) {
    const Estimate t = time_at(curve, p);
    expect_near({t.value, t.interval.low, t.interval.high}, expected_[name]);
  }
}

TEST_F(AgainstR, RestrictedMean) {
  for (const double until : {60.0, 100.0}) {
    const Estimate mean = restricted_mean(risk_table(p_.time, p_.cause, 2), until);
    expect_near({mean.value, mean.standard_error}, expected_["rmst." + std::to_string(static_cast<int>(until))]);
  }
}

TEST_F(AgainstR, CumulativeIncidenceOfCompetingCauses) {
  const RiskTable table = risk_table(p_.time, p_.cause, 2);
  expect_near(table.time, expected_["aj.time"]);
  for (std::size_t cause = 0; cause < 2; ++cause) {
    const Curve curve = cumulative_incidence(table, cause);
    const std::string which = std::to_string(cause + 1);
    expect_near(curve.value, expected_["aj.value." + which]);
    expect_near(curve.standard_error, expected_["aj.error." + which]);
  }
}

TEST_F(AgainstR, LogRank) {
  const std::vector<int> event = is_event(p_.cause);
  expect_log_rank("logrank.three", log_rank(p_.time, event, p_.arm));
  expect_log_rank("logrank.stratified", log_rank(p_.time, event, p_.arm, p_.stratum));
  std::vector<double> time;
  std::vector<int> first, arm;
  for (std::size_t i = 0; i < p_.time.size(); ++i)
    if (p_.arm[i] < 2) time.push_back(p_.time[i]), first.push_back(p_.cause[i] == 1), arm.push_back(p_.arm[i]);
  expect_log_rank("logrank.two", log_rank(time, first, arm));
}

TEST_F(AgainstR, Cox) {
  const std::vector<int> event = is_event(p_.cause);
  std::vector<int> first;
  for (const int cause : p_.cause) first.push_back(cause == 1);
  expect_cox("cox.efron", cox(p_.time, event, covariates(true)));
  expect_cox("cox.breslow", cox(p_.time, event, covariates(true), Ties::breslow));
  expect_cox("cox.stratified", cox(p_.time, first, covariates(false), Ties::efron, p_.stratum));
}

TEST_F(AgainstR, LogisticRegression) {
  const Fit fit = logistic(p_.responds, covariates(true));
  expect_fit("logistic", fit);
  expect_near({fit.log_likelihood, fit.null_log_likelihood}, expected_["logistic"]);
}

TEST_F(AgainstR, OddsAndDifferencesOfTwoGroups) {
  TwoByTwo t{};
  for (std::size_t i = 0; i < p_.time.size(); ++i) {
    if (p_.arm[i] == 1) (p_.responds[i] ? t.treated_events : t.treated_none) += 1;
    if (p_.arm[i] == 0) (p_.responds[i] ? t.control_events : t.control_none) += 1;
  }
  const Ratio odds = odds_ratio(t);
  expect_near({odds.value, odds.log_error}, expected_["odds"]);
  const Estimate difference = risk_difference(t);
  expect_near({difference.value, difference.interval.low, difference.interval.high}, expected_["difference"]);
}

TEST_F(AgainstR, TailsOfChiSquare) {
  for (std::size_t i = 0; i < expected_["chi.x"].size(); ++i) {
    const double above = expected_["chi.above"][i];
    EXPECT_NEAR(chi_square_above(expected_["chi.x"][i], expected_["chi.df"][i]) / above, 1, 1e-11) << i;
  }
}

TEST(TimeToEvent, CountsOfALifeTableGiveTheCurvesOfThePatients) {
  const test::Patients p = test::read_patients();
  const RiskTable patients = risk_table(p.time, p.cause, 2);
  const RiskTable counts = risk_table(patients.time, patients.events, patients.censored);
  EXPECT_EQ(kaplan_meier(patients).value, kaplan_meier(counts).value);
  EXPECT_EQ(counts.at_risk.front(), 120);
}

TEST(TimeToEvent, OneCauseWithoutCensoringIsTheShareOfPatients) {
  const std::vector<double> time = {1, 2, 2, 3, 5};
  const std::vector<int> cause = {1, 1, 1, 1, 1};
  const RiskTable table = risk_table(time, cause);
  const Curve curve = kaplan_meier(table), incidence = cumulative_incidence(table, 0);
  for (const auto& [t, share] : {std::pair{0.5, 1.0}, {1.0, 0.8}, {2.5, 0.4}, {3.0, 0.2}, {9.0, 0.0}}) {
    EXPECT_DOUBLE_EQ(at_time(curve, t).value, share);
    EXPECT_DOUBLE_EQ(at_time(incidence, t).value, 1 - share);
  }
  EXPECT_DOUBLE_EQ(at_time(curve, 2).standard_error, std::sqrt(0.4 * 0.6 / 5));  // binomial
  EXPECT_DOUBLE_EQ(at_time(incidence, 2).standard_error, std::sqrt(0.4 * 0.6 / 5));
  EXPECT_DOUBLE_EQ(restricted_mean(table, 9).value, 13.0 / 5);
  EXPECT_DOUBLE_EQ(time_at(curve, 0.5).value, 2);
  EXPECT_DOUBLE_EQ(time_at(curve, 0.2).value, 4);  // the step at 0.2 lasts from 3 to 5
}

TEST(TimeToEvent, NothingIsKnownBeyondTheLastPatientCensored) {
  const std::vector<double> time = {1, 4};
  const std::vector<int> cause = {1, 0};
  EXPECT_TRUE(std::isnan(restricted_mean(risk_table(time, cause), 5).value));
  EXPECT_DOUBLE_EQ(restricted_mean(risk_table(time, cause), 4).value, 2.5);
  EXPECT_TRUE(std::isnan(time_at(kaplan_meier(risk_table(time, cause)), 0.25).value));
}

TEST(Regression, SaysWhenThereIsNoAnswer) {
  const std::vector<double> time = {1, 2, 3, 4, 5, 6};
  const std::vector<int> event = {1, 1, 1, 0, 0, 0};
  EXPECT_NE(cox(time, event, {{1}, {1}, {1}, {1}, {1}, {1}}).flaw, "");  // nothing varies
  EXPECT_NE(cox(time, event, {{1}, {1}, {1}, {0}, {0}, {0}}).flaw, "");  // one group has no event: infinite
  EXPECT_NE(logistic(event, {{1}, {1}, {1}, {0}, {0}, {0}}).flaw, "");
  EXPECT_THROW(cox(time, event, {{1}}), std::invalid_argument);
}

TEST(TwoGroups, NumbersNeededRunThroughInfinityWhereTheDifferenceMayBeNone) {
  const NumberNeeded sure = number_needed({0.1, 0.02, {0.05, 0.2}, 100});
  EXPECT_DOUBLE_EQ(sure.value, 10);
  EXPECT_DOUBLE_EQ(sure.interval.low, 5);
  EXPECT_DOUBLE_EQ(sure.interval.high, 20);
  EXPECT_FALSE(sure.through_infinity);
  const NumberNeeded unsure = number_needed({0.1, 0.1, {-0.1, 0.25}, 100});
  EXPECT_DOUBLE_EQ(unsure.interval.low, 4);
  EXPECT_DOUBLE_EQ(unsure.interval.high, -10);
  EXPECT_TRUE(unsure.through_infinity);
  EXPECT_TRUE(std::isnan(odds_ratio({0, 10, 5, 5}).value));
}

}}  // namespace vt
