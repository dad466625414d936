#include <ctime>
#include <filesystem>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "host/scenario/read_scenario.hpp"
#include "host/scenario/toml/toml_reader.hpp"
#include "tests/unit/host/scenario/sample.hpp"

namespace vt { namespace {

TEST(ReadScenario, ReportsAllMistakesOfAFileAtOnce) {
  std::string text = sample::text();
  const std::pair<const char*, const char*> mistakes[] = {{"seed = 7", "seed = \"x\""},
                                                          {"p = \"59 %\"", "p = 2"},
                                                          {"\"244 L\"", "244"},
                                                          {"share = 2", "share = -2"},
                                                          {"\"month 6\"", "\"month 60\""},
                                                          {"do = \"hold\"", "do = \"holt\""},
                                                          {"\"arm\", \"visit\"", "\"x\""},
                                                          {"window", "windw"}};
  for (const auto& [from, to] : mistakes) text.replace(text.find(from), std::string(from).size(), to);
  const auto reading = sample::read(text);
  ASSERT_TRUE(reading.scenario);
  EXPECT_EQ(reading.problems.size(), std::size(mistakes)) << sample::join(reading.problems);
}

/// One of: a byte changed, a run removed, a run repeated, two lines exchanged, a token from elsewhere put in.
void mutate(std::string& text, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random()) % n; };
  const std::size_t at = below(text.size()), length = 1 + below(20), other = below(text.size());
  switch (below(5)) {
    case 0:
      text[at] = static_cast<char>(below(4) == 0 ? below(256) : 32 + below(95));
      break;
    case 1:
      text.erase(at, length);
      break;
    case 2:
      text.insert(at, text.substr(at, length));
      break;
    case 3:
      text.insert(at, text.substr(other, length));
      break;
    case 4: {
      static const char* const tokens[] = {"[",        "]",
                                           "{",        "}",
                                           "\"",       "'",
                                           "=",        ".",
                                           "\n",       "-1",
                                           "1e999",    "nan",
                                           "true",     "#",
                                           "[[",       "\\",
                                           ",",        "1e308",
                                           "0",        "-",
                                           "\"\"\"",   "9223372036854775807",
                                           "%",        "day",
                                           "month",    " = {}",
                                           "\n[pk]\n", "''",
                                           "remove",   "\xC3\xA9",
                                           "\xCB\x9F"};
      text.replace(at, below(6), tokens[below(std::size(tokens))]);
    }
  }
}

TEST(ReadScenario, NeverThrowsOnMutatedText) {
  std::mt19937 random(20240229);  // fixed, so a failure can be repeated
  constexpr int kTexts = 10000;
  int n_refused = 0;
  for (int i = 0; i < kTexts; ++i) {
    std::string text = sample::text();
    const unsigned n_mutations = 1 + random() % 4;
    for (unsigned k = 0; k < n_mutations; ++k) mutate(text, random);
    sample::Reading reading;
    ASSERT_NO_THROW(reading = sample::read(text)) << text;
    n_refused += !reading.problems.empty();
    for (const Problem& problem : reading.problems) {
      ASSERT_EQ(problem.where.file, "s.toml") << problem.text;
      ASSERT_GT(problem.where.line, 0) << problem.text;
      ASSERT_GT(problem.where.column, 0) << problem.text;
    }
    ASSERT_TRUE(reading.scenario || !reading.problems.empty());
    if (!reading.problems.empty()) continue;
    const auto again = sample::read(reading.scenario->resolved_toml);
    ASSERT_EQ(sample::join(again.problems), "") << text;
    ASSERT_EQ(sample::dump(*again.scenario), sample::dump(*reading.scenario)) << text;
  }
  EXPECT_GT(n_refused, kTexts / 2);
}

double seconds_to_read(int n_tables) {
  std::string text = sample::text();
  for (int i = 0; i < n_tables; ++i)
    text += fmt::format("[[tally]]\nname = \"t{}\"\nscore = \"x\"\nat = \"trogh\"\nby = [\"arm\"]\nkey{} = 1\n", i, i);
  const std::clock_t start = std::clock();  // of this process: other programs do not count
  const auto reading = sample::read(text);
  EXPECT_EQ(reading.problems.size(), 2u * static_cast<unsigned>(n_tables));
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

// Ten times the text may take ten times as long; a quadratic step would take a hundred times.
TEST(ReadScenario, TakesTimeInProportionToItsText) {
  const double small = seconds_to_read(1000);
  EXPECT_LT(seconds_to_read(10000), 40 * small + 0.5);
}

#ifdef VTRIAL_SOURCE_DIR
TEST(Scenarios, OfThisRepositoryReadWithoutProblemsAndPrintThemselves) {
  int n_read = 0;
  for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(VTRIAL_SOURCE_DIR) / "scenarios")) {
    if (file.path().extension() != ".toml") continue;
    Problems problems;
    const auto scenario = read_scenario(file.path().string(), {}, problems);
    EXPECT_EQ(sample::join(problems.sorted()), "");
    ASSERT_TRUE(scenario);
    const FileText beside = [&](const std::string& path, const Position& at, Problems& p) {
      const auto whole = (file.path().parent_path() / path).string();
      return path == "s.toml" ? std::optional(scenario->resolved_toml) : read_text_file(whole, at, p);
    };
    const auto again = read_scenario("s.toml", {}, beside, problems);
    EXPECT_EQ(sample::join(problems.sorted()), "");
    ASSERT_TRUE(again);
    EXPECT_EQ(sample::dump(*again), sample::dump(*scenario)) << file.path();
    ++n_read;
  }
  EXPECT_GT(n_read, 0);
}
#endif

}  // namespace
}  // namespace vt
