/// \file What a concentration is over a day: the average of its free part, peaks, times above a threshold, area and
/// peak since a dose.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "tests/cases/pharmacokinetics/trial.hpp"

namespace vt { namespace {

using namespace test;

/// One patient who takes a dose every day; `pk`: the lines of the model, `rest`: behind them.
Results with_model(const std::string& pk, const std::string& record, const std::string& rest = "", double every = 24) {
  return simulate_text(fmt::format(R"(title = "within a day"
[trial]
seed = 9
patients = 1
duration = "6 day"
source = "test"
[pk]
{}reference_concentration = "1000 ng/mL"
source = "test"
basis = "assumed"
[[arm]]
name = "a"
regimen = {{ dose = "400 mg", every = "{} h" }}
[record]
patients = 1
{}{})",
                                   pk, every, record, rest));
}

const std::string kFirstOrder = "model = \"one_compartment\"\nabsorption = \"first_order\"\n";
const std::string kZeroOrder = "model = \"one_compartment\"\nabsorption = \"zero_order\"\n";

struct FirstOrder {
  double clearance, volume, absorption;
  double after_dose(double t) const {  // ng/mL
    const double k = clearance / volume, ka = absorption;
    return t <= 0 ? 0 : 1e3 * 400 * ka / (volume * (ka - k)) * (std::exp(-k * t) - std::exp(-ka * t));
  }
};

struct ZeroOrder {
  double clearance, volume, duration;
  double after_dose(double t) const {
    const double k = clearance / volume, during = std::clamp(t, 0.0, duration);
    return t <= 0 ? 0 : 1e3 * 400 / (duration * clearance) * (1 - std::exp(-k * during)) * std::exp(-k * (t - during));
  }
};

/// The free part of a total concentration.
double free_part(double total, double capacity, double constant) {
  const double b = capacity + constant - total;
  return 0.5 * (std::sqrt(b * b + 4 * constant * total) - b);
}

/// The average of f over the model's day of number `day`, which begins 6 h before the nominal dose.
double average(int day, const std::function<double(double)>& f) {
  constexpr int n = 240'000;
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += f(24 * day - 6 + 24 * (i + 0.5) / n);
  return sum / n;
}

template <class Drug>
void expect_average_free(const Drug& drug, const std::string& pk, double every, double capacity, double constant) {
  const Results results =
      with_model(pk + fmt::format("binding_capacity = \"{} ng/mL\"\nbinding_constant = \"{} ng/mL\"\nresponse_driver = "
                                  "\"free\"\nreference_free_concentration = \"250 ng/mL\"\n",
                                  capacity, constant),
                 "daily = [\"average_free_concentration\", \"relative_exposure\"]\n", "", every);
  const auto total = [&](double t) {
    double sum = 0;
    for (int dose = 0; dose * every <= 24 * 6; ++dose) sum += drug.after_dose(t - dose * every);
    return sum;
  };
  for (const int day : {0, 5}) {
    const double right = average(day, [&](double t) { return free_part(total(t), capacity, constant); });
    EXPECT_NEAR(daily(results, "average_free_concentration", day + 1) / right, 1, 1e-4) << capacity << ", " << constant;
    EXPECT_NEAR(daily(results, "relative_exposure", day + 1) / (right / 250), 1, 1e-4);
  }
}

// The promised accuracy; what the test's own 240,000 points miss is below 1e-7.
TEST(AverageFree, is_the_average_of_the_free_concentration) {
  const auto pk = [](const FirstOrder& d) {
    return kFirstOrder + fmt::format("clearance = \"{} L/h\"\nvolume = \"{} L\"\nabsorption_rate = \"{} 1/h\"\n",
                                     d.clearance, d.volume, d.absorption);
  };
  const FirstOrder fast{10, 50, 1}, flat{14, 347, 0.6}, soaring{30, 60, 6};
  expect_average_free(fast, pk(fast), 24, 3000, 50);
  expect_average_free(flat, pk(flat), 12, 11752, 319);
  expect_average_free(soaring, pk(soaring), 24, 1000, 30);
}

// With lag and long inputs that run past midnight.
TEST(AverageFree, holds_for_input_of_zero_order) {
  for (const double every : {8.0, 24.0}) {
    const ZeroOrder drug{10, 50, 7};
    expect_average_free(drug, kZeroOrder + "clearance = \"10 L/h\"\nvolume = \"50 L\"\nabsorption_duration = \"7 h\"\n",
                        every, 2000, 40);
  }
}

/// By number of stages: courses of at most four are computed apart from those of more.
class BehindStages : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Few, BehindStages, testing::Values(3));
INSTANTIATE_TEST_SUITE_P(Many, BehindStages, testing::Values(5));

