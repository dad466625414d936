#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "output/report/flow_chart.hpp"
#include "output/report/forest_chart.hpp"
#include "output/report/frame.hpp"
#include "output/report/step_chart.hpp"

namespace vt::report { namespace {

bool shows(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::size_t how_often(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

// WCAG 2.2: black on white 21 : 1; #767676 is the palest grey that passes 4.5 : 1 on white (4.54).
TEST(Inks, ContrastIsThatOfTheGuidelines) {
  EXPECT_NEAR(contrast("#000", "#fff"), 21, 1e-9);
  EXPECT_NEAR(contrast("#767676", "#ffffff"), 4.54, 0.005);
  EXPECT_EQ(contrast("#fff", "#767676"), contrast("#767676", "#fff"));
}

TEST(Inks, AreSeenOnWhiteAndOnDarkPaper) {
  for (const Ink& ink : inks()) {
    const double least = ink.use == InkUse::words ? 4.5 : ink.use == InkUse::marks ? 3 : 1.1;
    EXPECT_GE(contrast(ink.light, kPaper), least) << ink.light;
    EXPECT_GE(contrast(ink.dark, kDarkPaper), least) << ink.dark;
    EXPECT_TRUE(shows(dark_inks_css(), std::string("svg [stroke=\"") + ink.light + "\"]{stroke:" + ink.dark + "}"));
  }
}

TEST(Inks, OfCurvesAndShadesAreInTheTable) {
  std::set<std::string> known;
  for (const Ink& ink : inks()) EXPECT_TRUE(known.insert(ink.light).second) << ink.light;
  for (const char* colour : kColours) EXPECT_TRUE(known.contains(colour)) << colour;
  for (const char* colour : kShades) EXPECT_TRUE(known.contains(colour)) << colour;
  for (const char* colour : {kInk, kPaleInk, kAxisInk, kGridInk, kGood, kBad, kAccepted, kBoxFill, kAsideInk})
    EXPECT_TRUE(known.contains(colour)) << colour;
}

// DejaVu Sans 2.37 has advances of 1255 (a), 803 (t), 651 (blank) and 1303 (6) of 2048 units.
TEST(Measure, IsNotLessThanTheFontsWidths) {
  EXPECT_GE(pixel_width("at 6", 100), 100 * (1255 + 803 + 651 + 1303) / 2048.0);
  EXPECT_LE(pixel_width("at 6", 100), 1.03 * 100 * (1255 + 803 + 651 + 1303) / 2048.0);
  EXPECT_DOUBLE_EQ(pixel_width("month", 24), 2 * pixel_width("month", 12));
}

TEST(Measure, ShortensAndBreaksWithoutLosingWords) {
  EXPECT_EQ(fitting("short", 200), "short");
  const std::string cut = fitting("Complete cytogenetic response", 100);
  EXPECT_TRUE(cut.ends_with("…"));
  EXPECT_LE(pixel_width(cut), 100);
  std::string all;
  for (const std::string& line : wrapped("Complete cytogenetic response of those randomised", 110)) {
    EXPECT_LE(pixel_width(line), 110);
    all += (all.empty() ? "" : " ") + line;
  }
  EXPECT_EQ(all, "Complete cytogenetic response of those randomised");
  const auto two = wrapped("Complete cytogenetic response of those randomised", 110, 2);
  EXPECT_EQ(two.size(), 2u);
  EXPECT_TRUE(two[1].ends_with("…"));
  EXPECT_EQ(wrapped("ααααααααα", 40).size(), 3u);  // 0.84 · 12 px each, in words without blanks: at most three a line
}

TEST(Ticks, HaveNumbersThatTellThemApart) {
  for (const Scale& scale :
       {Scale{1000, 1002, 0, 300, false}, Scale{0, 0.004, 0, 300, false}, Scale{0.91, 0.99, 0, 300, false},
        Scale{1e-7, 3e-3, 300, 0, true}, Scale{0, 1, 0, 9, false}}) {
    const Ticks ticks = ticks_of(scale, false);
    EXPECT_EQ(std::set<std::string>(ticks.labels.begin(), ticks.labels.end()).size(), ticks.at.size());
    for (const double tick : ticks.at) EXPECT_TRUE(tick >= scale.low - 1e-9 && tick <= scale.high + 1e-9) << tick;
  }
  EXPECT_EQ(ticks_of({1e-3, 10, 0, 300, true}, false).labels.front(), "0.001");
  EXPECT_EQ(ticks_of({1e-7, 1, 0, 300, true}, false).labels.front(), "10⁻⁷");
}

TEST(Scales, AreCloseToFlatCurves) {
  Range flat, steep;
  for (const double v : {0.92, 0.97}) flat.include(v);
  for (const double v : {0.1, 0.97}) steep.include(v);
  EXPECT_GT(vertical_scale(flat, 300, 0, true).low, 0.8);
  EXPECT_EQ(vertical_scale(steep, 300, 0, true).low, 0);
  EXPECT_EQ(close_scale(flat, 300, 0, true, true).low, 0);
  CurveChart chart{{"figure-1", "t", "d", "visit", "patients (%)"}, {{"a", "b"}, {}}, {{"x", {}}}, {}};
  for (const double v : {0.92, 0.97}) chart.curves[0].cells.push_back({v, 0.01, {v - 0.01, v + 0.01}, 100});
  EXPECT_TRUE(shows(draw(chart), "patients (%); axis from 90 on"));
}

void expect_apart(const AxisLabels& placed, const std::vector<double>& at, double from, double to) {
  double free_from = from;
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (placed.lines[i].empty()) continue;
    double widest = 0;
    for (const std::string& line : placed.lines[i]) widest = std::max(widest, pixel_width(line));
    const double left = std::clamp(at[i] - 0.5 * widest, from, std::max(from, to - widest));
    EXPECT_GE(left, free_from - 1e-9) << placed.lines[i][0];
    free_from = left + widest + 4;
  }
  EXPECT_LE(free_from - 4, to + 1e-9);
}

TEST(AxisLabels, NeverTouchAndAreThinnedEvenly) {
  std::vector<double> at;
  std::vector<std::string> labels;
  for (int i = 0; i < 30; ++i) at.push_back(20 + 10 * i), labels.push_back("day " + std::to_string(30 * i));
  const AxisLabels placed = place_labels(at, labels, 0, 340, false);
  expect_apart(placed, at, 0, 340);
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < at.size(); ++i)
    if (!placed.lines[i].empty()) shown.push_back(i);
  ASSERT_GE(shown.size(), 4u);
  for (std::size_t i = 2; i < shown.size(); ++i) EXPECT_EQ(shown[i] - shown[i - 1], shown[1] - shown[0]);
}

TEST(AxisLabels, NameEveryCategory) {
  const std::vector<std::string> labels = {"400 mg once a day", "400 mg twice a day", "by trough", "by response",
                                           "600 mg"};
  for (const double width : {800.0, 300.0, 120.0}) {
    std::vector<double> at;
    for (std::size_t i = 0; i < labels.size(); ++i) at.push_back(width * (static_cast<double>(i) + 0.5) / 5);
    const AxisLabels placed = place_labels(at, labels, 0, width, true);
    for (const auto& lines : placed.lines) EXPECT_FALSE(lines.empty()) << width;
    if (!placed.is_turned) expect_apart(placed, at, 0, width);
    EXPECT_EQ(placed.is_turned, width < 400) << width;
  }
}

TEST(AxisLabels, AreShortWhereTheyShareAWord) {
  EXPECT_EQ(short_labels({"month 3", "month 6", "month 9"}).shared, "month");
  EXPECT_EQ(short_labels({"month 3", "month 6", "month 9"}).labels[1], "6");
  EXPECT_EQ(short_labels({"month 3", "month 6", "day 9"}).shared, "");
  EXPECT_EQ(short_labels({"arm a", "arm b", "arm c"}).shared, "");
  EXPECT_EQ(title_with("visit", "month"), "visit (month)");
}

TEST(Charts, AreDrawnForTwoSheetsUnderTwoNames) {
  const BandPanel panel{"a <b>", {{1, 2, 3, 4, 5, 9}, {1, 2, kNaN, 4, 5, 0}}, {}};
  for (const bool is_overlaid : {false, true}) {
    const std::string figure = draw(BandChart{{"figure-7", "title", "what", "x", "y"},
                                              {{"p", "q"}, {1, 2}},
                                              {panel, panel},
                                              is_overlaid,
                                              false,
                                              {{2, 3, "window"}, {4, 4, "limit"}}});
    for (const char* part : {"id=\"figure-7-title\"", "id=\"figure-7-narrow-title\"", "wide-sheet", "narrow-sheet",
                             "width=\"800\"", "width=\"360\"", "a &lt;b&gt;", ">window<", ">limit<"})
      EXPECT_TRUE(shows(figure, part)) << part;
    EXPECT_FALSE(shows(figure, "nan"));
  }
}

TEST(Charts, StackShares) {
  const std::string figure = draw(StackChart{{"figure-1", "t", "d", "visit", "patients (%)"},
                                             {{"1", "2"}, {1, 2}},
                                             {"0 mg", "400 mg"},
                                             {{"arm", {{0.25, kNaN}, {0.75, kNaN}}}}});
  EXPECT_EQ(how_often(figure, "<rect"), 2u * (2 + 2));  // two of the legend, two drawn: the second cell has no patients
  EXPECT_FALSE(shows(figure, "nan"));
}

TEST(Charts, StateNumbersAtRisk) {
  TimeCurve curve{true, {10, 20}, {0.9, 0.5}, {0, 0}, {0.8, 0.4}, {1, 0.6}};
  const std::string figure = draw(StepChart{{"figure-1", "t", "d", "day", "%"},
                                            {{"A", curve}, {"B", curve}},
                                            {},
                                            {{0, 10, 20}, {{100, 90, 50}, {200, 180, 100}}}});
  for (const char* n : {">Number at risk<", ">100<", ">90<", ">180<"}) EXPECT_TRUE(shows(figure, n)) << n;
  EXPECT_FALSE(shows(figure, "data-cumulative"));
  curve.falls = false;
  EXPECT_TRUE(shows(draw(StepChart{{"f", "t", "d", "", ""}, {{"A", curve}}, {}}), "data-cumulative"));
}

TEST(Charts, ForestTellsVerdictsInWords) {
  const std::string figure =
      draw(ForestChart{{"forest-1", "t", "d", "", ""},
                       {{"Response",
                         {{.name = "within",
                           .published = 0.4,
                           .low = 0.3,
                           .high = 0.5,
                           .simulated = 0.45,
                           .interval = {0.44, 0.46},
                           .status = ForestStatus::inside,
                           .verdict = "inside"},
                          {.name = "far beyond",
                           .published = 0.4,
                           .low = 0.3,
                           .high = 0.5,
                           .simulated = 0.95,
                           .interval = {0.94, 0.96},
                           .status = ForestStatus::outside,
                           .verdict = "MISS"},
                          {.name = "open", .published = kNaN, .low = kNaN, .high = 0.1, .verdict = "not testable"}}}}});
  for (const char* words : {">Response<", ">inside<", ">MISS<", ">not testable<", ">simulated, outside<"})
    EXPECT_TRUE(shows(figure, words)) << words;
  EXPECT_FALSE(shows(figure, "nan"));
}

TEST(Charts, FlowHasEveryBoxAndAnArrowToIt) {
  const FlowChart chart{{"flow", "t", "d", "", ""},
                        {{{"Screened (n = 9)"}}, {{"Not included (n = 3)", "age: 3"}, true}, {{"Randomised (n = 6)"}}},
                        {{{{{"A (n = 2)"}}, {{"left: 1"}}}}, {{{{"B (n = 4)"}}}}}};
  const std::string figure = draw(chart);
  for (const char* line : {"Screened (n = 9)", "Not included (n = 3)", "age: 3", "A (n = 2)", "left: 1", "B (n = 4)"})
    EXPECT_EQ(how_often(figure, std::string(">") + line + "<"), 2u) << line;
  EXPECT_EQ(how_often(figure, "<polygon"), 2u * (6 + 5));  // six boxes, an arrow to each but the first
}

}  // namespace
}  // namespace vt::report
