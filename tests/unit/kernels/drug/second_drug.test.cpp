#include "kernels/drug/second_drug.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "kernels/models/slow_states.hpp"

namespace vt { namespace {

constexpr int kLanes = 64;

struct Treated {
  std::unique_ptr<Cohort<kLanes>> cohort = std::make_unique<Cohort<kLanes>>();
  std::unique_ptr<SlowStates<kLanes>> slow = std::make_unique<SlowStates<kLanes>>();
  Plan plan{};

  explicit Treated(double taken) {
    plan.misses_second_drug = 1;
    cohort->slow = slow.get();
    for (int lane = 0; lane < kLanes; ++lane) {
      cohort->id.put(lane, {static_cast<std::uint64_t>(lane)});
      cohort->relative_exposure.put(lane, {0.25});
      slow->second_drug.put(lane, {4, 8, 1});
      slow->second_taken.put(lane, {taken});
    }
  }
};

TEST(SecondDrug, is_taken_or_missed_day_by_day) {
  Treated treated(0.9);
  const int days = 200;
  int taken = 0, in_turns = 0;
  bool before[kLanes] = {};
  for (int day = 0; day < days; ++day) {
    add_second_drug(treated.plan, day, *treated.cohort);
    for (int lane = 0; lane < kLanes; ++lane) {
      const Exposures both = treated.slow->both_drugs[lane];
      const bool is_taken = both.on_disease > 1;
      EXPECT_EQ(both.on_disease, is_taken ? 4.25 : 0.25);
      EXPECT_EQ(both.on_mutant, is_taken ? 8.25 : 0.25);
      EXPECT_EQ(both.on_blood, is_taken ? 1.25 : 0.25);
      taken += is_taken;
      in_turns += is_taken && before[lane];
      before[lane] = is_taken;
    }
  }
  const double n = kLanes * days;
  EXPECT_NEAR(taken / n, 0.9, 4 * std::sqrt(0.09 / n));
  EXPECT_NEAR(in_turns / (n - kLanes), 0.81, 5 * std::sqrt(0.81 * 0.19 / n));  // days are independent
}

TEST(SecondDrug, that_is_always_taken_acts_as_without_a_chance_of_missing_it) {
  Treated always(1);
  for (int day = 0; day < 20; ++day) {
    add_second_drug(always.plan, day, *always.cohort);
    for (int lane = 0; lane < kLanes; ++lane) EXPECT_EQ(always.slow->both_drugs[lane].on_disease, 4.25);
  }
}

}}  // namespace vt
