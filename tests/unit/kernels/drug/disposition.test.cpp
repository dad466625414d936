#include "kernels/drug/variant.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/reference/linear_system.hpp"

namespace vt { namespace {

using namespace reference;

struct Model {
  double clearance, volume, flow, peripheral, transit, absorption, metabolite;  // rates in 1/h, else L/h and L
};

Rates rates(const Model& m) {
  return rates_of({m.clearance / m.volume, m.volume, m.flow, m.peripheral}, m.absorption, {m.transit});
}
/// Of a metabolite in one compartment.
Rates own_rates(double metabolite_per_h) { return rates_of_one(metabolite_per_h, 1, {1}); }

/// The metabolite after `t_h`, of `before` mg of it and of a body.
template <class In>
double metabolised(double before, const Amounts& a, const Model& m, double t_h) {
  const Rates own = own_rates(m.metabolite);
  return add_formed(empty({before, 0, 0, 0, 0}, own, false, t_h), own, {In::formed(a, rates(m), own.fast, t_h), 0},
                    false)
      .mg;
}

DrugRates drug_rates(const Model& m) {
  return {m.transit,
          m.absorption,
          static_cast<long double>(m.clearance) / m.volume,
          static_cast<long double>(m.flow) / m.volume,
          static_cast<long double>(m.flow) / m.peripheral,
          m.metabolite};
}

Vector state(const Amounts& a, double metabolite) {
  Vector y(kDrugStates);
  for (std::size_t i = 0; i < kMaxStages; ++i) y[kDepot - 1 - i] = a.transit[i];
  y[kDepot] = a.depot;
  y[kCentral] = a.central;
  y[kPeripheral] = a.peripheral;
  y[kMetabolite] = metabolite;
  return y;
}

/// Largest difference of two states in mg.
double difference(const Vector& a, const Vector& b) {
  long double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::fabs(a[i] - b[i]));
  return static_cast<double>(most);
}

const Amounts kFull = {{60, 50, 40, 30, 20, 10, 5, 80}, 70, 90, 45};
constexpr double kFullMg = 500;

void expect_exact(const Model& m, double t_h) {
  const Rates k = rates(m);
  Amounts no_stages = kFull;
  for (double& stage : no_stages.transit) stage = 0;
  const Vector none(kDrugStates);
  const Matrix a = drug_matrix(drug_rates(m));
  const Vector with = solve_linear(a, none, state(kFull, 0), t_h);
  const Vector without = solve_linear(a, none, state(no_stages, 25), t_h);
  const Vector found = state(Transit::evolve(kFull, k, t_h), metabolised<Transit>(0, kFull, m, t_h));
  EXPECT_LE(difference(found, with), 1e-9 * kFullMg) << m.transit << " " << m.absorption << " " << t_h;
  const Vector plain = state(FirstOrder::evolve(no_stages, k, t_h), metabolised<FirstOrder>(25, no_stages, m, t_h));
  EXPECT_LE(difference(plain, without), 1e-12 * kFullMg) << m.absorption << " " << m.metabolite << " " << t_h;
}

TEST(Disposition, of_usual_parameters_solves_the_differential_equations) {
  for (const double t : {0.0, 0.01, 0.5, 3.0, 18.0, 24.0}) {
    expect_exact({9.12, 128, 24.9, 197, 15.8, 0.699, 3.8}, t);
    expect_exact({13.2, 172, 3.75, 43.6, 7.4, 1.22, 1.6}, t);
    expect_exact({10.62, 244.18, 0, 1, 5, 0.6, 3.8}, t);  // one compartment
  }
}

TEST(Disposition, is_accurate_where_rates_coincide) {
  const double elimination = 0.05;
  for (const double t : {0.1, 2.0, 24.0})
    for (const double off : {0.0, 1e-12, 1e-7, 1e-3, 0.2, 0.2499, 0.2501}) {
      const double close = 1 + off;
      expect_exact({10, 200, 0, 1, 1.5, 1.5 * close, 1.5 / close}, t);                  // absorption and transit
      expect_exact({10, 200, 0, 1, 1.5, elimination * close, elimination}, t);          // absorption and elimination
      expect_exact({10, 200, 0, 1, elimination * close, 0.7, elimination / close}, t);  // transit and elimination
      expect_exact({10, 200, 0, 1, elimination * close, elimination / close, elimination}, t);  // all
      expect_exact({10, 200, 1e-9, 2e-8 * close, 1.5, 0.7, 1}, t);                              // both eigenvalues
      expect_exact({10, 200, 20, 100 * close, 0.2, 0.2 * close, 0.2}, t);
    }
}

TEST(Disposition, is_accurate_for_any_rates) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> u(0, 1);
  const auto between = [&](double low, double high) { return low * std::pow(high / low, u(random)); };
  for (int i = 0; i < 150; ++i)
    expect_exact({between(1, 100), between(20, 1000), between(1e-3, 300), between(1, 1000), between(0.02, 100),
                  between(0.02, 30), between(0.01, 20)},
                 between(0.01, 24));
}

