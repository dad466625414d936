#include "host/scenario/toml/toml_reader.hpp"

#include <gtest/gtest.h>

#include "tests/unit/host/scenario/sample.hpp"

namespace vt { namespace {

std::string problems_of(const std::string& text) {
  Problems problems;
  const bool was_read = read_toml(text, "f", problems).has_value();
  EXPECT_EQ(was_read, problems.empty());
  return sample::join(problems.sorted());
}

TEST(TomlReader, KeepsOrderAndPlaces) {
  Problems problems;
  const auto tree = read_toml("b = 1\na.x = \"é\" # ä\n\n[c]\n  d = [1.5,\n true]\n[[e]]\n[[e]]\n", "f", problems);
  ASSERT_TRUE(tree);
  ASSERT_EQ(tree->entries.size(), 4u);
  EXPECT_EQ(tree->entries[0].key, "b");
  EXPECT_EQ(tree->entries[1].key, "a");
  const Node& d = *tree->find("c")->find("d");
  EXPECT_EQ(d.where.line, 5);
  EXPECT_EQ(d.where.column, 7);
  EXPECT_EQ(d.items[0].number, 1.5);
  EXPECT_EQ(d.items[1].where.line, 6);
  EXPECT_EQ(tree->find("c")->where.line, 4);
  EXPECT_EQ(tree->find("e")->items[1].where.line, 8);
  EXPECT_EQ(tree->find("a")->where.line, 2);
}

TEST(TomlReader, ReportsSyntaxErrorsAtTheirPlace) {
  EXPECT_EQ(problems_of("a = 1\na = 2\n").substr(0, 22), "f:2:5: syntax error (E");
  EXPECT_EQ(problems_of("a = \n").substr(0, 20), "f:1:5: syntax error ");
  EXPECT_EQ(problems_of("[a\n").substr(0, 6), "f:1:3:");
  EXPECT_EQ(problems_of("a = 99999999999999999999\n").substr(0, 4), "f:1:");
}

// Texts that abort or confuse the parser as it is packaged.
TEST(TomlReader, SurvivesWhatBreaksItsParser) {
  EXPECT_EQ(problems_of("b = 1\n\n[#a]\nc = 2\n"),
            "f:3:1: syntax error (this line is not TOML); see https://toml.io\n");
  EXPECT_EQ(problems_of("[&"), "f:1:1: syntax error (this line is not TOML); see https://toml.io\n");
  EXPECT_EQ(problems_of("\xcb\x9f = 1"),
            "f:1:1: the character '\xcb\x9f' stands outside quotes (keys and values have ASCII letters only); put it "
            "into quotes or a comment\n");
}

TEST(TomlReader, AllowsNonAsciiWithinQuotesAndComments) {
  EXPECT_EQ(problems_of("a = \"é\" # é\nb = 'é' \nc = \"\"\"é\"x\\\"\"\"\"\"\nd = '''é'''\n\"é\" = 1\n"), "");
  EXPECT_NE(problems_of("a = \"\"\"x\"\"\" é"), "");
}

TEST(TomlReader, RefusesTextThatIsNotUtf8) {
  const char* bad[] = {"a = \"\xff\"",       "a = \"\xc3\"",       "# \xed\xa0\x80", "# \xc0\x80",
                       "# \xf4\x90\x80\x80", "# \xf0\x8f\xbf\xbf", "# \x80"};
  for (const char* text : bad) EXPECT_NE(problems_of(text).find("this is not UTF-8 text"), std::string::npos) << text;
  EXPECT_EQ(problems_of("\xEF\xBB\xBF"
                        "a = 1\n"),
            "");
}

TEST(TomlReader, RefusesDeepNesting) {
  EXPECT_EQ(problems_of("a = " + std::string(32, '[') + std::string(32, ']')), "");
  EXPECT_NE(problems_of("a = " + std::string(33, '[') + std::string(33, ']')).find("nested too deeply"),
            std::string::npos);
  std::string key = "a";
  for (int i = 0; i < 40; ++i) key += ".a";
  EXPECT_NE(problems_of(key + " = 1").find("nested too deeply"), std::string::npos);
  EXPECT_NE(problems_of(std::string(500000, '[')).find("nested too deeply"), std::string::npos);
}

TEST(TomlReader, RefusesLargeText) {
  EXPECT_EQ(problems_of(std::string(kMaxScenarioBytes, '\n')), "");
  EXPECT_EQ(problems_of(std::string(kMaxScenarioBytes + 1, '\n')),
            "f:1:1: the text has 1048577 bytes (a scenario has at most 1048576)\n");
}

TEST(PrintToml, ReadsBackToTheSameText) {
  const std::string text =
      "a = 1\nb = 1.0\nc = 1e+300\nd = \"\\\"\\\\\\u0001é\"\ne = []\nf = [{ x = 1 }, 2]\n\"g h\" = true\n"
      "\n[t]\nx = { y = { z = -0.0 } }\n\n[[u]]\nx = 5e-324\n\n[[u]]\n\n[blood_counts.a]\nx = 2\n";
  Problems problems;
  const auto tree = read_toml(text, "f", problems);
  ASSERT_TRUE(tree) << sample::join(problems.sorted());
  EXPECT_EQ(print_toml(*tree), text);
}

}  // namespace
}  // namespace vt
