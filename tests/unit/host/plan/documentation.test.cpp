/// \file Tables of names in scenarios/reference.md are those of the program. VTRIAL_UPDATE=1 writes them anew.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "host/plan/names/observables.hpp"
#include "kernels/vocabulary/actions.hpp"
#include "kernels/vocabulary/distributions.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void expect_table(const std::string& name, const std::string& table) {
  const std::string path = source_dir() + "/scenarios/reference.md",
                    mark = fmt::format("<!-- generated: {} -->\n", name);
  std::string page = text_of(path);
  const std::size_t mark_at = page.find(mark), begin = mark_at + mark.size(), end = page.find("<!-- end -->", begin);
  ASSERT_TRUE(mark_at != std::string::npos && end != std::string::npos) << name;
  if (std::getenv("VTRIAL_UPDATE") != nullptr) {
    page.replace(begin, end - begin, table);
    std::ofstream(path) << page;
    return;
  }
  EXPECT_EQ(page.substr(begin, end - begin), table) << "VTRIAL_UPDATE=1 writes it anew";
}

std::string quoted(std::string_view name) { return name.empty() ? "" : fmt::format("`{}`", name); }

/// "`a`, `b`"
std::string list(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "" : ", ") + quoted(name);
  return text;
}

TEST(Documentation, has_every_observable) {
  std::string table = "| name | unit | meaning | defined | |\n|---|---|---|---|---|\n";
  for (const ObservableName& o : observable_names())
    table += fmt::format("| {} | {} | {} | {} | {} |\n", o.name, o.unit, o.meaning, o.defined,
                         o.can_be_remembered ? "@" : "");
  expect_table("observables", table);
}

TEST(Documentation, has_every_measurement) {
  std::string table = "| measure | gives | needs |\n|---|---|---|\n";
  for (const Measurement& one : kMeasurements) {
    std::vector<std::string_view> results;
    for (const ReportedQuantity& result : kReported)
      if (result.measure == one.measure) results.push_back(result.name);
    table += fmt::format("| {} | {} | {} |\n", quoted(one.name), list(results), one.needs);
  }
  expect_table("measures", table);
}

TEST(Documentation, has_every_action) {
  std::string table = "| `do` | further keys | does |\n|---|---|---|\n";
  for (const ActionEntry& one : kActions) {
    std::vector<std::string_view> keys;
    for (const ActionKey& key : kActionKeys)
      if (key.actions & bit_of(one.action)) keys.push_back(key.key);
    table += fmt::format("| {} | {} | {} |\n", quoted(one.name), list(keys), one.does);
  }
  expect_table("actions", table);
}

TEST(Documentation, has_every_axis) {
  std::string table = "| axis | cells |\n|---|---|\n";
  for (const AxisEntry& one : kAxes) table += fmt::format("| {} | {} |\n", quoted(one.name), one.cells);
  expect_table("axes", table);
}

/// The keys of a table that scenarios need beside a model.
template <std::size_t N, class Model>
std::string needed(const KeyOfModels (&keys)[N], Model model) {
  std::vector<std::string_view> names;
  for (const KeyOfModels& key : keys)
    if (key.is_needed && goes_with(key, model)) names.push_back(key.key);
  return list(names);
}

TEST(Documentation, has_every_model_of_a_drug) {
  std::string dispositions = "| `model` | the body has | needs |\n|---|---|---|\n", absorptions, adherences;
  for (const DispositionEntry& one : kDispositionModels)
    dispositions += fmt::format("| {} | {} | {} |\n", quoted(one.name), one.has, needed(kDispositionKeys, one.model));
  absorptions = "| `absorption` | a dose enters | needs |\n|---|---|---|\n";
  for (const AbsorptionEntry& one : kAbsorptionModels)
    absorptions += fmt::format("| {} | {} | {} |\n", quoted(one.name), one.enters, needed(kAbsorptionKeys, one.model));
  adherences = "| model | a dose is missed | needs |\n|---|---|---|\n";
  for (const AdherenceEntry& one : kAdherenceModels)
    adherences += fmt::format("| {} | {} | {} |\n", quoted(one.name), one.misses, needed(kAdherenceKeys, one.model));
  expect_table("disposition models", dispositions);
  expect_table("absorption models", absorptions);
  expect_table("adherence models", adherences);
}

TEST(Documentation, has_every_distribution) {
  std::string table = "| distribution | keys | truncated by `min`, `max` |\n|---|---|---|\n";
  for (const DistributionEntry& one : kDistributions) {
    std::vector<std::string_view> keys;
    for (const DistributionParameter& parameter : {one.first, one.second})
      if (!parameter.key.empty()) keys.push_back(parameter.key);
    if (one.distribution == Distribution::categorical) keys = {"values", "probabilities"};
    table += fmt::format("| {} | {} | {} |\n", quoted(one.name), list(keys), one.may_be_truncated ? "yes" : "no");
  }
  expect_table("distributions", table);
}

}}  // namespace vt