std::string transit(double rate, bool two_compartments, int stages) {
  return fmt::format(
      "model = \"{}\"\nabsorption = \"transit\"\ntransit_stages = {}\ntransit_rate = \"{} 1/h\"\nabsorption_rate = "
      "\"0.9 "
      "1/h\"\nclearance = \"20 L/h\"\nvolume = \"60 L\"\n{}",
      two_compartments ? "two_compartments" : "one_compartment", stages, rate,
      two_compartments ? "intercompartmental_clearance = \"30 L/h\"\nperipheral_volume = \"150 L\"\n" : "");
}

/// Concentrations of day 3 at 181 hours, which are computed dose by dose.
std::string many_hours() {
  std::string hours = "\"0 h\"";
  for (int i = 1; i <= 180; ++i) hours += fmt::format(", \"{} h\"", i / 10.0);
  return "concentrations = { at = [\"day 2\", \"day 3\"], hours = [" + hours + "] }\n";
}

// Between two recorded hours a concentration c can rise above both by h²/8·|c″|: 0.1²/8·20 per h² of it at most here.
TEST_P(BehindStages, peak_is_the_highest_recorded_concentration) {
  for (const double every : {8.0, 12.0, 24.0})
    for (const bool two : {false, true})
      for (const double rate : {2.0, 16.0}) {
        const Results results =
            with_model(transit(rate, two, GetParam()), "daily = [\"peak\"]\n" + many_hours(), "", every);
        const std::size_t hours = results.concentrations.hours.size();
        const auto first = results.concentrations.values.begin() + static_cast<std::ptrdiff_t>(hours);
        const double highest = *std::max_element(first, first + static_cast<std::ptrdiff_t>(hours));
        const double peak = daily(results, "peak", 4);
        EXPECT_GE(peak, highest * (1 - 1e-12));
        EXPECT_LE(peak, highest * 1.002) << every << ", " << two << ", " << rate;
      }
}

// The day's first six hours are the last ones of the day before. Crossings are found here by straight lines between
// concentrations a tenth of an hour apart: they miss them by 0.1²/8·|c″/c′|, some seconds each.
TEST_P(BehindStages, hours_above_are_those_of_recorded_concentrations) {
  for (const double every : {8.0, 24.0})
    for (const bool two : {false, true})
      for (const double threshold : {300.0, 900.0, 1800.0}) {
        const Results results = with_model(
            transit(6, two, GetParam()) + fmt::format("threshold = \"{} ng/mL\"\n", threshold),
            "daily = [\"hours_above\"]\nconcentrations = { at = [\"day 2\", \"day 3\"], hours = [" +
                [] {
                  std::string hours = "\"0 h\"";
                  for (int i = 1; i <= 180; ++i) hours += fmt::format(", \"{} h\"", i / 10.0);
                  return hours;
                }() +
                "] }\n",
            "", every);
        const auto c = [&](int i) { return results.concentrations.values[static_cast<std::size_t>(181 + i)]; };
        double above = 0;
        for (int i = 0; i < 180; ++i) {
          const double low = std::min(c(i), c(i + 1)), high = std::max(c(i), c(i + 1));
          above += low > threshold ? 0.1 : high > threshold ? 0.1 * (high - threshold) / (high - low) : 0;
        }
        const double all = daily(results, "hours_above", 4);
        EXPECT_GE(all, above - 0.01);
        EXPECT_LE(all, above + 6 + 0.01) << every << ", " << two << ", " << threshold;
        if (every == 8.0) {  // three equal thirds of a day: hours 2 to 18 are two of them
          double twice = 0;
          for (int i = 20; i < 180; ++i) {
            const double low = std::min(c(i), c(i + 1)), high = std::max(c(i), c(i + 1));
            twice += low > threshold ? 0.1 : high > threshold ? 0.1 * (high - threshold) / (high - low) : 0;
          }
          EXPECT_NEAR(all, 1.5 * twice, 0.03 + 0.02 * all);
        }
      }
}

