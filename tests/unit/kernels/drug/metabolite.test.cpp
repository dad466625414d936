#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "kernels/drug/variant.hpp"
#include "tests/reference/linear_system.hpp"

namespace vt { namespace {

using namespace reference;

/// A metabolite in two compartments: 1/h, and those of the drug in two compartments.
struct Chained {
  double transit, absorption, elimination, to_peripheral, from_peripheral;
  double metabolite, metabolite_out, metabolite_back;
};

/// Without exchange both of its rates are 0.
Rates rates_from(double elimination, double out, double back, const Chained& m) {
  return rates_of({elimination, 100, 100 * out, out == 0 ? 1 : 100 * out / back}, m.absorption, {m.transit});
}
Rates drug_rates_of(const Chained& m) { return rates_from(m.elimination, m.to_peripheral, m.from_peripheral, m); }
Rates metabolite_rates_of(const Chained& m) { return rates_from(m.metabolite, m.metabolite_out, m.metabolite_back, m); }

constexpr double kDose_mg = 500;
const Amounts kStages = {{60, 50, 40, 30, 20, 10, 5, 80}, 70, 90, 45};

Vector start_of(const Amounts& a, const Metabolite& m) {
  Vector y(kDrugStates);
  for (std::size_t i = 0; i < kMaxStages; ++i) y[kDepot - 1 - i] = a.transit[i];
  y[kDepot] = a.depot;
  y[kCentral] = a.central;
  y[kPeripheral] = a.peripheral;
  y[kMetabolite] = m.mg;
  y[kMetabolitePeripheral] = m.peripheral_mg;
  return y;
}

/// Largest error in mg of the metabolite's amounts after `t_h`.
template <class In>
double error_mg(const Chained& m, const Amounts& a, double t_h) {
  const Rates k = drug_rates_of(m), own = metabolite_rates_of(m);
  const Metabolite before = {25, 40, 0, 0, 0};
  const Vector right = solve_linear(drug_matrix({m.transit, m.absorption, m.elimination, m.to_peripheral,
                                                 m.from_peripheral, m.metabolite, m.metabolite_out, m.metabolite_back}),
                                    Vector(kDrugStates), start_of(a, before), t_h);
  const Metabolite found = add_formed(empty(before, own, true, t_h), own,
                                      {In::formed(a, k, own.fast, t_h), In::formed(a, k, own.slow, t_h)}, true);
  return static_cast<double>(std::max(std::fabs(found.mg - right[kMetabolite]),
                                      std::fabs(found.peripheral_mg - right[kMetabolitePeripheral])));
}

Amounts without_stages(Amounts a) {
  for (double& stage : a.transit) stage = 0;
  return a;
}

TEST(Metabolite, in_two_compartments_solves_the_differential_equations) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> u(0, 1);
  const auto between = [&](double low, double high) { return low * std::pow(high / low, u(random)); };
  for (int i = 0; i < 300; ++i) {
    const Chained m = {between(0.02, 100), between(0.02, 30), between(1e-3, 3), between(1e-3, 3),
                       between(1e-3, 3),   between(0.01, 20), between(1e-3, 5), between(1e-3, 5)};
    const double t = between(0.01, 24);
    EXPECT_LE(error_mg<Transit>(m, kStages, t), 1e-9 * kDose_mg) << i;
    EXPECT_LE(error_mg<FirstOrder>(m, without_stages(kStages), t), 1e-11 * kDose_mg) << i;
  }
}

// Rates within and at the edge of the neighbourhood of the transit rate, one, two or all three of them.
TEST(Metabolite, behind_stages_is_accurate_where_rates_coincide) {
  std::mt19937_64 random(12);
  const double off[] = {0, 1e-12, 1e-7, 1e-3, 0.1, 0.39, 0.41, -0.1, -0.39, -0.41, 0.6, -0.7, 3, -0.97};
  const auto near = [&](double rate) { return rate * (1 - off[random() % std::size(off)]); };
  for (int i = 0; i < 400; ++i) {
    const double transit = i % 2 == 0 ? 0.3 : 3;
    // Without exchange the modes are the rates of elimination.
    const Chained m = {transit, std::fabs(near(transit)), std::fabs(near(transit)), 0, 0, std::fabs(near(transit)), 0,
                       0};
    for (const double t : {0.2, 2.5, 24.0}) {
      EXPECT_LE(error_mg<Transit>(m, kStages, t), 1e-9 * kDose_mg)
          << transit << " " << m.absorption << " " << m.elimination << " " << m.metabolite << " " << t;
    }
  }
}

// So that plans with one compartment have the bits of those with a flow of 0.
TEST(Metabolite, in_one_compartment_is_the_same_as_in_two_with_a_flow_of_0) {
  const Chained m = {5, 0.7, 0.08, 0, 0, 0.3, 0, 0};
  const Rates k = drug_rates_of(m), two = metabolite_rates_of(m), one = rates_of_one(0.3, 0.7, {5});
  EXPECT_EQ(std::memcmp(&one, &two, sizeof one), 0);
  const Metabolite before = {25, 0, 0, 0, 0};
  const Modes formed = {Transit::formed(kStages, k, two.fast, 7), Transit::formed(kStages, k, two.slow, 7)};
  const Metabolite alone = add_formed(empty(before, one, false, 7), one, formed, false);
  const Metabolite both = add_formed(empty(before, two, true, 7), two, formed, true);
  EXPECT_EQ(alone.mg, both.mg);
  EXPECT_EQ(both.peripheral_mg, 0);
}

TEST(Metabolite, of_a_constant_input_solves_the_differential_equations) {
  const Chained m = {1, 1, 0.06, 0.1, 0.2, 0.9, 0.4, 0.05};
  const Rates k = drug_rates_of(m), own = metabolite_rates_of(m);
  const Input input = {400, 6, 2.53, 400};
  const Matrix a = drug_matrix(
      {1, 1, m.elimination, m.to_peripheral, m.from_peripheral, m.metabolite, m.metabolite_out, m.metabolite_back});
  Vector b(kDrugStates);
  b[kCentral] = 400 / 2.53L;
  for (const double until : {7.0, 9.0, 24.0}) {
    const double end = std::min(until, 8.53);
    const Vector right =
        solve_linear(a, Vector(kDrugStates), solve_linear(a, b, Vector(kDrugStates), end - 6), until - end);
    const Metabolite found = add_formed(
        {}, own, {ZeroOrder::formed(input, k, own.fast, until), ZeroOrder::formed(input, k, own.slow, until)}, true);
    EXPECT_NEAR(found.mg, static_cast<double>(right[kMetabolite]), 1e-11 * 400) << until;
    EXPECT_NEAR(found.peripheral_mg, static_cast<double>(right[kMetabolitePeripheral]), 1e-11 * 400) << until;
  }
}

// Of a dose the part (1 − E) is absorbed; with twice the absorption of E = 0.6 it is 0.8, and 0.2 becomes metabolite.
TEST(GutWall, forms_metabolite_of_what_does_not_pass) {
  DispositionTraits traits{};
  traits.gut_extraction = 0.6;
  traits.gut_metabolite = 3;
  EXPECT_NEAR(formed_per_absorbed(traits, 1), 3 * 0.6 / 0.4, 1e-14);
  EXPECT_NEAR(formed_per_absorbed(traits, 2), 3 * 0.2 / 0.8, 1e-14);
  EXPECT_NEAR(formed_per_absorbed(traits, 2.5), 0, 1e-14);
  traits.gut_extraction = 0;
  EXPECT_EQ(formed_per_absorbed(traits, 1), 0);
  EXPECT_NEAR(formed_per_absorbed(traits, 0.25), 3 * 3, 1e-14);
}

}  // namespace
}  // namespace vt
