/// \file Tables in scenarios/reference.md are those of the program: those of names, which VTRIAL_UPDATE=1 writes anew,
/// and those of keys, whose last column alone is written by hand.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <map>
#include <sstream>

#include "host/plan/names/observables.hpp"
#include "host/scenario/models/model_sections.hpp"
#include "host/scenario/toml/keys.hpp"
#include "kernels/vocabulary/actions.hpp"
#include "kernels/vocabulary/distributions.hpp"
#include "kernels/vocabulary/tallies.hpp"
#include "tests/support/generated_table.hpp"

namespace vt { namespace {

using namespace test;

const std::string kReference = "scenarios/reference.md";

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
    if (!is_result_window(o.source))
      table += fmt::format("| {} | {} | {} | {} | {} |\n", o.name, o.unit, o.meaning, o.defined,
                           o.can_be_remembered ? "@" : "");
  for (const ResultWindow& one : kResultWindows)
    table += fmt::format("| {}RESULT_Nd | {} | {} | {} | @ |\n", one.prefix,
                         one.source == Source::results_within ? "1" : "its", one.meaning, one.defined);
  expect_table(kReference, "observables", table);
}

TEST(Documentation, has_every_measurement) {
  std::string table = "| measure | gives | needs |\n|---|---|---|\n";
  for (const Measurement& one : kMeasurements) {
    std::vector<std::string_view> results;
    for (const ReportedQuantity& result : kReported)
      if (result.measure == one.measure) results.push_back(result.name);
    table += fmt::format("| {} | {} | {} |\n", quoted(one.name), list(results), fmt::join(sections_of(one), " or "));
  }
  expect_table(kReference, "measures", table);
}

TEST(Documentation, has_every_action) {
  std::string table = "| `do` | further keys | does |\n|---|---|---|\n";
  for (const ActionEntry& one : kActions) {
    std::vector<std::string_view> keys;
    for (const ActionKey& key : kActionKeys)
      if (key.actions & bit_of(one.action)) keys.push_back(key.key);
    table += fmt::format("| {} | {} | {} |\n", quoted(one.name), list(keys), one.does);
  }
  expect_table(kReference, "actions", table);
}

TEST(Documentation, has_every_axis) {
  std::string table = "| axis | cells |\n|---|---|\n";
  for (const AxisEntry& one : kAxes) table += fmt::format("| {} | {} |\n", quoted(one.name), one.cells);
  expect_table(kReference, "axes", table);
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
  expect_table(kReference, "disposition models", dispositions);
  expect_table(kReference, "absorption models", absorptions);
  expect_table(kReference, "adherence models", adherences);
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
  expect_table(kReference, "distributions", table);
}

TEST(Documentation, has_what_a_level_below_the_limit_may_count_as) {
  std::string table = "| `below_limit` | a level below `assays.trough_limit` counts |\n|---|---|\n";
  for (const BelowLimitName& one : kBelowLimits)
    table += fmt::format("| {} | {}{} |\n", quoted(one.name), one.words,
                         one.meaning == BelowLimit::censored ? "; the default" : "");
  expect_table(kReference, "below_limit", table);
}

/// The cells of a table's rows, without its head.
std::vector<std::vector<std::string>> rows_of(const std::string& table) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("|")) continue;
    std::vector<std::string> cells;
    std::size_t from = 2;
    for (std::size_t bar; (bar = line.find(" |", from)) != std::string::npos; from = bar + 3)
      cells.push_back(line.substr(from, bar - from));
    rows.push_back(cells);
  }
  return rows.size() < 2 ? rows : std::vector(rows.begin() + 2, rows.end());
}

/// What the reference says of a section's keys: a line for each thing that is not so.
std::string wrong_in(const std::string& section, const std::string& table) {
  std::map<std::string, std::vector<std::string>> rows;
  for (const std::vector<std::string>& row : rows_of(table)) rows[row.at(0)] = row;
  std::string wrong;
  for (const ModelKey& key : kModelKeys) {
    if (key.section != section) continue;
    const auto found = rows.find(quoted(key.key));
    if (found == rows.end()) {
      wrong += fmt::format("{}.{} is lacking\n", section, key.key);
      continue;
    }
    const std::vector<std::string> cells = found->second;
    rows.erase(found);
    if (cells.size() != 6) {
      wrong += fmt::format("{}.{} has {} cells\n", section, key.key, cells.size());
      continue;
    }
    const std::string& fallback = cells[3];
    const std::size_t to = cells[4].find(" to ");
    const bool is_right =
        cells[1] == (key.unit.empty() ? "1" : key.unit) && cells[2] == (key.may_be_formula ? "yes" : "no") &&
        (fallback == "required") == key.required &&
        (fallback == "required" || fallback == "–" || std::isdigit(static_cast<unsigned char>(fallback[0])) == 0 ||
         std::atof(fallback.c_str()) == key.fallback) &&
        to != std::string::npos && std::atof(cells[4].c_str()) == key.low &&
        std::atof(cells[4].c_str() + to + 4) == key.high && !cells[5].empty();
    if (!is_right)
      wrong += fmt::format("{}.{} is {}, {}, {}, {} to {}\n", section, key.key, key.unit,
                           key.may_be_formula ? "formula" : "number", key.required ? "required" : "optional", key.low,
                           key.high);
  }
  for (const auto& [name, row] : rows) wrong += fmt::format("{} has no key {}\n", section, name);
  return wrong;
}

TEST(Documentation, has_every_key_of_every_model) {
  const std::string page = page_of(kReference), mark = "\n<!-- keys: ";
  std::string told;
  for (std::size_t at = page.find(mark); at != std::string::npos; at = page.find(mark, at + 1)) {
    const std::size_t names = at + mark.size(), line = page.find('\n', names) + 1;
    std::istringstream sections(page.substr(names, page.find(" -->", names) - names));
    for (std::string section; sections >> section; told += section + " ")
      EXPECT_EQ(wrong_in(section, page.substr(line, page.find("<!-- end -->", line) - line)), "");
  }
  for (const ModelKey& key : kModelKeys)
    EXPECT_NE((" " + told).find(fmt::format(" {} ", key.section)), std::string::npos) << key.section;
}

TEST(Documentation, has_every_kind_of_test) {
  const std::string page = page_of(kReference), mark = "<!-- names: analyses -->\n";
  const std::size_t at = page.find(mark) + mark.size();
  std::vector<std::string> told, known;
  for (const auto& row : rows_of(page.substr(at, page.find("<!-- end -->", at) - at))) told.push_back(row.at(0));
  for (const TestKindEntry& one : kTestKinds) known.push_back(quoted(one.name));
  EXPECT_EQ(told, known);
}

TEST(Documentation, of_keys_is_seen_to_be_wrong) {
  const std::string page = page_of(kReference), mark = "<!-- keys: tumour -->\n";
  const std::size_t at = page.find(mark) + mark.size();
  std::string table = page.substr(at, page.find("<!-- end -->", at) - at);
  ASSERT_EQ(wrong_in("tumour", table), "");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = table;
    changed.replace(changed.find(from), from.size(), to);
    return wrong_in("tumour", changed);
  };
  EXPECT_NE(with("0 to 10", "0 to 11"), "");
  EXPECT_NE(with("1/day", "1/h"), "");
  EXPECT_NE(with("required", "1"), "");
  EXPECT_NE(with("`kill`", "`cure`"), "");
}

}}  // namespace vt
