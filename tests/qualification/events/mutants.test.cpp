/// \file Named mutants: who has which, and what resists.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

/// A trial of one visit on the mutants of the library, with this text behind it.
Scenario with(const std::string& text, const std::vector<std::string>& set = {}) {
  const auto path = std::filesystem::temp_directory_path() / "vtrial_mutants.toml";
  std::ofstream(path) << "base = [\"" << scenario_path("tops.toml") << "\", \""
                      << scenario_path("library/disease/bcr_abl1_mutants.toml") << "\"]\n[trial]\npatients = 4000\n"
                      << text << "\n[[tally]]\nname = \"mutant\"\nscore = \"1\"\nat = \"dose_review\"\n"
                      << "by = [\"visit\", \"bins(mutant, 1.5, 2.5, 6.5, 7.5)\"]\n";
  return read(path.string(), set);
}

/// Shares of M351T, G250E, the next four, T315I, the rest at the first visit.
std::array<double, 5> shares(const Scenario& scenario) {
  const Results results = simulate(scenario);
  const ResultTally& found = tally(results, "mutant");
  std::array<double, 5> n{};
  double sum = 0;
  for (std::size_t i = 0; i < n.size(); ++i) {
    n[i] = value(results, "mutant", "n", {{"visit", "month 1"}, {found.axes[1].name, found.axes[1].labels[i]}});
    sum += n[i];
  }
  for (double& share : n) share /= sum;
  return n;
}

TEST(Mutants, are_drawn_by_their_weights) {
  const std::array<double, 5> expected = {0.14, 0.13, 0.40, 0.12, 0.21}, found = shares(with(""));
  for (std::size_t i = 0; i < found.size(); ++i)  // false alarm 1 in 16,000 each
    EXPECT_NEAR(found[i], expected[i], 4 * std::sqrt(expected[i] * (1 - expected[i]) / 3500)) << i;
}

TEST(Mutants, are_chosen_by_name) {
  const auto found =
      shares(with("[mutants]\nmixture = { T315I = 3, G250E = 1 }\nsource = \"a\"\nbasis = \"assumed\"\n"));
  EXPECT_NEAR(found[1], 0.25, 4 * std::sqrt(0.25 * 0.75 / 3500));
  EXPECT_NEAR(found[3], 0.75, 4 * std::sqrt(0.25 * 0.75 / 3500));
}

TEST(Mutants, resist_by_their_fold) {
  const std::string only = "[mutants]\nmixture = { M351T = 1 }\nsource = \"a\"\nbasis = \"assumed\"\n";
  const auto clone = [](const Scenario& scenario) {
    RunOptions options;
    options.keep_records = true;
    double sum = 0;
    for (const Record& row : records(simulate(scenario, options))) {
      const double percent = recorded<Leukaemia>(row.models).clone;
      sum += percent > 0 ? std::log(percent) : 0;
    }
    return sum;
  };
  const double by_name = clone(with(only));
  Scenario by_number = with(only);
  by_number.model<Leukaemia>().entries["clone_fold"].formula = "";
  by_number.model<Leukaemia>().entries["clone_fold"].number = 2.5;
  EXPECT_EQ(by_name, clone(by_number));
  EXPECT_GT(clone(with("[mutants]\nmixture = { T315I = 1 }\nsource = \"a\"\nbasis = \"assumed\"\n")), by_name + 100);
}

}  // namespace
}  // namespace vt
