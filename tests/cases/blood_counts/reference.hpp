#pragma once
/// \file Friberg's model as published, in small Runge–Kutta steps under concentrations by superposition. With library
/// mathematics; shares no code with the program.

#include <array>
#include <cmath>
#include <vector>

namespace reference {

/// One compartment, doses of `mg` that begin six hours after a day's start; h, mg, L. `absorption_per_h` 0: at a
/// constant rate over `infusion_h`.
struct Drug {
  double clearance, volume, infusion_h, absorption_per_h, mg;
  std::vector<int> days;
};

inline double rate_per_h(const Drug& d) { return d.clearance / d.volume; }

/// mg in the central compartment a while after a dose.
inline double left(const Drug& d, double hours) {
  const double k = rate_per_h(d), ka = d.absorption_per_h;
  if (hours <= 0) return 0;
  if (ka > 0) return d.mg * ka / (ka - k) * (std::exp(-k * hours) - std::exp(-ka * hours));
  const double during = std::min(hours, d.infusion_h);
  return d.mg / d.infusion_h / k * (1 - std::exp(-k * during)) * std::exp(-k * (hours - during));
}

/// What has been eliminated of a dose by then, over the clearance: the area under its curve.
inline double area(const Drug& d, double hours) {
  if (hours <= 0) return 0;
  const double entered = d.mg * std::min(1.0, hours / d.infusion_h);  // of a dose that is infused
  return (entered - left(d, hours)) / d.clearance;
}

inline double since(const Drug&, int day, double hours) { return hours - 24 * day - 6; }

inline double concentration(const Drug& d, double hours) {
  double mg = 0;
  for (const int day : d.days) mg += left(d, since(d, day, hours));
  return mg / d.volume;
}

inline double mean_of_day(const Drug& d, int day) {
  double sum = 0;
  for (const int given : d.days) sum += area(d, since(d, given, 24 * (day + 1))) - area(d, since(d, given, 24 * day));
  return sum / 24;
}

struct Cells {
  double baseline, transit_h, feedback, slope, exponent;  ///< effect: slope·(mg/L)^exponent
};

/// Circulating cells each morning, or at each day's start where the drug acts by its mean of the day.
inline std::vector<double> counts(const Cells& c, const Drug& d, int days, bool by_day) {
  constexpr int steps_per_h = 400;
  constexpr double h = 1.0 / steps_per_h;
  using State = std::array<double, 5>;
  State y;
  y.fill(c.baseline);
  const double ktr = 4 / c.transit_h;
  const auto slopes = [&](const State& s, double effect) {
    return State{ktr * s[0] * ((1 - effect) * std::pow(c.baseline / s[4], c.feedback) - 1), ktr * (s[0] - s[1]),
                 ktr * (s[1] - s[2]), ktr * (s[2] - s[3]), ktr * (s[3] - s[4])};
  };
  const auto moved = [](State s, const State& k, double by) {
    for (std::size_t i = 0; i < s.size(); ++i) s[i] += by * k[i];
    return s;
  };
  const int seen_h = by_day ? 0 : 6;
  std::vector<double> seen;
  for (int hour = 0; hour <= 24 * days + seen_h; ++hour) {
    if (hour % 24 == seen_h) seen.push_back(y[4]);
    const double of_day = by_day ? c.slope * std::pow(mean_of_day(d, hour / 24), c.exponent) : 0;
    const auto effect = [&](double t) { return by_day ? of_day : c.slope * std::pow(concentration(d, t), c.exponent); };
    for (int i = 0; i < steps_per_h; ++i) {
      const double t = hour + i * h;
      const double start = effect(t), middle = effect(t + h / 2), end = effect(t + h);
      const State k1 = slopes(y, start), k2 = slopes(moved(y, k1, h / 2), middle),
                  k3 = slopes(moved(y, k2, h / 2), middle), k4 = slopes(moved(y, k3, h), end);
      for (std::size_t j = 0; j < y.size(); ++j) y[j] += h / 6 * (k1[j] + 2 * k2[j] + 2 * k3[j] + k4[j]);
    }
  }
  return seen;
}

}  // namespace reference
