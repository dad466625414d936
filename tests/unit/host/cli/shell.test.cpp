#include "host/cli/shell.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>

namespace vt { namespace {

/// What bash makes of a word.
std::string read_by_bash(const std::string& word) {
  const std::string script = testing::TempDir() + "quoted.sh";
  std::ofstream(script) << "printf %s " << word;
  std::FILE* out = popen(("bash '" + script + "'").c_str(), "r");
  std::string text;
  std::array<char, 256> part{};
  while (const std::size_t n = std::fread(part.data(), 1, part.size(), out)) text.append(part.data(), n);
  EXPECT_EQ(pclose(out), 0) << word;
  return text;
}

TEST(ShellQuoted, leaves_plain_words) {
  for (const char* word : {"run", "scenarios/tops.toml", "--patients", "1e5", "--set", "trial.seed=7", "a-b_c.h5"})
    EXPECT_EQ(shell_quoted(word), word);
}

TEST(ShellQuoted, quotes_what_a_shell_would_change) {
  EXPECT_EQ(shell_quoted(""), "''");
  EXPECT_EQ(shell_quoted("trial.duration=6 month"), "'trial.duration=6 month'");
  EXPECT_EQ(shell_quoted("arm.'400 mg'.share=2"), R"('arm.'\''400 mg'\''.share=2')");
  EXPECT_EQ(shell_quoted("two\nlines"), R"($'two\012lines')");
  EXPECT_EQ(shell_quoted("\xff"), R"($'\377')");
}

TEST(ShellQuoted, comes_back_from_bash_as_it_was) {
  for (const char* text : {"a b", "$HOME", "`x`", "~", "*", "a;b", "'", "\"", "\\", "a'b\nc\\d", "größe µg", "\xc3",
                           "it's\t\xfe", "!x", "#c", "=ls", "{a,b}", "a\\'", "\x01\x7f"})
    EXPECT_EQ(read_by_bash(shell_quoted(text)), text);
}

}}  // namespace vt
