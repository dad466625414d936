/// \file Quantile groups of values of any size have equal shares, through the whole program.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "tests/support/plain_trial.hpp"
#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

constexpr int kPatients = 20000;

std::string trial(const std::string& axis, const std::string& more) {
  return fmt::format(R"toml([trial]
seed = 3
patients = {}
duration = "2 day"
{}
[[tally]]
name = "t"
score = "1"
at = "end"
by = ["{}"]
)toml",
                     kPatients, more, axis) +
         kPlainPk + kPlainArm;
}

std::string covariate(const std::string& distribution) {
  return "[[covariate]]\nname = \"x\"\nsource = \"test\"\nbasis = \"assumed\"\n" + distribution + "\n";
}

/// Shares of the patients, by group; "not measured" is the last one.
std::vector<double> shares(const std::string& axis, const std::string& more) {
  const ScenarioFile file(trial(axis, more));
  const Results results = simulate(read(file.path()));
  std::vector<double> all;
  for (const std::int64_t patients : tally(results, "t").randomised)
    all.push_back(static_cast<double>(patients) / kPatients);
  return all;
}

/// A group ends within half a bin, 1/64 of an octave, on either side: the widest holds 2 % of the patients.
void expect_equal_groups(const std::string& axis, const std::string& more, int groups, double error = 0.02) {
  const std::vector<double> found = shares(axis, more);
  ASSERT_EQ(found.size(), groups + 1u) << axis;
  for (int g = 0; g < groups; ++g) EXPECT_NEAR(found[static_cast<std::size_t>(g)], 1.0 / groups, error) << axis << more;
}

std::string refusal(const std::string& axis, const std::string& more) {
  try {
    const ScenarioFile file(trial(axis, more));
    (void)build(read(file.path()));
  } catch (const ScenarioError& error) {
    return to_string(error.problems().at(0));
  }
  return "";
}

TEST(QuantileGroups, of_covariates_of_any_size) {
  for (const char* distribution :
       {"distribution = \"beta\"\na = 2\nb = 30", "distribution = \"uniform\"\nlow = 0\nhigh = 0.2",
        "distribution = \"lognormal\"\nmedian = 1e-9\nsd_log = 0.5",
        "distribution = \"lognormal\"\nmedian = 1e12\nsd_log = 2", "distribution = \"normal\"\nmean = 70\nsd = 12",
        "distribution = \"normal\"\nmean = 0\nsd = 1\nmin = 0.001",
        "distribution = \"lognormal\"\nmedian = \"exp(-20)\"\nsd_log = 0.5\nmin = 1e-12\nmax = 1e-6"}) {
    expect_equal_groups("quartile(x)", covariate(distribution), 4);
    expect_equal_groups("tertile(x)", covariate(distribution), 3);
  }
}

// Beyond 1.6e4 the logarithm falls off within 1/9.7, a bin has 1/64 of it: the widest of these holds 15 % of the
// patients, and a group ends within half of that on either side.
TEST(QuantileGroups, of_covariates_far_from_their_median) {
  for (const char* distribution : {"distribution = \"lognormal\"\nmedian = 1e-6\nsd_log = 4\nmin = 0.02",
                                   "distribution = \"lognormal\"\nmedian = 1\nsd_log = 1\nmin = 1.6e4",
                                   "distribution = \"lognormal\"\nmedian = 1\nsd_log = 1\nmax = 1.1e-4",
                                   "distribution = \"lognormal\"\nmedian = 1\nsd_log = 3\nmin = 1e5",
                                   "distribution = \"lognormal\"\nmedian = \"exp(-20)\"\nsd_log = 0.5\nmin = 1e-9"})
    for (const char* axis : {"quartile(x)", "tertile((x))"})
      expect_equal_groups(axis, covariate(distribution), axis[0] == 'q' ? 4 : 3, 0.15);
}

// Bins of a 64th of an octave are too wide for what lies so close together: all are counted all the same.
TEST(QuantileGroups, of_values_next_to_each_other_count_everybody) {
  for (const char* distribution : {"distribution = \"normal\"\nmean = 0\nsd = 1\nmin = 33",
                                   "distribution = \"normal\"\nmean = 100\nsd = 1\nmax = 40",
                                   "distribution = \"normal\"\nmean = 100\nsd = 1\nmax = 5"}) {
    const std::vector<double> found = shares("quartile(x)", covariate(distribution));
    EXPECT_EQ(std::accumulate(found.begin(), found.end() - 1, 0.0), 1.0) << distribution;
  }
}

TEST(QuantileGroups, of_values_below_zero_are_refused) {
  const std::string normal = covariate("distribution = \"normal\"\nmean = 0\nsd = 1");
  EXPECT_NE(refusal("quartile(x)", normal).find("bins lie above 0"), std::string::npos)
      << refusal("quartile(x)", normal);
  expect_equal_groups("quartile(x + 4.5)", normal, 4);
}

TEST(QuantileGroups, over_a_range_that_is_given) {
  const std::string tiny = covariate("distribution = \"lognormal\"\nmedian = 1e-6\nsd_log = 0.5");
  expect_equal_groups("quartile(2*x, 1e-8, 1e-3)", tiny, 4);
  EXPECT_NE(refusal("quartile(x, 0, 1)", tiny).find("two numbers above 0"), std::string::npos);
}

// A load that falls by powers of ten: what a measured value, its lowest and its droplets have for a range is one entry.
TEST(QuantileGroups, of_every_measured_load) {
  const std::string disease = R"toml([response]
model = "cml_clones"
regrowth = "0.001 1/day"
kill_max = "0.3 1/day"
half_exposure = 1
activation = "0.001 1/day"
deactivation = "0.001 1/day"
baseline = { formula = "1e-4*exp(2*eta.B)", unit = "%" }
quiescent_ratio = 1
source = "test"
basis = "assumed"
[[random_effect]]
name = "B"
sd = 1
source = "test"
basis = "assumed"
[assays]
ddpcr_copies = 1e9
source = "test"
basis = "assumed"
[[visit]]
name = "v"
at = ["day 1"]
measure = ["bcr_abl", "ddpcr"]
)toml";
  for (const char* name : {"bcr_abl_is", "lowest_bcr_abl_is", "highest_bcr_abl_is", "ddpcr_is", "lowest_ddpcr_is"})
    expect_equal_groups(fmt::format("quartile({})", name), disease, 4);
}

}}  // namespace vt
