// Names of the user's beside those that the results file gives to its own tables: a covariate called time or threshold
// once ended a run of hours with nothing written, or with a file that nobody could read.
#include <gtest/gtest.h>
#include <hdf5.h>

#include <algorithm>

#include "output/hdf5/handle.hpp"
#include "output/hdf5/names.hpp"
#include "output/hdf5/results_file.hpp"
#include "tests/support/population.hpp"

namespace vt::test { namespace {

constexpr const char* kMore = "by = [\"bins(NAME, 5)\", \"quartile(NAME)\"]\n";
constexpr const char* kMoreByArm = "by = [\"arm\", \"bins(NAME, 5)\", \"quartile(NAME)\"]\n";  // it has contrasts

struct Tally {
  ResultKind kind;
  const char* trial;
  std::string text;
};
const Tally kTallies[] = {
    {find_result_kind("proportion"), "patients = 20", "score = \"day > 0\"\nat = \"v\"\n"},
    {find_result_kind("number"), "patients = 20",
     "score = \"trough_true\"\nrange = [\"1 ng/mL\", \"10000 ng/mL\"]\nthresholds = [\"1000 ng/mL\"]\nat = \"v\"\n"},
    {find_result_kind("time_to_event"), "patients = 20", "kind = \"time_to_event\"\nevent = \"ev\"\n"},
    {find_result_kind("paired"), "patients = 20\nallocation = \"counterfactual\"",
     "pair = [\"one\", \"two\"]\nscore = \"day > 0\"\n"},
};

std::string with_name(std::string text, const std::string& name) {
  for (std::size_t at = 0; (at = text.find("NAME", at)) != std::string::npos; at += name.size())
    text.replace(at, 4, name);
  return text;
}

/// A trial with one tally of this kind over two axes made of a covariate of this name, of shares by arm, too.
std::string trial_with(const Tally& tally, const std::string& name) {
  return with_name(
      trial_around("[[covariate]]\nname = \"NAME\"\ndistribution = \"uniform\"\nlow = 0\nhigh = 10\nsource = "
                   "\"t\"\nbasis = \"assumed\"\n"
                   "[[visit]]\nname = \"v\"\nat = [\"day 1\", \"day 2\"]\nmeasure = []\n"
                   "[[event]]\nname = \"ev\"\nhazard = \"0.5\"\nsource = \"t\"\nbasis = \"assumed\"\n"
                   "[[arm]]\nname = \"two\"\nregimen = { dose = \"200 mg\", every = \"24 h\" }\n"
                   "[[tally]]\nname = \"t\"\n" +
                       tally.text + (tally.kind == find_result_kind("proportion") ? kMoreByArm : kMore),
                   tally.trial),
      name);
}

std::size_t datasets_of_tally(const std::string& bytes) {
  const hdf5::Quiet quiet;
  const std::size_t content = bytes.rfind("\nvtrial sha256 ");
  const std::string image = bytes.substr(0, content);
  const hdf5::Image file(image);
  const hdf5::Handle group = hdf5::open_group(hdf5::open_group(file, "tallies"), "t");
  H5G_info_t info;
  H5Gget_info(group, &info);
  return info.nlinks;
}

TEST(ResultsNames, AreThoseOfTheTable) {
  for (const Tally& tally : kTallies) {
    const Results results = simulate(scenario_of(trial_with(tally, "age")));
    std::size_t datasets = schema::tally_datasets(tally.kind).size();
    for (const ResultAxis& axis : results.tallies.at(0).axes) datasets += schema::axis_datasets(axis).size();
    EXPECT_EQ(datasets_of_tally(results_file_bytes(results)), datasets) << to_string(tally.kind);
  }
}

TEST(ResultsNames, OfTablesCanBeNamesOfCovariates) {
  for (const Tally& tally : kTallies) {
    std::vector<std::string> names = schema::tally_datasets(tally.kind);
    for (const std::string name : {"events", "time", "mean", "median", "threshold", "visit", "units", "axes"})
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    for (const std::string& name : names) {
      Problems problems;
      const std::string text = trial_with(tally, name);
      const auto scenario = read_from(Files{{"s.toml", text}}, problems);
      ASSERT_TRUE(scenario && problems.empty()) << name;
      const Results written = simulate(*scenario);
      const Results read = parse_results_file(results_file_bytes(written), "x.h5");
      EXPECT_EQ(content_hash(read), content_hash(written)) << name;
      EXPECT_EQ(read.tallies.at(0).axes.size(), written.tallies.at(0).axes.size()) << name;
      EXPECT_GE(read.tallies.at(0).axes.size(), 2u) << name;
      for (const ResultAxis& axis : read.tallies[0].axes)
        for (const std::string& table : schema::tally_datasets(tally.kind)) EXPECT_NE(axis.name, table);
    }
  }
}

TEST(ResultsNames, AnAxisThatIsStoredUnderAnotherNameSaysSo) {
  Problems problems;
  const auto scenario = read_from(Files{{"s.toml", trial_with(kTallies[2], "time")}}, problems);
  const auto built = build_plan(*scenario, problems);
  ASSERT_TRUE(built && problems.empty());
  EXPECT_EQ(built->tallies.at(0).axes.at(0).name, "time_1");
  EXPECT_EQ(problems.sorted_notes().at(0).text.substr(0, 66),
            "the axis bins(time, 5) of tally 't' is called time_1 in the result");
}

TEST(ResultsNames, OfOneAxisAreNotThoseOfAnother) {  // age_low: the lower limits of quartile(age)
  std::string text = trial_with(kTallies[0], "age");
  text +=
      "[[covariate]]\nname = \"age_low\"\ndistribution = \"uniform\"\nlow = 0\nhigh = 1\nsource = \"t\"\nbasis = "
      "\"assumed\"\n[[tally]]\nname = \"u\"\nscore = \"day > 0\"\nat = \"v\"\n"
      "by = [\"quartile(age)\", \"bins(age_low, 0.5)\", \"bins(age_low, 0.1000000001, 0.1000000002)\"]\n";
  const Results read = parse_results_file(results_file_bytes(simulate(scenario_of(text))), "x.h5");
  EXPECT_EQ(tally(read, "u").axes[1].name, "age_low_2");
  std::vector<std::string> labels = tally(read, "u").axes[2].labels;
  std::ranges::sort(labels);
  EXPECT_EQ(std::ranges::adjacent_find(labels), labels.end());
}

TEST(ResultsNames, ThatNoFileCanHoldAreRefused) {
  const std::string arm = "regimen = { dose = \"1 mg\", every = \"24 h\" }\n";
  const std::string tally =
      "score = \"day > 0\"\nat = \"v\"\n[[visit]]\nname = \"v\"\nat = [\"day 1\"]\nmeasure = []\n";
  const std::string column = "[[column]]\nname = \"y\"\nvalue = \"day\"\n";
  const std::string logistic = "kind = \"logistic\"\nresponse = \"y\"\n";
  const std::pair<std::string, std::string> refused[] = {
      {"[record]\npatients = 1\ndaily = [\"day\"]\n", "record.daily names 'day'"},
      {"[[analysis]]\nname = \"a/b\"\n" + logistic + column, "results are stored under this name"},
      {"[[analysis]]\nname = \".a\"\n" + logistic + column, "results are stored under this name"},
      {"[[analysis]]\nname = \"a\"\n" + logistic + "covariates = [\"intercept\"]\n" + column +
           "[[column]]\nname = \"intercept\"\nvalue = \"day\"\n",
       "two terms called 'intercept'"},
      {"[[tally]]\nname = \"a/b\"\n" + tally, "results are stored under this name"},
      {"[[tally]]\nname = \"x \"\n" + tally, "begins or ends with a blank"},
      {"[[tally]]\nname = \"x\\u0000y\"\n" + tally, "control character"},
      {"[[tally]]\nname = \"" + std::string(201, 'x') + "\"\n" + tally, "longer than 200 bytes"},
      {"[[tally]]\nname = \"\"\n" + tally, "has no name"},
      {"[[arm]]\nname = \"a\\nb\"\n" + arm, "control character"},
      {"[[arm]]\nname = \"'a\\\"\"\n" + arm, "both kinds of quotes"},
      {"title = \"a\\u0000b\"\n", "NUL character"},
  };
  for (const auto& [text, problem] : refused) {
    const std::string problems = problems_of(trial_around(text));
    EXPECT_NE(problems.find(problem), std::string::npos) << text << problems;
  }
}

}}  // namespace vt::test
