/// \file The response model with the library's own parameters, against small steps of its equations.

#include <gtest/gtest.h>

#include "kernels/people/traits.hpp"
#include "tests/reference/fine_step.hpp"
#include "tests/support/population.hpp"

namespace vt { namespace {

using namespace test;

constexpr double kNormalRatio = 0.06;  // of the library, whose immune brake has a window

/// What the scenario says of its first patients, as the reference needs it.
std::vector<reference::CmlParameters> parameters(const std::string& scenario, std::size_t patients) {
  const BuiltPlan built = build(read(scenario_path(scenario)));
  const Sampled sampled = sample_patients(built, patients);
  std::vector<reference::CmlParameters> found;
  for (std::size_t i = 0; i < patients; ++i) {
    const auto p = parameters_of<Leukaemia>(sampled, i);
    found.push_back({p.regrowth_per_day, p.kill_max_per_day, p.half_exposure, p.resistance_fold, p.clone_fold,
                     p.activation_per_day, p.deactivation_per_day, p.baseline_percent, p.immune_per_day,
                     p.immune_load_percent, built.buffer.plan().leukaemia.capacity, true, kNormalRatio});
  }
  return found;
}

TEST(Response, of_the_library_follows_its_equations_patient_by_patient) {
  for (const reference::CmlParameters& p : parameters("tops.toml", 10)) {
    const Leukaemia::Traits traits = {p.regrowth,
                                      p.kill_max,
                                      p.kappa * p.fold,
                                      p.kappa * p.fold * p.clone_fold,
                                      p.wake,
                                      p.sleep,
                                      1 / p.baseline,
                                      p.immune,
                                      1 / p.immune_load,
                                      exp(-p.wake),
                                      0};
    LeukaemiaPlan plan{};
    plan.hill = 1;
    plan.immune = kBrakeWindow;
    plan.per_normal = 1 / kNormalRatio;
    const double start = p.baseline;
    Leukaemia::State now = {start, 0.0451 * start, 1e-6 * start, 0};
    for (int day = 0; day < 180; ++day) now = respond<true>(now, traits, 1, 1, plan, 1 / p.capacity);
    const auto exact = reference::cml({start, 0.0451 * start, 1e-6 * start}, p, 1, 180);
    // Rates frozen over a day: within 1.2 % at 180 days at the fitted parameters; a brake of 0.2 a day costs more.
    EXPECT_NEAR(now.sensitive / exact[0], 1, 0.012 + 0.1 * p.immune);
    EXPECT_NEAR(now.quiescent / exact[1], 1, 0.01);
  }
}

TEST(Response, of_the_library_has_the_documented_kill_rate) {
  Scenario scenario = read(scenario_path("tops.toml"));
  remove_variability(scenario);
  const Sampled typical = sample_patients(build(scenario), 1);
  EXPECT_NEAR(parameters_of<Leukaemia>(typical, 0).kill_max_per_day, 0.1335, 1e-12);
}

}  // namespace
}  // namespace vt
