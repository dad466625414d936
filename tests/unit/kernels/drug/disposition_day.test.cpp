#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "kernels/course/file/assays.hpp"
#include "kernels/day.hpp"
#include "tests/reference/linear_system.hpp"

namespace vt { namespace {

using namespace reference;

Plan plan_of(AbsorptionModel entrance, std::uint32_t stages, bool has_metabolite) {
  Plan plan{};
  plan.intakes = 2;
  PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  pk.variant = Variant::general;
  pk.input = entrance;
  pk.input_setting[0] = stages;
  pk.has_metabolite = has_metabolite;
  pk.carries_over = 1;
  pk.occasion_days = 28;
  pk.reference_ng_per_mL = 1000;
  pk.metabolite_clearance_step = {0.55, 5, 1};
  pk.clearance_trend = {0.3, 1.0 / 7};
  pk.volume_trend = {-0.2, 0.1};
  pk.bioavailability_trend = {0, 1};
  pk.absorption_trend = entrance == AbsorptionModel::zero_order ? Trend{0, 1} : Trend{1.18, 0.0256};
  return plan;
}

template <int L>
struct Patients {
  Cohort<L> cohort{};
  Disposition<L> disposition{};
};

constexpr PkTraits kTraits10 = {10, 150, 1.4, 0.3, 0.9, 1.0 / 150, 1 / 1.4};
constexpr DispositionTraits kMore = {20, 90, 50, 14, 0, 1, 0, 0, {6}};

template <int L>
std::unique_ptr<Patients<L>> patients() {
  auto p = std::make_unique<Patients<L>>();
  Cohort<L>& c = p->cohort;
  c.disposition = &p->disposition;
  c.patients = L;
  for (int lane = 0; lane < L; ++lane) {
    c.id.put(lane, {static_cast<std::uint64_t>(lane)});
    c.pk.put(lane, kTraits10);
    p->disposition.traits.put(lane, kMore);
    c.occasion.put(lane, {1});
    c.binding.put(lane, {0, 1});
    for (int i = 0; i < kIntakesPerDay; ++i) {
      // 70 % of doses are taken; each within 3 h of its time, the second sometimes still entering at midnight.
      const double low = normal_cdf(-2.0);
      c.prescription[i].put(
          lane, {i < 2 ? 300.0 : 0.0, i == 0 ? 6.0 : 18.0, 1.5, low, 1 - 2 * low, i < 2 ? std::uint64_t{3} << 30 : 0});
      c.pending[i].put(lane, {0, 0, 1, 0});
    }
  }
  return p;
}

template <int L>
void live(const Plan& plan, int day, Cohort<L>& c) {
  set_rates<Variant::general>(plan, day, c);
  take_doses<Variant::general>(plan, day, c);
  absorb_and_eliminate<Variant::general>(plan, c);
}

/// The naive twin: lives the same doses event by event.
struct Twin {
  Vector y = Vector(kDrugStates);
  std::vector<Input> entering;  ///< inputs of zero order, seen from the day's start

