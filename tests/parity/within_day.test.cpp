/// \file Peaks and hours above a threshold of all kinds of patients: one by one they have the bits that they have
/// beside others. A point that is looked at once more for a neighbour's sake must come out as before.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/parity/one_lane.hpp"
#include "tests/support/scenario_file.hpp"

namespace vt { namespace {

using namespace test;

/// The last day's peak and hours above are columns of the trial table, so that rows hold their bits.
std::string trial(const std::string& pk, int patients) {
  return fmt::format(R"toml([trial]
seed = 7
patients = {}
duration = "6 day"
[adherence]
model = "bernoulli"
taken = 0.8
jitter_sd = "1.5 h"
source = "test"
basis = "assumed"
[pk]
threshold = "300 ng/mL"
source = "test"
basis = "assumed"
clearance = {{ formula = "12*exp(eta.CL)", unit = "L/h" }}
volume = {{ formula = "150*exp(eta.V)", unit = "L" }}
{}
[[random_effect]]
name = "CL"
sd = 1
source = "test"
basis = "assumed"
[[random_effect]]
name = "V"
sd = 1
source = "test"
basis = "assumed"
[[random_effect]]
name = "A"
sd = 1.5
source = "test"
basis = "assumed"
[[arm]]
name = "a"
regimen = {{ dose = "400 mg", every = "12 h" }}
[[column]]
name = "top"
value = "peak"
[[column]]
name = "hours"
value = "hours_above"
[[column]]
name = "is_high"
value = "peak > 1000"
[[analysis]]
name = "any"
kind = "logistic"
response = "is_high"
covariates = ["top", "hours"]
[[tally]]
name = "everybody"
score = "1"
at = "end"
)toml",
                     patients, pk);
}

const std::string kTwo = R"toml(model = "two_compartments"
intercompartmental_clearance = { formula = "8*exp(eta.A)", unit = "L/h" }
peripheral_volume = "200 L"
)toml";
const std::string kDepot = R"toml(absorption = "first_order"
absorption_rate = { formula = "0.7*exp(eta.A)", unit = "1/h" }
)toml";
const std::string kInfusion = R"toml(absorption = "zero_order"
absorption_duration = { formula = "min(3*exp(eta.A), 12)", unit = "h" }
)toml";

template <Variant variant>
void expect_no_neighbours(const std::string& pk) {
  constexpr int patients = 3000;
  const ScenarioFile file(trial(pk, patients));
  const BuiltPlan built = build(read(file.path()));
  const Plan& plan = built.buffer.plan();
  ASSERT_EQ(plan.drug.pharmacokinetics.variant, variant);
  expect_equal(one_by_one<variant>(plan, patients), in_lanes(plan, patients));
}

TEST(WithinDay, has_no_neighbours_in_one_compartment) {
  expect_no_neighbours<Variant::first_order>("model = \"one_compartment\"\n" + kDepot);
  expect_no_neighbours<Variant::zero_order>("model = \"one_compartment\"\n" + kInfusion);
}

TEST(WithinDay, has_no_neighbours_in_two_compartments) {
  expect_no_neighbours<Variant::general>(kTwo + kDepot);
  expect_no_neighbours<Variant::general>(kTwo + kInfusion);
}

TEST(WithinDay, has_no_neighbours_behind_transit_stages) {
  expect_no_neighbours<Variant::general>(kTwo + R"toml(absorption = "transit"
transit_stages = 4
transit_rate = { formula = "4*exp(0.5*eta.A)", unit = "1/h" }
absorption_rate = "1.2 1/h"
)toml");
}

}}  // namespace vt
