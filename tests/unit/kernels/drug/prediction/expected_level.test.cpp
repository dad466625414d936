#include "kernels/drug/prediction/expected_level.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

namespace vt { namespace {

constexpr SteadyPk kWidmer{14.3, 347, 0.609, 0, 1};
constexpr SteadyPk kZeroOrder{10.62, 244.18, 1.5, 0, 1};

// The model of Widmer 2006, 400 mg once daily at steady state; values computed independently with 50 digits.
TEST(SteadyLevel, of_a_published_profile) {
  const double hours[] = {1, 2, 4, 12, 24};
  const double expected[] = {1216.63, 1447.08, 1561.21, 1199.73, 732.17};
  for (int i = 0; i < 5; ++i)
    EXPECT_NEAR(steady_level(Variant::first_order, kWidmer, 400, 24, hours[i]), expected[i], 0.05);
  EXPECT_NEAR(steady_level(Variant::zero_order, kZeroOrder, 400, 24, 24), 919.95, 0.05);
  EXPECT_NEAR(steady_level(Variant::zero_order, kZeroOrder, 400, 24, 1.5), 2447.7, 0.5);
}

template <Variant variant>
void expect_superposition(const SteadyPk& pk, double interval_h) {
  const PkDay rates{pk.clearance_L_per_h, pk.volume_L, pk.clearance_L_per_h / pk.volume_L, pk.bioavailability,
                    pk.absorption};
  for (double after = 0.25; after <= 30; after += 0.25) {
    double mg = 0;
    for (int dose = 0; dose < 200; ++dose)
      mg += InputOf<variant>::contribution({400 * pk.bioavailability, pk.lag_h, pk.absorption, 400}, rates,
                                           after + dose * interval_h)
                .central_mg;
    const double expected = mg / pk.volume_L * 1000;
    EXPECT_NEAR(steady_level(variant, pk, 400, interval_h, after) / expected, 1, 3e-5) << after;
  }
}

TEST(SteadyLevel, is_the_sum_of_many_doses) {
  expect_superposition<Variant::first_order>({14.3, 347, 0.609, 0.2, 0.9}, 24);
  expect_superposition<Variant::first_order>({10, 250, 0.04, 0, 1}, 12);       // ka = k
  expect_superposition<Variant::first_order>({10, 250, 0.0400001, 0, 1}, 24);  // nearly
  expect_superposition<Variant::zero_order>({10.62, 244.18, 2.5, 0.3, 1.1}, 24);
  expect_superposition<Variant::zero_order>({10.62, 244.18, 1.5, 0, 1}, 8);
}

TEST(SteadyLevel, is_the_sum_of_doses_whose_inputs_overlap_or_lag_past_the_next_ones) {
  expect_superposition<Variant::zero_order>({4, 40, 20, 0, 1}, 8);
  expect_superposition<Variant::zero_order>({4, 40, 16, 0, 1}, 8);  // never less and never more than two at once
  expect_superposition<Variant::zero_order>({10.62, 244.18, 13, 11, 1}, 8);
  expect_superposition<Variant::zero_order>({10.62, 244.18, 3, 20, 1}, 8);
  expect_superposition<Variant::first_order>({14.3, 347, 0.609, 20, 1}, 8);
}

SteadyPk general(const SteadyPk& pk, double flow, double peripheral, AbsorptionModel input, double transit = 1,
                 double stages = 0) {
  SteadyPk with = pk;
  with.flow_L_per_h = flow, with.peripheral_L = peripheral, with.input = input;
  with.own[0] = transit, with.setting[0] = stages;
  return with;
}

TEST(GeneralPrior, without_its_further_parts_is_the_one_compartment) {
  const SteadyPk first = general(kWidmer, 0, 1, AbsorptionModel::first_order),
                 zero = general(kZeroOrder, 0, 1, AbsorptionModel::zero_order);
  for (const double after : {0.5, 3.0, 12.0, 24.0, 30.0}) {
    EXPECT_NEAR(steady_level(Variant::general, first, 400, 24, after) /
                    steady_level(Variant::first_order, kWidmer, 400, 24, after),
                1, 1e-9);
    EXPECT_NEAR(steady_level(Variant::general, zero, 400, 24, after) /
                    steady_level(Variant::zero_order, kZeroOrder, 400, 24, after),
                1, 1e-9);
    EXPECT_NEAR(
        single_level(Variant::general, first, 400, after) / single_level(Variant::first_order, kWidmer, 400, after), 1,
        1e-9);
  }
}

// Area over an interval at steady state = F·dose/clearance, whatever the distribution; and the sum of many single
// doses.
TEST(GeneralPrior, keeps_the_balance_of_mass_and_superposes) {
  const SteadyPk models[] = {general({13.2, 172, 1.22, 0, 0.9}, 3.75, 43.6, AbsorptionModel::transit, 4 / 0.537, 4),
                             general({10.62, 244.18, 2.0, 0.4, 1}, 20, 120, AbsorptionModel::zero_order)};
  for (const SteadyPk& pk : models) {
    constexpr int n = 4800;
    double area = 0;
    for (int i = 0; i < n; ++i)
      area += steady_level(Variant::general, pk, 400, 24, pk.lag_h + (i + 0.5) * 24 / n) * 24 / n;
    EXPECT_NEAR(area / (1000 * 400 * pk.bioavailability / pk.clearance_L_per_h), 1, 1e-5);
    double sum = 0;
    for (int i = 0; i < 200; ++i) sum += single_level(Variant::general, pk, 400, 7.0 + 24.0 * i);
    EXPECT_NEAR(sum / steady_level(Variant::general, pk, 400, 24, 7.0), 1, 1e-9);
  }
}

// The last model's slow mode has a half-life of 81 days: of 8000 doses every 8 h the next ones count for 1e-10, of 257
// for 14 to 19 %.
TEST(GeneralPrior, superposes_inputs_that_overlap_and_modes_that_last) {
  const SteadyPk models[] = {general({4, 40, 20, 0, 1}, 3, 60, AbsorptionModel::zero_order),
                             general({4, 40, 20, 15, 1}, 0, 1, AbsorptionModel::zero_order),
                             general({13.2, 172, 1.22, 20, 0.9}, 3.75, 43.6, AbsorptionModel::transit, 4 / 0.537, 4),
                             general({5, 50, 1, 0, 1}, 2, 4000, AbsorptionModel::first_order)};
  for (const SteadyPk& pk : models)
    for (const double after : {0.5, 3.9, 4.1, 8.0, 21.0}) {
      double sum = 0;
      for (int i = 0; i < 8000; ++i) sum += single_level(Variant::general, pk, 400, after + 8.0 * i);
      EXPECT_NEAR(sum / steady_level(Variant::general, pk, 400, 8, after), 1, 1e-9) << pk.lag_h << ", " << after;
    }
}

TEST(LevelOf, equal_doses_known_one_by_one_and_before_is_the_steady_level) {
  for (const Variant variant : {Variant::first_order, Variant::zero_order, Variant::general}) {
    const SteadyPk pk = variant == Variant::first_order  ? kWidmer
                        : variant == Variant::zero_order ? kZeroOrder
                                                         : general(kWidmer, 8, 90, AbsorptionModel::transit, 6, 3);
    for (const double after : {0.5, 6.0, 24.0, 30.0}) {
      Recall recall{};
      for (int i = 13; i >= 0; --i) recall.dose[recall.doses++] = {after + 24.0 * i, 400};
      recall.tail_mg = 400, recall.tail_doses = 300, recall.tail_h = after + 24.0 * 14;
      EXPECT_NEAR(level_of(variant, pk, recall, 24) / steady_level(variant, pk, 400, 24, after), 1, 1e-12);
      recall.tail_doses = 2;  // treatment began two doses earlier: sixteen single doses
      double sum = 0;
      for (int i = 0; i < 16; ++i) sum += single_level(variant, pk, 400, after + 24.0 * i);
      EXPECT_NEAR(level_of(variant, pk, recall, 24) / sum, 1, 1e-12);
    }
  }
}

// Doses every 8 h, the last nine known one by one; the newest of the others still lags or enters when the level is
// drawn.
TEST(LevelOf, doses_whose_inputs_overlap_is_the_steady_level) {
  const std::pair<Variant, SteadyPk> models[] = {
      {Variant::zero_order, {4, 40, 20, 3, 1}},
      {Variant::zero_order, {4, 40, 20, 0, 1}},
      {Variant::first_order, {14.3, 347, 0.609, 20, 1}},
      {Variant::general, general({4, 40, 20, 3, 1}, 3, 60, AbsorptionModel::zero_order)}};
  for (const auto& [variant, pk] : models)
    for (const int known : {0, 1, 9}) {
      const double after = 5;
      Recall recall{};
      for (int i = known - 1; i >= 0; --i) recall.dose[recall.doses++] = {after + 8.0 * i, 400};
      recall.tail_mg = 400, recall.tail_h = after + 8.0 * known;
      recall.tail_doses = 3000;
      EXPECT_NEAR(level_of(variant, pk, recall, 8) / steady_level(variant, pk, 400, 8, after), 1, 1e-12);
      for (const int before : {1, 2, 5}) {
        recall.tail_doses = before;
        double sum = 0;
        for (int i = 0; i < known + before; ++i) sum += single_level(variant, pk, 400, after + 8.0 * i);
        EXPECT_NEAR(level_of(variant, pk, recall, 8), sum, 1e-9 * steady_level(variant, pk, 400, 8, after));
      }
    }
}

TEST(SingleLevel, is_what_one_dose_leaves) {
  for (const double t : {0.1, 0.4, 1.0, 2.5, 24.0, 100.0}) {
    const PkDay rates{14.3, 347, 14.3 / 347, 0.9, 0.609};
    const SteadyPk pk{14.3, 347, 0.609, 0.3, 0.9};
    const double mg = FirstOrder::contribution({360, 0.3, 0.609, 400}, rates, t).central_mg;
    EXPECT_NEAR(single_level(Variant::first_order, pk, 400, t), mg / 347 * 1000, 1e-9);
    const PkDay slow{14.3, 347, 14.3 / 347, 0.9, 1.5};
    const double entered = ZeroOrder::contribution({360, 0.3, 1.5, 400}, slow, t).central_mg;
    EXPECT_NEAR(single_level(Variant::zero_order, {14.3, 347, 1.5, 0.3, 0.9}, 400, t), entered / 347 * 1000, 1e-9);
  }
}

TEST(RecallDoses, keeps_the_newest_within_the_window) {
  DoseHistory history{};
  for (int i = 0; i < 40; ++i) add_dose(history, 24.0 * i, i);
  Recall recall{};
  recall_doses(history, 24.0 * 30, 24.0 * 38 + 1, recall);
  ASSERT_EQ(recall.doses, 9);
  EXPECT_EQ(recall.dose[0].mg, 30);
  EXPECT_EQ(recall.dose[8].mg, 38);
  EXPECT_EQ(recall.dose[8].time_h, 1);
  recall_doses(history, 0, 1e9, recall);
  EXPECT_EQ(recall.doses, kHistory);
  EXPECT_EQ(recall.dose[0].mg, 40 - kHistory);
}

// The peak by its definition: nothing is higher between two doses.
TEST(PeakTime, is_the_highest_point_between_two_of_many_doses) {
  struct Case {
    Variant variant;
    SteadyPk pk;
    double interval_h;
  };
  const Case cases[] = {{Variant::first_order, kWidmer, 24},
                        {Variant::first_order, {10, 250, 0.05, 0.3, 1}, 8},  // one dose alone: 22 h
                        {Variant::first_order, {10, 250, 0.04, 0, 1}, 24},   // ka = k
                        {Variant::zero_order, {10, 250, 1.5, 0.25, 1}, 24},
                        {Variant::zero_order, {4, 40, 20, 0, 1}, 8},
                        {Variant::zero_order, {4, 40, 13, 10, 1}, 8},
                        {Variant::general, general({4, 40, 20, 0, 1}, 3, 60, AbsorptionModel::zero_order), 8}};
  for (const auto& [variant, pk, interval_h] : cases) {
    double highest = 0, highest_h = 0;
    for (int i = 1; i <= 8000; ++i) {
      const double t = interval_h * i / 8000, level = steady_level(variant, pk, 400, interval_h, t);
      if (level > highest) highest = level, highest_h = t;
    }
    EXPECT_NEAR(peak_h(variant, pk, interval_h), highest_h, interval_h / 4000) << pk.absorption << ", " << interval_h;
  }
}

}  // namespace
}  // namespace vt
