// A CSV file: patients, or, where its first line is "#doses", dose records. Read into a small trial, which is run.
#include "host/scenario/read_scenario.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/small_run.hpp"

namespace {

constexpr std::string_view kTrial = R"toml(
[trial]
patients = 3
duration = "4 day"
[pk]
model = "one_compartment"
absorption = "first_order"
clearance = { formula = "10*(weight_kg/70)^0.75*exp(eta.CL)", unit = "L/h" }
volume = "250 L"
absorption_rate = "1 1/h"
source = "test"
basis = "assumed"
[[covariate]]
name = "weight_kg"
distribution = "normal"
mean = 70
sd = 10
low = 40
high = 110
source = "test"
basis = "assumed"
[[parameter]]
name = "target"
value = "1000 ng/mL"
source = "test"
basis = "assumed"
[[random_effect]]
name = "CL"
sd = 0.3
source = "test"
basis = "assumed"
[[arm]]
name = "one"
regimen = { dose = "400 mg", every = "24 h" }
[[visit]]
name = "v"
at = ["day 3"]
measure = ["trough"]
[[tally]]
name = "trough"
score = "trough"
range = ["1 ng/mL", "100000 ng/mL"]
at = "v"
by = ["arm"]
[population]
)toml";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view doses = "#doses\n";
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const bool is_doses = text.starts_with(doses);
  if (is_doses) text.remove_prefix(doses.size());
  const std::string asks = is_doses ? "dose_records = \"t.csv\"\n" : "table = \"t.csv\"\ndraw = \"with replacement\"\n";
  const vt::fuzz::Files files{{"s", std::string(kTrial) + asks}, {"t.csv", std::string(text)}};
  vt::Problems problems;
  const std::optional<vt::Scenario> scenario = vt::read_scenario("s", {}, vt::fuzz::texts_of(files), problems);
  vt::fuzz::require(scenario.has_value() || !problems.empty(), "a scenario or a problem");
  std::optional<vt::BuiltPlan> built;
  if (scenario && problems.empty()) built = vt::build_plan(*scenario, problems);
  vt::fuzz::require(built.has_value() == problems.empty(), "a plan or a problem");
  vt::fuzz::require_readable(problems);
  if (built) vt::fuzz::require(vt::fuzz::small_run(std::move(*built)).has_value(), "the trial stays small");
  return 0;
}
