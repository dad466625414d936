#include "output/report/report.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "output/print.hpp"
#include "output/report/figures.hpp"
#include "output/report/scale.hpp"
#include "output/report/svg.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/text.hpp"
#include "tests/unit/output/sample_results.hpp"

namespace vt { namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

TEST(Text, ShowsNumbersShortButWhole) {
  EXPECT_EQ(short_number(1234567), "1234567");
  EXPECT_EQ(short_number(1234.5), "1234");
  EXPECT_EQ(short_number(0.012345), "0.0123");
  EXPECT_EQ(short_number(2.5), "2.5");
  EXPECT_EQ(short_number(-1.4e-7), "-1.4e-07");
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(std::nan("")), "–");
  EXPECT_EQ(percent(0.1234), "12.3 %");
}

// Well-formed and ill-formed sequences of the Unicode Standard 15, table 3-7.
TEST(Text, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(valid_utf8("µg ≥ 𝛽"), "µg ≥ 𝛽");
  for (const char* bad : {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\xE2\x82"}) {
    EXPECT_EQ(valid_utf8(bad).substr(0, 3), "\xEF\xBF\xBD") << bad;
  }
  EXPECT_EQ(valid_utf8(std::string_view("a\0b", 3)),
            "a\xEF\xBF\xBD"
            "b");
}

TEST(Text, AlignsColumnsByLetters) {
  TextTable table({"x", ">n"});
  table.row({"≥ 1165", "7"});
  table.row({"< 1165", "12"});
  EXPECT_EQ(table.str(), "x        n\n≥ 1165   7\n< 1165  12\n");
}

TEST(Ticks, AreRoundAndCoverTheRange) {
  EXPECT_EQ(report::round_ticks(0, 0.61, false).size(), 8u);
  for (const double high : {0.003, 0.7, 1.0, 41.0, 5700.0}) {
    const auto ticks = report::round_ticks(0, high, false);
    EXPECT_LE(ticks.front(), 0);
    EXPECT_GE(ticks.back(), high * (1 - 1e-9));
    EXPECT_LE(ticks.size(), 12u);
  }
  const auto decades = report::round_ticks(3e-5, 120, true);
  EXPECT_LE(decades.front(), 3e-5);
  EXPECT_GE(decades.back(), 120);
}

TEST(Report, StandsAloneAndIsAccessible) {
  const Results results = test::sample_results();
  const std::string page = report_html(results, compare(results, test::sample_targets()));
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("http:"), std::string::npos);
  EXPECT_EQ(page.find("https:"), std::string::npos);
  EXPECT_EQ(page.find("style=\""), std::string::npos);
  EXPECT_GE(count_of(page, "<svg role=\"img\""), 3u);
  EXPECT_EQ(count_of(page, "<svg "), count_of(page, "<title id="));
  const std::size_t forests = count_of(page, "<h3>Predicted:") + count_of(page, "<h3>Fitted:");  // beside a table
  EXPECT_EQ(count_of(page, "<svg "), 2 * (count_of(page, "Numbers in this figure") + forests));  // two sheets
  for (const char* bad : {"\"nan", "nan\"", ",nan", ">nan", "\"inf", ",inf"}) EXPECT_EQ(count_of(page, bad), 0u) << bad;
  EXPECT_EQ(page, report_html(results, compare(results, test::sample_targets())));
}

TEST(Report, NamesMissesAndOrigins) {
  const Results results = test::sample_results();
  const std::string page = report_html(results, compare(results, test::sample_targets()));
  EXPECT_NE(page.find("<span class=\"miss\">MISS</span><br>The made-up model has linear kinetics."), std::string::npos);
  EXPECT_NE(page.find("agreement is no evidence"), std::string::npos);
  EXPECT_NE(page.find("<td>median trough at 400 mg</td>"), std::string::npos);
  EXPECT_NE(page.find(content_hash(results)), std::string::npos);
}

TEST(Report, LetsNoTextBecomeMarkup) {
  Results results = test::sample_results();
  results.title = "<script>alert('x')</script>";
  results.tallies[1].axes[0].labels[0] = "\"><img src=x>";
  const std::string page = report_html(results, {});
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("<img"), std::string::npos);
}

TEST(Report, HoldsARunWithoutAnything) {
  EXPECT_NE(report_html({}, {}).find("</html>"), std::string::npos);
  EXPECT_FALSE(print_results({}).empty());
  EXPECT_FALSE(print_info({}).empty());
}

TEST(Figures, MarkPublishedValuesWhereTheTargetAsksForWhatIsDrawn) {
  Results results = test::sample_results();
  collapse_quantiles(results);
  const auto rows = compare(results, test::sample_targets());
  const auto mmr = report::figures_of(results.tallies[0], rows, 1);
  ASSERT_EQ(mmr.size(), 2u);  // a panel for each quartile; all of them together, which was published
  EXPECT_NE(mmr[1].caption.find("Published: 3 values (made up)"), std::string::npos) << mmr[1].caption;
  EXPECT_EQ(mmr[0].caption.find("Published"), std::string::npos);
  const auto trough = report::figures_of(results.tallies[3], rows, 3);
  ASSERT_EQ(trough.size(), 2u);  // over time, by dose
  EXPECT_NE(trough[1].caption.find("Published: 3 values (made up)"), std::string::npos) << trough[1].caption;
  EXPECT_EQ(trough[1].caption.find("ratio"), std::string::npos) << trough[1].caption;
  EXPECT_TRUE(report::figures_of(results.tallies[2], rows, 5).empty());  // one number
}

}  // namespace
}  // namespace vt
