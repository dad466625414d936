#pragma once
/// \file Naive fine-step solutions of the response and blood-count models, written from the model equations with
/// library mathematics and a thousand steps a day. They share no code with kernels/.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace reference {

template <std::size_t N, class F>
std::array<double, N> runge_kutta(const std::array<double, N>& y, double t, double h, F f) {
  const auto moved = [&](const std::array<double, N>& k, double step) {
    std::array<double, N> z = y;
    for (std::size_t i = 0; i < N; ++i) z[i] += step * k[i];
    return z;
  };
  const auto a = f(t, y), b = f(t + h / 2, moved(a, h / 2)), c = f(t + h / 2, moved(b, h / 2)),
             d = f(t + h, moved(c, h));
  std::array<double, N> z = y;
  for (std::size_t i = 0; i < N; ++i) z[i] += h / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
  return z;
}

/// Some patient's; not those of a scenario (tests/qualification/models reads these).
struct CmlParameters {
  double regrowth = 0.0545, kill_max = 0.130, kappa = 0.5, fold = 1, clone_fold = 1e12, wake = 0.00139, sleep = 3.3e-5,
         baseline = 100, immune = 0, immune_load = 0.19, capacity = 1.05;
  bool window = false;      // of the immune brake
  double normal_ratio = 0;  // 0: normal cells are not counted
};

/// {Y, X, Z} after `days` at a constant relative exposure.
inline std::array<double, 3> cml(std::array<double, 3> state, const CmlParameters& p, double exposure, int days) {
  const auto slope = [&](double, const std::array<double, 3>& s) {
    const double load = s[0] + s[2];
    const double growth = p.regrowth * std::max(0.0, 1 - load / (p.capacity * p.baseline));
    const double kill = p.kill_max * exposure / (exposure + p.kappa * p.fold);
    const double clone_kill = p.kill_max * exposure / (exposure + p.kappa * p.fold * p.clone_fold);
    const double u = load / p.immune_load;
    const double immune = p.immune * (p.window ? 4 * u / std::pow(1 + u, 2) : 1 / (1 + u * u));
    const double room = p.normal_ratio > 0 ? std::max(0.0, 1 - load / (p.capacity * p.baseline)) : 1;
    return std::array<double, 3>{room * p.wake * s[1] - p.sleep * s[0] + (growth - kill - immune) * s[0],
                                 -p.wake * s[1] + p.sleep * s[0], (growth - clone_kill - immune) * s[2]};
  };
  constexpr int steps = 1000;
  for (int i = 0; i < days * steps; ++i) state = runge_kutta(state, 0, 1.0 / steps, slope);
  return state;
}

struct BloodParameters {
  double baseline = 4, transit_day = 5.3, gamma = 0.17;
};

/// One day of Friberg's model beside clone cells that go from `clone_start` to `clone_end` log-linearly, with the share
/// `lost` of proliferation taken by the drug. State: proliferating, three transits, circulating.
inline std::array<double, 5> blood_day(std::array<double, 5> state, const BloodParameters& p, double lost,
                                       double clone_start, double clone_end) {
  const auto slope = [&](double t, const std::array<double, 5>& s) {
    const double ktr = 4 / p.transit_day;
    const double clone = clone_start > 0 ? clone_start * std::pow(clone_end / clone_start, t) : 0;
    const double felt = std::max(s[4], std::min(s[4] + clone, p.baseline));
    const double feedback = std::pow(p.baseline / felt, p.gamma);
    return std::array<double, 5>{ktr * s[0] * ((1 - lost) * feedback - 1), ktr * (s[0] - s[1]), ktr * (s[1] - s[2]),
                                 ktr * (s[2] - s[3]), ktr * (s[3] - s[4])};
  };
  constexpr int steps = 1000;
  for (int i = 0; i < steps; ++i) state = runge_kutta(state, static_cast<double>(i) / steps, 1.0 / steps, slope);
  return state;
}

}  // namespace reference
