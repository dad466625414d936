#include <fstream>

#include <gtest/gtest.h>

#include "host/scenario/tallies/read_targets.hpp"
#include "tests/unit/host/scenario/sample.hpp"

namespace vt { namespace {

struct Reading {
  TargetFile file;
  std::vector<Problem> problems;
};

/// A file with one row that has these lines, too.
Reading read(const std::string& lines) {
  const std::string path = testing::TempDir() + "targets.toml";
  std::ofstream(path) << R"([[target]]
name = "a"
tally = "trough"
where = { arm = "A" }
statistic = "sd"
low = 0
kind = "predicted"
source = "s"
)" << lines;
  Problems problems;
  Reading reading{read_targets(path, problems), {}};
  reading.problems = problems.sorted();
  return reading;
}

TEST(Targets, TakeTheOtherSideOfARatioFromTheSameCellUnlessItIsNamed) {
  const Reading cv = read(R"(over = { statistic = "mean" })");
  ASSERT_TRUE(cv.problems.empty()) << sample::join(cv.problems);
  EXPECT_EQ(cv.file.targets[0].over.statistic, "mean");
  EXPECT_EQ(to_string(cv.file.targets[0].over.where), "arm = A");
  const Reading pooled = read(R"(minus = { tally = "peak", where = {} })");
  ASSERT_TRUE(pooled.problems.empty()) << sample::join(pooled.problems);
  EXPECT_TRUE(pooled.file.targets[0].minus.where.empty());
  EXPECT_EQ(pooled.file.targets[0].minus.tally, "peak");
  EXPECT_EQ(to_string(read(R"(over = { arm = "B" })").file.targets[0].over.where), "arm = B");
}

TEST(Targets, RefuseSidesThatSayNothingOrTooMuch) {
  const std::pair<const char*, const char*> refusals[] = {
      {R"(over = { statistic = "modus" })", "target[1].over.statistic 'modus' is no statistic"},
      {R"(over = { run = "b" })", "target[1].over.run names a run (here there is one trial); take it away"},
      {R"(over = { where = {} })", "target[1].over names nothing"},
      {R"(over = {})", "target[1].over is empty (it has two sides)"},
      {R"(over = "B")", "target[1].over is not a table"},
      {R"(over = { statistic = "mean", arm = "B" })", "arm"},
      {"over = { arm = \"B\" }\nminus = { arm = \"B\" }", "target[1].minus stands beside over"},
      {"over = { arm = \"B\" }\nspread = \"visit\"", "target[1].spread stands beside over or minus"},
      {R"(run = "b")", "run"},
  };
  for (const auto& [lines, text] : refusals) {
    const Reading reading = read(lines);
    ASSERT_EQ(reading.problems.size(), 1u) << lines << "\n" << sample::join(reading.problems);
    EXPECT_NE(reading.problems[0].text.find(text), std::string::npos) << reading.problems[0].text;
    EXPECT_GE(reading.problems[0].where.line, 9);
  }
}

}  // namespace
}  // namespace vt