  void live(const Plan& plan, const Rates& k, const Rates& metabolite, const std::vector<Input>& doses, double until) {
    const bool infuses = plan.drug.pharmacokinetics.input == AbsorptionModel::zero_order;
    const std::size_t first = kDepot - Transit::stages(plan.drug.pharmacokinetics);
    std::vector<double> times = {until};
    for (const Input& dose : doses) {
      if (dose.mg > 0) entering.push_back(dose);
    }
    for (const Input& dose : entering)
      for (const double t : {dose.start_h, dose.start_h + dose.length_h})
        if (t > 0 && t < until) times.push_back(t);
    std::sort(times.begin(), times.end());
    const Matrix a =
        drug_matrix({Transit::transit_per_h(k), k.absorption, k.elimination, k.to_peripheral, k.from_peripheral,
                     metabolite.elimination, metabolite.to_peripheral, metabolite.from_peripheral});
    double now = 0;
    for (const double next : times) {
      Vector b(kDrugStates);
      for (const Input& dose : entering)
        if (infuses && dose.start_h <= now && now < dose.start_h + dose.length_h)
          b[kCentral] += static_cast<long double>(dose.mg) / dose.length_h;
      y = solve_linear(a, b, y, next - now);
      now = next;
      for (const Input& dose : entering)
        if (!infuses && dose.start_h == now) y[first] += dose.mg;
    }
    for (Input& dose : entering) dose.start_h -= until;
    std::erase_if(entering, [&](const Input& d) { return infuses ? d.start_h + d.length_h <= 0 : d.start_h <= 0; });
  }
};

void expect_like_the_twin(AbsorptionModel entrance, std::uint32_t stages, bool has_metabolite, double duration) {
  const Plan plan = plan_of(entrance, stages, has_metabolite);
  auto p = patients<1>();
  if (entrance == AbsorptionModel::zero_order)
    p->cohort.pk.put(0, {10, 150, duration, 0.3, 0.9, 1.0 / 150, 1 / duration});
  Twin twin;
  double area = 0;
  for (int day = 0; day < 12; ++day) {
    set_rates<Variant::general>(plan, day, p->cohort);
    const Rates k = p->disposition.rates[0];
    Twin sampled = twin;
    const Rates metabolite = p->disposition.metabolite_rates[0];
    sampled.live(plan, k, metabolite, {}, 2.5);  // before any dose
    const double expected = static_cast<double>(sampled.y[kCentral]) / p->cohort.today[0].volume_L * 1000;
    EXPECT_NEAR(concentration(plan, p->cohort, 0, 2.5), expected, 1e-7) << day;
    take_doses<Variant::general>(plan, day, p->cohort);
    absorb_and_eliminate<Variant::general>(plan, p->cohort);
    twin.live(plan, k, metabolite, {p->cohort.intake[0][0], p->cohort.intake[1][0]}, 24);
    const Amounts found = p->disposition.amounts[0];
    EXPECT_NEAR(found.central, static_cast<double>(twin.y[kCentral]), 1e-8) << day;
    EXPECT_NEAR(found.peripheral, static_cast<double>(twin.y[kPeripheral]), 1e-8) << day;
    EXPECT_NEAR(found.depot, static_cast<double>(twin.y[kDepot]), 1e-8) << day;
    if (has_metabolite) {
      EXPECT_NEAR(p->disposition.metabolite[0].mg, static_cast<double>(twin.y[kMetabolite]), 1e-8) << day;
    }
    area += p->cohort.exposure[0].auc_mg_h_per_L;
  }
  EXPECT_GT(area, 0);
  EXPECT_GT(p->cohort.doses[0].taken, 8);
  EXPECT_LT(p->cohort.doses[0].taken, 24);  // some were missed
}

TEST(DispositionDay, follows_the_differential_equations_over_missed_doses_and_midnights) {
  expect_like_the_twin(AbsorptionModel::transit, 5, false, 0);
  expect_like_the_twin(AbsorptionModel::transit, 8, false, 0);
  expect_like_the_twin(AbsorptionModel::transit, 5, true, 0);
  expect_like_the_twin(AbsorptionModel::transit, 1, false, 0);
  expect_like_the_twin(AbsorptionModel::first_order, 0, true, 0);
  expect_like_the_twin(AbsorptionModel::zero_order, 0, true, 2.5);
  expect_like_the_twin(AbsorptionModel::zero_order, 0, true, 20);  // every dose runs past midnight
}

/// A comedication that halves what passes the gut wall, on days 3 to 6, beside a metabolite in two compartments. Two
/// twins: the drug with what becomes of it after absorption, and what the gut wall forms, which takes the same way into
/// the metabolite's compartments. `error_mg`: of doses of 300 mg.
void expect_metabolite_of_the_gut(AbsorptionModel entrance, std::uint32_t stages, double absorption, double error_mg) {
  Plan plan = plan_of(entrance, stages, true);
  PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  pk.metabolite_is_distributed = pk.forms_in_gut = 1;
  pk.most_bioavailability = 1;
  plan.drug.n_interactions = 1;
  Interaction& interaction = plan.drug.interactions[0];
  interaction.clearance_ratio = 1.7;
  interaction.bioavailability_ratio = 0.5;
  interaction.metabolite_clearance_ratio = 1.3;
  interaction.liver_keep = 0.7;
  interaction.gut_keep = 0.4;
  auto p = patients<1>();
  Cohort<1>& c = p->cohort;
  c.pk.put(0, {10, 150, absorption, 0.3, 0.9, 1.0 / 150, 1 / absorption});
  p->disposition.traits.put(0, {20, 90, 50, 14, 8, 60, 0.3, 1.2, {6}});
  c.induction[0].put(0, {0, 0, 1});
  c.window[0].put(0, {3, 7, 1e9});
  Twin drug, gut;
  double formed = 0, swallowed = 0, area = 0;
  for (int day = 0; day < 40; ++day) {
    if (day == 12)
      for (int i = 0; i < 2; ++i) c.prescription[i].put(0, {});
    set_rates<Variant::general>(plan, day, c);
    const Induction induced = c.induction[0][0];
    const double ratio = 1 - 0.5 * induced.gut, share = 1.2 * (1 - ratio * 0.7) / (ratio * 0.7);
    const double clearance = 50 * (day < 5 ? 1 : 0.55) * (1 + 0.3 * induced.liver);
    Rates own = p->disposition.metabolite_rates[0];
    EXPECT_NEAR(own.elimination, clearance / 14, 1e-14);
    const Rates k = p->disposition.rates[0];
    Twin sampled = drug, sampled_gut = gut;
    sampled.live(plan, k, own, {}, 2.5);
    sampled_gut.live(plan, own, own, {}, 2.5);
    EXPECT_NEAR(metabolite_at(plan, c, 0, 2.5).mg,
                static_cast<double>(sampled.y[kMetabolite] + sampled_gut.y[kCentral]), error_mg)
        << day;
    take_doses<Variant::general>(plan, day, c);
    interact(plan, day, c);
    absorb_and_eliminate<Variant::general>(plan, c);
    std::vector<Input> doses = {c.intake[0][0], c.intake[1][0]};
    drug.live(plan, k, own, doses, 24);
    for (Input& dose : doses) {
      formed += share * dose.mg;
      swallowed += dose.mg;
      dose.mg *= share;
    }
    gut.live(plan, own, own, doses, 24);
    const Metabolite m = p->disposition.metabolite[0];
    EXPECT_NEAR(m.mg, static_cast<double>(drug.y[kMetabolite] + gut.y[kCentral]), error_mg) << day;
    EXPECT_NEAR(m.peripheral_mg, static_cast<double>(drug.y[kMetabolitePeripheral] + gut.y[kPeripheral]), error_mg)
        << day;
    area += m.auc_mg_h_per_L * clearance;
  }
  EXPECT_GT(formed, 0.5 * swallowed);
  EXPECT_NEAR(area, swallowed + formed, 1e-3);  // everything has been eliminated by now
}

TEST(DispositionDay, the_gut_wall_forms_metabolite_of_what_it_does_not_let_pass) {
  expect_metabolite_of_the_gut(AbsorptionModel::first_order, 0, 1.4, 1e-8);
  expect_metabolite_of_the_gut(AbsorptionModel::first_order, 0, 0.15, 1e-8);  // a tenth is absorbed on the next day
  expect_metabolite_of_the_gut(AbsorptionModel::zero_order, 0, 2.5, 1e-8);
  expect_metabolite_of_the_gut(AbsorptionModel::zero_order, 0, 20, 1e-8);  // every dose runs past midnight
}

// Doses of several days share one mean behind stages: right where a dose has left them by the next one's midnight.
TEST(DispositionDay, behind_stages_the_metabolite_of_the_gut_is_that_of_the_mean_dose_on_its_way) {
  expect_metabolite_of_the_gut(AbsorptionModel::transit, 5, 1.4, 1e-6);
}

/// Area under the central compartment's and the metabolite's curve from the balance of mass against the integral.
TEST(DispositionDay, area_is_the_integral_of_the_concentration) {
  const Plan plan = plan_of(AbsorptionModel::first_order, 0, true);
  auto p = patients<1>();
  for (int day = 0; day < 4; ++day) live(plan, day, p->cohort);
  set_rates<Variant::general>(plan, 4, p->cohort);
  const auto at = [&](double t) { return amounts_at(plan, p->cohort, 0, t).central / p->cohort.today[0].volume_L; };
  const auto metabolite = [&](double t) { return metabolite_at(plan, p->cohort, 0, t).mg / kMore.metabolite_L; };
  double area = 0, of_metabolite = 0;
  constexpr int n = 4800;  // Simpson's rule, error below 1e-12
  for (int i = 0; i <= n; ++i) {
    const double weight = (i == 0 || i == n ? 1 : (i % 2 == 1 ? 4 : 2)) * 24.0 / n / 3;
    area += weight * at(24.0 * i / n);
    of_metabolite += weight * metabolite(24.0 * i / n);
  }
  for (int i = 0; i < kIntakesPerDay; ++i) p->cohort.prescription[i].put(0, {});
  take_doses<Variant::general>(plan, 4, p->cohort);
  absorb_and_eliminate<Variant::general>(plan, p->cohort);
  EXPECT_NEAR(p->cohort.exposure[0].auc_mg_h_per_L / area, 1, 1e-9);
  EXPECT_NEAR(p->disposition.metabolite[0].auc_mg_h_per_L / of_metabolite, 1, 1e-9);
}

TEST(DispositionDay, area_times_clearance_is_the_dose) {
  for (const auto& [entrance, stages] : {std::pair(AbsorptionModel::transit, 5u),
                                         {AbsorptionModel::first_order, 0u},
                                         {AbsorptionModel::zero_order, 0u}}) {
    Plan plan = plan_of(entrance, stages, entrance != AbsorptionModel::transit);
    PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
    pk.clearance_trend = pk.volume_trend = pk.absorption_trend = {0, 1};
    pk.metabolite_clearance_step = {1, 0, 0};
    auto p = patients<1>();
    for (int i = 0; i < 2; ++i) p->cohort.prescription[i].put(0, {300, 6.0 + 12 * i, 0, 0, 1, std::uint64_t{1} << 32});
    for (int day = 0; day < 200; ++day) live(plan, day, p->cohort);
    EXPECT_NEAR(p->cohort.exposure[0].auc_mg_h_per_L * 10 / (0.9 * 600), 1, 1e-10);
    if (pk.has_metabolite) {  // all of the parent drug becomes metabolite over its fraction
      EXPECT_NEAR(p->disposition.metabolite[0].auc_mg_h_per_L * 50 / (0.9 * 600), 1, 1e-10);
    }
  }
}

TEST(DispositionDay, lanes_and_a_single_patient_have_the_same_bits) {
  for (const auto& [entrance, stages] : {std::pair(AbsorptionModel::transit, 5u),
                                         {AbsorptionModel::first_order, 0u},
                                         {AbsorptionModel::zero_order, 0u}}) {
    const Plan plan = plan_of(entrance, stages, entrance != AbsorptionModel::transit);
    auto alone = patients<1>();
    auto together = patients<64>();
    for (int day = 0; day < 20; ++day) {
      live(plan, day, alone->cohort);
      live(plan, day, together->cohort);
      const Amounts a = alone->disposition.amounts[0], b = together->disposition.amounts[0];
      ASSERT_EQ(std::memcmp(&a, &b, sizeof a), 0) << day;
      const Metabolite m = alone->disposition.metabolite[0], n = together->disposition.metabolite[0];
      ASSERT_EQ(std::memcmp(&m, &n, sizeof m), 0) << day;
      ASSERT_EQ(bits_of(alone->cohort.exposure[0].auc_mg_h_per_L),
                bits_of(together->cohort.exposure[0].auc_mg_h_per_L));
    }
  }
}

TEST(DispositionDay, the_average_of_the_free_drug_drives_the_exposure_where_asked_for) {
  Plan plan = plan_of(AbsorptionModel::first_order, 0, false);
  plan.drug.pharmacokinetics.free_drug_acts = 1;
  plan.drug.pharmacokinetics.reference_free_ng_per_mL = 30;
  auto p = patients<1>();
  const Binding binding = {11752, 319};
  p->cohort.binding.put(0, binding);
  for (int day = 0; day < 9; ++day) live(plan, day, p->cohort);
  const Amounts before = p->disposition.amounts[0];
  live(plan, 9, p->cohort);
  const Rates k = p->disposition.rates[0];
  const auto free = [&](double t) {
    double mg = FirstOrder::evolve(before, k, t).central;
    for (std::uint32_t i = 0; i < plan.intakes; ++i)
      mg += contribution_of<FirstOrder>(p->cohort.intake[i][0], k, arrival(0), t).central;
    return free_concentration(1000 * mg / p->cohort.today[0].volume_L, binding);
  };
  constexpr int n = 20'000;  // the middle of each: an error below 1e-7
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += free(24 * (i + 0.5) / n);
  EXPECT_NEAR(p->cohort.relative_exposure[0].x / (sum / n / 30), 1, 1e-5);
}

}  // namespace
}  // namespace vt
