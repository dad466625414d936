#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "host/scenario/tallies/read_targets.hpp"
#include "host/scenario/toml/language.hpp"
#include "tests/unit/host/scenario/sample.hpp"

namespace vt { namespace {

std::string in_language(const std::string& language) { return "language = " + language + "\n" + sample::text(); }

TEST(Language, of_this_program_is_read) {
  const sample::Reading reading = sample::read(in_language(std::to_string(kLanguage)));
  EXPECT_TRUE(reading.problems.empty()) << sample::join(reading.problems);
}

TEST(Language, newer_than_the_program_is_refused_once_and_nothing_else_is_said) {
  const sample::Reading reading = sample::read(in_language(std::to_string(kLanguage + 1)) + "\nunheard_of = 1\n");
  ASSERT_EQ(reading.problems.size(), 1u) << sample::join(reading.problems);
  EXPECT_EQ(reading.problems[0].text,
            fmt::format("s.toml is written in language {} (this program reads language {}); take a newer vtrial",
                        kLanguage + 1, kLanguage));
  EXPECT_EQ(reading.problems[0].where.line, 1);
}

TEST(Language, is_a_whole_number) {
  for (const char* language : {"\"1\"", "0", "-1", "1.0"}) {
    const sample::Reading reading = sample::read(in_language(language));
    ASSERT_EQ(reading.problems.size(), 1u) << language << "\n" << sample::join(reading.problems);
    EXPECT_NE(reading.problems[0].text.find("write language = 1"), std::string::npos) << reading.problems[0].text;
  }
}

TEST(Language, of_target_files_is_the_same) {
  const std::string path = testing::TempDir() + "language_targets.toml";
  for (const int language : {kLanguage, kLanguage + 1}) {
    std::ofstream(path) << "language = " << language << R"(
[[target]]
name = "a"
tally = "t"
statistic = "mean"
value = 1
within = "5 %"
kind = "predicted"
source = "s"
)";
    Problems problems;
    const TargetFile file = read_targets(path, problems);
    EXPECT_EQ(file.targets.size(), language == kLanguage ? 1u : 0u);
    EXPECT_EQ(problems.empty(), language == kLanguage);
  }
}

}  // namespace
}  // namespace vt