/// Where transit, absorption and elimination have one rate, what of a dose is in the compartment behind n of them is
/// the probability of n events of a Poisson process.
struct EqualRates {
  double per_h, volume;
  int stages;
  std::string pk() const {
    return fmt::format(
        "model = \"one_compartment\"\nabsorption = \"transit\"\ntransit_stages = {}\ntransit_rate = \"{} "
        "1/h\"\nabsorption_rate = \"{} 1/h\"\nclearance = \"{} L/h\"\nvolume = \"{} L\"\n",
        stages, per_h, per_h, per_h * volume, volume);
  }
  double after_dose(double t) const {  // ng/mL
    const int n = stages + 1;
    return t <= 0 ? 0 : 1e3 * 400 / volume * std::exp(n * std::log(per_h * t) - per_h * t - std::lgamma(n + 1.0));
  }
};

/// Where f, which is negative at one end only, is 0.
double root(double low, double high, const std::function<double(double)>& f) {
  const bool rises = f(high) > 0;
  for (int i = 0; i < 100; ++i) {
    const double middle = 0.5 * (low + high);
    (f(middle) > 0 ? (rises ? high : low) : (rises ? low : high)) = middle;
  }
  return 0.5 * (low + high);
}

/// By how much the hours of a crossing at t may be off (scenarios/methods/pharmacokinetics.md): 1e-7 h, and what 1e-9
/// of the dose makes of the time where the concentration changes as it does there.
double error_h(double t, double volume, const std::function<double(double)>& course) {
  const double slope = (course(t + 1e-4) - course(t - 1e-4)) / 2e-4;
  return 1e-7 + 1e-9 * 1e3 * 400 / volume / std::abs(slope);
}

TEST(HoursAbove, behind_stages_of_one_rate_are_those_of_the_closed_form) {
  const EqualRates drug{3.77548368, 13.018, 7};
  const double peak_h = 8 / drug.per_h;
  for (const double share : {1e-7, 1e-3, 0.1}) {
    const double threshold = 1e3 * 400 / drug.volume * share;
    const auto over = [&](double t) { return drug.after_dose(t) - threshold; };
    const double begin = root(1e-3, peak_h, over), end = root(peak_h, 23.0, over);
    const Results results =
        with_model(drug.pk() + fmt::format("threshold = \"{} ng/mL\"\n", threshold), "daily = [\"hours_above\"]\n");
    EXPECT_NEAR(daily(results, "hours_above", 3), end - begin,
                error_h(begin, drug.volume, over) + error_h(end, drug.volume, over))
        << share;
  }
}

