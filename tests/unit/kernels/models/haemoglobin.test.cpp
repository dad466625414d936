#include "kernels/models/haemoglobin.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace vt { namespace {

TEST(Haemoglobin, follows_the_closed_form_at_a_constant_exposure) {
  // H(t) = goal + (H0 − goal)·exp(−t/60), goal = 13·(1 − 0.15·√ρ)
  const Haemoglobin::Traits traits{13, std::exp(-1 / 60.0), 0.15, 0.5};
  for (const double exposure : {0.0, 0.5, 1.0, 2.0}) {
    const double goal = 13 * (1 - 0.15 * std::sqrt(exposure));
    Haemoglobin::State now{12};
    for (int day = 0; day < 200; ++day) now = Haemoglobin::step(now, traits, exposure, day);
    EXPECT_NEAR(now.g_per_dL, goal + (12 - goal) * std::exp(-200 / 60.0), 1e-10) << exposure;
  }
}

TEST(Haemoglobin, is_never_made_at_a_negative_rate) {
  const Haemoglobin::Traits traits{13, 0.5, 10, 1};
  EXPECT_EQ(Haemoglobin::step({8}, traits, 100, 0).g_per_dL, 4);
}

}  // namespace
}  // namespace vt
