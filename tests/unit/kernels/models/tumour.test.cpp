#include "kernels/models/tumour.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/reference/fine_step.hpp"

namespace vt { namespace {

/// Size and density by small steps of the equations, the washout running through the day.
std::array<double, 2> fine(std::array<double, 2> y, const Tumour::Traits& p, double exposure, int days) {
  const auto slope = [&](double t, const std::array<double, 2>& s) {
    return std::array<double, 2>{
        p.growth_per_day * s[0] * (1 - s[0] / p.limit) -
            p.kill_per_day * std::pow(exposure, p.exponent) * std::exp(-p.fading_per_day * t) * s[0],
        p.density_per_day * (p.density - s[1] * (1 + p.density_effect * exposure))};
  };
  const int steps = 20;
  for (int i = 0; i < days * steps; ++i)
    y = reference::runge_kutta(y, static_cast<double>(i) / steps, 1.0 / steps, slope);
  return y;
}

// Lesion 1 of Schindler 2017, actual volume, per day.
constexpr Tumour::Traits kLesion{1190, 0.00861 / 7, 0.0547 / 7, 1, 0.0469 / 7, 59.0, 0.0935 / 7, 0.154};

TEST(Tumour, agrees_with_small_steps) {
  for (const double exponent : {0.5, 1.0, 4.0})
    for (const double exposure : {0.0, 0.5, 1.0, 2.0}) {
      Tumour::Traits lesion = kLesion;
      lesion.exponent = exponent;
      Tumour::State now{161, 59};
      int day = 0;
      for (const int until : {30, 90, 365, 1000}) {
        for (; day < until; ++day) now = Tumour::step(now, lesion, exposure, day + 0.5);
        const auto [size, density] = fine({161, 59}, lesion, exposure, until);
        // The washout stands over a day, at its value of noon: error of the log size below kill·ρ^p·fading/24 < 4e-5.
        EXPECT_NEAR(now.size / size, 1, 4e-5) << exposure << "^" << exponent << ", day " << until;
        EXPECT_NEAR(now.density / density, 1, 1e-9) << exposure << "^" << exponent << ", day " << until;
      }
    }
}

TEST(Tumour, grows_logistically_without_drug) {
  Tumour::State now{161, 59};
  for (int day = 0; day < 700; ++day) now = Tumour::step(now, kLesion, 0, day);
  const double grown = std::exp(0.00861 * 100);
  EXPECT_NEAR(now.size, 161 * grown / (1 + 161 / 1190.0 * (grown - 1)), 1e-9);
  EXPECT_EQ(now.density, 59);
}

}  // namespace
}  // namespace vt