TEST(Disposition, stays_finite_at_the_edges_of_what_a_scenario_may_say) {
  for (const double transit : {1e-6, 1.0, 1e6})
    for (const double absorption : {1e-6, 1.0, 1e6})
      for (const double flow : {0.0, 1e-9, 1e6})
        for (const double t : {0.0, 1e-9, 24.0}) {
          const Amounts a = Transit::evolve(kFull, rates({1e-9, 1e9, flow, 1e-9, transit, absorption, 1}), t);
          // Almost nothing leaves the body.
          EXPECT_NEAR(total_mg(a), kFullMg, 1e-6 * kFullMg) << transit << " " << absorption << " " << flow << " " << t;
        }
}

TEST(Disposition, of_a_constant_input_solves_the_differential_equations) {
  for (const double until : {7.0, 6.5, 9.0, 24.0}) {
    const Model m = {7.97, 168, 12, 90, 1, 1, 3.8};
    const Input input = {400, 6, 2.53, 400};
    const Rates k = rates(m);
    const Matrix a = drug_matrix(drug_rates(m));
    Vector b(kDrugStates);
    b[kCentral] = 400 / 2.53L;
    const double end = std::min(until, 8.53);
    const Vector at_end = solve_linear(a, b, Vector(kDrugStates), end - 6);
    const Vector expected = solve_linear(a, Vector(kDrugStates), at_end, until - end);
    const Vector found =
        state(ZeroOrder::contribution(input, k, {}, until), ZeroOrder::formed(input, k, m.metabolite, until));
    EXPECT_LE(difference(found, expected), 1e-12 * 400) << until;
  }
}

TEST(Disposition, doses_superpose) {
  const Rates k = rates({9.12, 128, 24.9, 197, 15.8, 0.699, 3.8});
  const Arrival at = arrival(5);
  const Amounts together = contribution_of<Transit>({600, 6, 1, 600}, k, at, 24);
  const Amounts apart = plus(contribution_of<Transit>({400, 6, 1, 400}, k, at, 24),
                             contribution_of<Transit>({200, 6, 1, 200}, k, at, 24));
  EXPECT_NEAR(together.central, apart.central, 1e-12 * 600);
  EXPECT_NEAR(together.peripheral, apart.peripheral, 1e-12 * 600);
}

TEST(Disposition, before_its_time_a_dose_adds_nothing) {
  EXPECT_EQ(total_mg(contribution_of<Transit>({400, 12, 1, 400}, rates({10, 200, 5, 50, 4, 1, 1}), arrival(5), 11)), 0);
  EXPECT_EQ(total_mg(ZeroOrder::contribution({400, 12, 2, 400}, rates({10, 200, 5, 50, 4, 1, 1}), {}, 11)), 0);
}

TEST(DividedExp, is_half_the_exponential_at_one_point_and_exact_elsewhere) {
  const auto exact = [](long double x, long double y, long double z) {
    return ((std::exp(x) - std::exp(y)) / (x - y) - (std::exp(y) - std::exp(z)) / (y - z)) / (x - z);
  };
  EXPECT_NEAR(divided_exp(-2, -2, -2), 0.5 * std::exp(-2.0), 1e-17);
  EXPECT_NEAR(divided_exp(0, -0.3, -0.7) / static_cast<double>(exact(0, -0.3L, -0.7L)), 1, 1e-15);
  EXPECT_NEAR(divided_exp(-5, -0.5, -90) / static_cast<double>(exact(-5, -0.5L, -90)), 1, 1e-15);
  EXPECT_NEAR(divided_exp(-0.1, -1.1, -1.2) / static_cast<double>(exact(-0.1L, -1.1L, -1.2L)), 1, 1e-14);
}

}  // namespace
}  // namespace vt
