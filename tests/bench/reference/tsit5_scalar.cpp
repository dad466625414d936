#include <algorithm>
#include <array>
#include <cmath>

#include "tests/bench/reference/problem.hpp"

/// \file One patient after another, as a careful program does it without vectors: concentrations in closed form from
/// dose to dose, neutrophils with Tsitouras' 5(4) method and step control. Ch. Tsitouras, Comput Math Appl 2011;62:770,
/// table 1.

namespace bench {

/// One compartment with first-order absorption, from the last dose on.
struct Concentration {
  double central_mg, depot_mg, elimination_per_h, absorption_per_h, volume_L;

  double central_after(double t_h) const {
    const double x = (elimination_per_h - absorption_per_h) * t_h;
    const double ratio = std::abs(x) < 1e-9 ? 1.0 : std::expm1(x) / x;
    return std::exp(-elimination_per_h * t_h) * (central_mg + depot_mg * absorption_per_h * t_h * ratio);
  }
  double mg_per_L_after(double t_h) const { return central_after(t_h) / volume_L; }
  void advance(double t_h) {
    central_mg = central_after(t_h);
    depot_mg *= std::exp(-absorption_per_h * t_h);
  }
};

Concentration before_first_dose(const Patient& patient) {
  return {0, 0, patient.clearance_L_per_h / patient.volume_L, patient.absorption_per_h, patient.volume_L};
}

void solve_concentration(const Patient& patient, double* outputs) {
  Concentration body = before_first_dose(patient);
  for (int day = 0; day < kDays; ++day) {
    body.depot_mg += patient.taken[day] ? kDose_mg : 0.0;
    body.advance(kInterval_h);
    outputs[day] = 1000 * body.central_mg / body.volume_L;
  }
}

/// The same by a program that knows that all intervals are alike: exponentials once for each patient.
void solve_concentration_hoisted(const Patient& patient, double* outputs) {
  Concentration unit = before_first_dose(patient);
  unit.depot_mg = 1;
  const double absorbed = unit.central_after(kInterval_h);
  const double kept = std::exp(-unit.elimination_per_h * kInterval_h);
  const double waiting = std::exp(-unit.absorption_per_h * kInterval_h);
  double central = 0, depot = 0;
  for (int day = 0; day < kDays; ++day) {
    depot += patient.taken[day] ? kDose_mg : 0.0;
    central = central * kept + depot * absorbed;
    depot *= waiting;
    outputs[day] = 1000 * central / unit.volume_L;
  }
}

/// Proliferating, three transit stages, circulating.
using Cells = std::array<double, 5>;

Cells derivative(const Cells& y, double mg_per_L) {
  const double feedback = std::pow(kBaseline / y[4], kFeedback);
  return {kTransit_per_h * y[0] * ((1 - kSlope_L_per_mg * mg_per_L) * feedback - 1), kTransit_per_h * (y[0] - y[1]),
          kTransit_per_h * (y[1] - y[2]), kTransit_per_h * (y[2] - y[3]), kTransit_per_h * (y[3] - y[4])};
}

inline constexpr int kStages = 7;
inline constexpr double kNode[kStages] = {0, 0.161, 0.327, 0.9, 0.9800255409045097, 1, 1};
inline constexpr double kWeight[kStages][kStages - 1] = {
    {},
    {0.161},
    {-0.008480655492356989, 0.335480655492357},
    {2.8971530571054935, -6.359448489975075, 4.3622954328695815},
    {5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525},
    {5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401, -0.028269050394068383},
    {0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774}};
inline constexpr double kError[kStages] = {-0.00178001105222577714,
                                           -0.0008164344596567469,
                                           0.007880878010261995,
                                           -0.1447110071732629,
                                           0.5823571654525552,
                                           -0.45808210592918697,
                                           1.0 / 66};

/// Largest estimated error of a step over what is tolerated; `next` becomes the state behind the step and slopes[6] the
/// derivative there.
double step(const Cells& y, const Concentration& body, double t_h, double h, double tolerance,
            std::array<Cells, kStages>& slopes, Cells& next) {
  for (int stage = 1; stage < kStages; ++stage) {
    next = y;
    for (int earlier = 0; earlier < stage; ++earlier)
      for (std::size_t i = 0; i < y.size(); ++i) next[i] += h * kWeight[stage][earlier] * slopes[earlier][i];
    slopes[stage] = derivative(next, body.mg_per_L_after(t_h + kNode[stage] * h));
  }
  double worst = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    double error = 0;
    for (int stage = 0; stage < kStages; ++stage) error += h * kError[stage] * slopes[stage][i];
    worst = std::max(worst, std::abs(error) / (tolerance * std::max(std::abs(y[i]), std::abs(next[i]))));
  }
  return worst;
}

void solve_neutrophils(const Patient& patient, double tolerance, double* outputs) {
  Concentration body = before_first_dose(patient);
  Cells y;
  y.fill(kBaseline);
  std::array<Cells, kStages> slopes;
  slopes[0] = derivative(y, 0);
  double wished = 1;  // h; length of the next step
  for (int day = 0; day < kDays; ++day) {
    body.depot_mg += patient.taken[day] ? kDose_mg : 0.0;
    for (double t = 0; t < kInterval_h;) {
      const bool is_last = t + wished >= kInterval_h * (1 - 1e-12);
      const double h = is_last ? kInterval_h - t : wished;
      Cells next;
      const double error = step(y, body, t, h, tolerance, slopes, next);
      const double factor = std::clamp(0.9 * std::pow(error, -0.2), 0.2, 5.0);
      if (error > 1) {
        wished = h * std::min(factor, 0.9);
        continue;
      }
      t = is_last ? kInterval_h : t + h;
      y = next;
      slopes[0] = slopes[kStages - 1];  // the concentration has no jump at a dose
      if (!is_last || factor < 1) wished = h * factor;
    }
    body.advance(kInterval_h);
    outputs[day] = y[4];
  }
}

}  // namespace bench

int main(int argc, char** argv) {
  return bench::report_errors([&] {
    const bench::Arguments arguments = bench::read_arguments(argc, argv);
    const bench::Problem problem = bench::read_problem(arguments);
    return bench::run(arguments, problem, [&](const bench::Patient& patient, double* outputs) {
      if (problem.has_neutrophils)
        bench::solve_neutrophils(patient, arguments.tolerance, outputs);
      else if (arguments.hoisted)
        bench::solve_concentration_hoisted(patient, outputs);
      else
        bench::solve_concentration(patient, outputs);
    });
  });
}