// Twice a day: behind each dose what is left of the ones before falls on until the new one arrives. A threshold in that
// valley is crossed twice within minutes or hours.
TEST(HoursAbove, sees_the_valley_before_a_dose_arrives) {
  const EqualRates drug{0.5, 100, 2};
  const auto course = [&](double t) {
    double sum = 0;
    for (int dose = 0; dose <= 12; ++dose) sum += drug.after_dose(t - 12 * dose);
    return sum;
  };
  constexpr double day = 24 * 4 - 6, step = 0.01;
  double lowest = 1e300;
  for (double t = day; t < day + 24; t += step / 10) lowest = std::min(lowest, course(t));
  const double at_dose = course(day + 6);
  ASSERT_LT(lowest, 0.99 * at_dose);
  for (const double share : {0.002, 0.02, 0.1, 0.3, 0.7, 0.99}) {
    const double threshold = lowest + share * (at_dose - lowest);
    const auto over = [&](double t) { return course(t) - threshold; };
    double right = 0, error = 1e-9;
    for (int i = 0; i < 2400; ++i) {
      const double t = day + i * step;
      const bool was = over(t) > 0, is = over(t + step) > 0;
      const double crossing = was != is ? root(t, t + step, over) : was ? t + step : t;
      right += is && !was ? t + step - crossing : crossing - t;
      if (was != is) error += error_h(crossing, drug.volume, course);
    }
    const Results results = with_model(drug.pk() + fmt::format("threshold = \"{} ng/mL\"\n", threshold),
                                       "daily = [\"hours_above\"]\n", "", 12);
    EXPECT_NEAR(daily(results, "hours_above", 5), right, error) << share;
  }
}

// A dose that comes and goes within seconds, in a day that is looked through in hours.
TEST(Peak, of_fast_input_is_that_of_the_closed_form) {
  for (const double k : {75.0, 1.0, 0.01}) {
    const double ka = 967, peak_h = std::log(ka / k) / (ka - k);
    const FirstOrder drug{k * 200, 200, ka};
    const Results results = with_model(
        kFirstOrder +
            fmt::format("clearance = \"{} L/h\"\nvolume = \"200 L\"\nabsorption_rate = \"967 1/h\"\n", k * 200),
        "daily = [\"peak\"]\n");
    EXPECT_NEAR(daily(results, "peak", 1) / drug.after_dose(peak_h), 1, 1e-12) << k;
  }
}

// Closed forms of one dose: the area to 24 h is D/CL·(1 − (ka·e^(−24k) − k·e^(−24ka))/(ka − k)), the peak lies at
// ln(ka/k)/(ka − k). The day of auc_24h ends at hour 18.
TEST(FromDose, are_area_and_peak_of_the_24_hours_after_the_first_dose) {
  const FirstOrder drug{10, 200, 0.3};
  const Results results =
      with_model(kFirstOrder + "clearance = \"10 L/h\"\nvolume = \"200 L\"\nabsorption_rate = \"0.3 1/h\"\n",
                 "daily = [\"auc_from_dose\", \"peak_from_dose\", \"auc_24h\"]\n");
  const double k = 0.05, ka = 0.3;
  const double area = 1e3 * 400 / 10 * (1 - (ka * std::exp(-24 * k) - k * std::exp(-24 * ka)) / (ka - k));
  EXPECT_NEAR(daily(results, "auc_from_dose", 1) / area, 1, 1e-12);
  EXPECT_NEAR(daily(results, "peak_from_dose", 1) / drug.after_dose(std::log(ka / k) / (ka - k)), 1, 1e-12);
  EXPECT_LT(daily(results, "auc_24h", 1), 0.9 * area);
}

// A late first dose, whose 24 hours reach into the next day's dose: that one does not count.
TEST(FromDose, leaves_the_next_days_dose_out) {
  const ScenarioFile records("id,day,hour,dose [mg]\n0,0,5,400\n0,1,-2,400\n", ".csv");
  const Results results =
      with_model(kFirstOrder + "clearance = \"10 L/h\"\nvolume = \"200 L\"\nabsorption_rate = \"0.3 1/h\"\n",
                 "daily = [\"auc_from_dose\"]\n",
                 "[population.dose_records]\nfile = \"" + records.path() + "\"\nsource = \"test\"\n");
  const double k = 0.05, ka = 0.3;
  const double area = 1e3 * 400 / 10 * (1 - (ka * std::exp(-24 * k) - k * std::exp(-24 * ka)) / (ka - k));
  EXPECT_NEAR(daily(results, "auc_from_dose", 1) / area, 1, 1e-12);
}

}}  // namespace vt
