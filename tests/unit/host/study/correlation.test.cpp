#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <set>

#include "host/study/factor_correlation.hpp"
#include "host/study/sequences.hpp"
#include "tests/unit/host/study/small_study.hpp"

namespace vt { namespace {

using test::complaint;
using test::found;
using test::kTrial;
using test::loaded;

using Points = std::vector<std::vector<double>>;

std::vector<double> column(const Points& points, std::size_t d) {
  std::vector<double> values;
  for (const auto& point : points) values.push_back(point[d]);
  return values;
}

std::vector<double> sorted(std::vector<double> values) {
  std::ranges::sort(values);
  return values;
}

/// Spearman's of a Gaussian copula: Kruskal 1958, J Am Stat Assoc 53:814.
double spearman_of(double of_scores) { return 6 / std::numbers::pi * std::asin(of_scores / 2); }

// numpy 1.26: ranks' scores times the inverse of Cholesky's factor of numpy.corrcoef, times that of the matrix.
TEST(CorrelateByRank, IsThatOfImanAndConover) {
  Points points = {{0.31, 0.05, 0.92}, {0.88, 0.71, 0.15}, {0.12, 0.44, 0.48}, {0.57, 0.93, 0.27},
                   {0.69, 0.22, 0.63}, {0.03, 0.58, 0.81}, {0.45, 0.36, 0.39}};
  correlate_by_rank(points, {0, 1, 2}, {{1, 0.8, -0.3}, {0.8, 1, 0.1}, {-0.3, 0.1, 1}});
  const Points expected = {{0.31, 0.05, 0.63}, {0.88, 0.93, 0.39}, {0.12, 0.36, 0.27}, {0.57, 0.71, 0.81},
                           {0.69, 0.58, 0.48}, {0.03, 0.22, 0.92}, {0.45, 0.44, 0.15}};
  EXPECT_EQ(points, expected);
}

/// The SD of Spearman's over seeds is 0.25/√n where it is widest (400 Latin hypercubes of 64 and of 256 points): 1/√n
/// are four of them.
TEST(CorrelateByRank, KeepsEveryNumberAndHasTheCorrelation) {
  constexpr std::size_t n = 2000;
  const Matrix wanted = {{1, 0.5, -0.3}, {0.5, 1, 0.4}, {-0.3, 0.4, 1}};
  const Points before = latin_hypercube(n, 5, 1);
  Points points = before;
  const std::vector<std::size_t> dimensions = {0, 2, 4};
  correlate_by_rank(points, dimensions, wanted);
  for (std::size_t d = 0; d < 5; ++d)
    EXPECT_EQ(sorted(column(points, d)), sorted(column(before, d))) << d;  // and so one in every slice
  for (const std::size_t d : {0, 1, 3}) EXPECT_EQ(column(points, d), column(before, d)) << d;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_NEAR(rank_correlation(column(points, dimensions[i]), column(points, dimensions[j])),
                  spearman_of(wanted[i][j]), 1 / std::sqrt(n));
  EXPECT_NEAR(rank_correlation(column(points, 1), column(points, 2)), 0, 4 / std::sqrt(n));
}

/// Two columns in one order leave nothing of the second that the first does not explain.
TEST(CorrelateByRank, OfColumnsInOneOrderHasNumbers) {
  Points points = {{0.1, 0.2, 0.9}, {0.3, 0.4, 0.5}, {0.5, 0.6, 0.1}, {0.7, 0.8, 0.3}};
  const Points before = points;
  correlate_by_rank(points, {0, 1}, {{1, 0.5}, {0.5, 1}});
  EXPECT_EQ(points, before);
}

/// Of 2,048 points of Sobol's sequence Spearman's is within 0.003 (worst of 40 seeds: 0.0012).
TEST(CorrelateByScore, StaysMoreEvenThanRandomPoints) {
  constexpr std::size_t n = 2048;
  const Matrix wanted = {{1, 0.7, -0.5}, {0.7, 1, 0}, {-0.5, 0, 1}};
  const SobolSequence sequence(4, 3);
  Points before(n, std::vector<double>(4));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t d = 0; d < 4; ++d) before[i][d] = sequence.at(i, d);
  Points points = before;
  const std::vector<std::size_t> dimensions = {0, 1, 3};
  correlate_by_score(points, dimensions, wanted);
  for (const std::size_t d : {0, 2}) EXPECT_EQ(column(points, d), column(before, d)) << d;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_NEAR(rank_correlation(column(points, dimensions[i]), column(points, dimensions[j])),
                  spearman_of(wanted[i][j]), 0.003);
  for (const std::size_t d : {1, 3}) {
    const std::vector<double> values = sorted(column(points, d));
    double furthest = 0;  // Kolmogorov's distance from uniform; of random points 0.869/√n on average
    for (std::size_t i = 0; i < n; ++i)
      furthest = std::max(furthest, std::fabs(values[i] - (static_cast<double>(i) + 0.5) / n));
    EXPECT_LT(furthest, 0.869 / std::sqrt(n)) << d;  // of 100 seeds 0.39/√n on average, 0.78/√n at worst
  }
}

const std::string kFactors = R"toml(
[[factor]]
name = "clearance"
scale = "pk.clearance"
distribution = "lognormal"
median = 1
sd_log = 0.3
[[factor]]
name = "lag"
key = "pk.lag"
distribution = "uniform"
low = "0 h"
high = "1 h"
[[factor]]
name = "volume"
scale = "pk.volume"
distribution = "normal"
mean = 1
sd = 0.1
[[factor]]
name = "dose"
key = "arm.a.regimen.dose"
values = ["100 mg", "200 mg"]
)toml";

std::string with(const std::string& correlation, const std::string& design = "design = \"latin_hypercube\"",
                 int points = 64) {
  return kTrial +
         fmt::format("[study]\nkind = \"{}\"\n{}\npoints = {}\n[study.correlation]\n{}\n",
                     design.starts_with("method") ? "sensitivity" : "sweep", design, points, correlation) +
         kFactors;
}

/// Each factor keeps its distribution: of 64 parts with the same probability each has one point.
TEST(Correlation, OfFactorsKeepsTheirDistributions) {
  const LoadedStudy study = loaded(with("pairs = [[\"volume\", \"clearance\", 0.9]]"));
  std::set<int> clearance, volume;
  for (const auto& point : study.design.points) {
    clearance.insert(static_cast<int>(32 * std::erfc(-std::log(point[0]) / (0.3 * std::sqrt(2.0)))));
    volume.insert(static_cast<int>(32 * std::erfc(-(point[2] - 1) / (0.1 * std::sqrt(2.0)))));
  }
  EXPECT_EQ(clearance.size(), 64u);
  EXPECT_EQ(volume.size(), 64u);
  const StudyCorrelation both = correlations_of(study.study, study.design).at(0);
  EXPECT_EQ(both.first, "clearance");
  EXPECT_NEAR(both.spearman, spearman_of(0.9), 1 / std::sqrt(64));
}

TEST(Correlation, IsTheSameHoweverItIsWritten) {
  for (const char* design : {"design = \"latin_hypercube\"", "design = \"sobol\"", "method = \"pawn\""}) {
    const Points one =
        loaded(with("pairs = [[\"volume\", \"lag\", 0.5], [\"clearance\", \"volume\", 0.3]]", design)).design.points;
    const auto same = [&](const std::string& other) { return loaded(with(other, design)).design.points == one; };
    EXPECT_TRUE(same("pairs = [[\"clearance\", \"volume\", 0.3], [\"lag\", \"volume\", 0.5]]")) << design;
    EXPECT_TRUE(
        same("names = [\"volume\", \"lag\", \"clearance\"]\nmatrix = [[1, 0.5, 0.3], [0.5, 1, 0], [0.3, 0, 1]]"))
        << design;
    const Points alone = loaded(with("pairs = []", design)).design.points;
    EXPECT_EQ(column(one, 0), column(alone, 0)) << design;  // the first of those named, and one that is not
    EXPECT_EQ(column(one, 3), column(alone, 3)) << design;
    EXPECT_NE(column(one, 2), column(alone, 2)) << design;
  }
}

TEST(Correlation, OfALaterFileReplacesThatOfAnEarlierOne) {
  const test::ScenarioFile earlier(with("pairs = [[\"clearance\", \"lag\", 0.9]]"));
  const LoadedStudy study = loaded(fmt::format(
      "base = [\"{}\"]\n[study.correlation]\nnames = [\"lag\", \"volume\"]\nmatrix = [[1, 0.5], [0.5, 1]]\n",
      std::filesystem::path(earlier.path()).filename().string()));
  EXPECT_EQ(study.study.correlation.factors, (std::vector<std::size_t>{1, 2}));
}

/// The average is dose over clearance: a volume that goes with the clearance has no part of its own, but PAWN sees what
/// comes with it.
TEST(Correlation, PawnSeesWhatComesWithAFactor) {
  const std::string text = with("pairs = [[\"volume\", \"clearance\", 0.8]]", "method = \"pawn\"", 512);
  const Study study = found(loaded(text.substr(0, text.rfind("[[factor]]"))));
  const PawnIndices& pawn = study.sensitivity.at(0).pawn;
  EXPECT_GT(pawn.median[2], pawn.dummy);
  EXPECT_LT(pawn.median[1], pawn.dummy);
  EXPECT_NE(print_study(study).find("an index has what comes with the factor, too"), std::string::npos);
  EXPECT_EQ(correlation_text({"a", "b", 0.5, 0.4711}),
            "a and b: correlation 0.5 of their normal scores (Spearman's 0.483; 0.471 at these points)");
}

struct Mistake {
  std::string correlation, design, text;
  int points = 64;
};
class CorrelationMistake : public testing::TestWithParam<Mistake> {};
TEST_P(CorrelationMistake, IsReported) {
  const auto& [correlation, design, text, points] = GetParam();
  const std::string said = complaint(with(correlation, design, points));
  EXPECT_NE(said.find(text), std::string::npos) << said;
}
const std::string kPair = "pairs = [[\"lag\", \"volume\", 0.5]]", kCube = "design = \"latin_hypercube\"";
INSTANTIATE_TEST_SUITE_P(
    All, CorrelationMistake,
    testing::Values(
        Mistake{"pairs = [[\"clearance\", \"volum\", 0.5]]", kCube,
                "names the unknown factor 'volum' (only factors of the study can be correlated here); did you mean "
                "'volume'?"},
        Mistake{"pairs = [[\"lag\", \"lag\", 0.5]]", kCube, "is 'lag' again (a pair has two factors)"},
        Mistake{"pairs = [[\"lag\", \"volume\", 0.5], [\"volume\", \"lag\", 0.4]]", kCube, "repeats the pair"},
        Mistake{"pairs = [[\"lag\", \"volume\", 1.5]]", kCube, "is 1.5 (allowed: -1 to 1)"},
        Mistake{"pairs = [[\"lag\", \"volume\", -1]]", kCube, "lag with volume -0.990 instead of -1"},
        Mistake{"pairs = [[\"lag\", \"dose\", 0.5]]", kCube,
                "names 'dose', which has values (they have no normal scores); give it a distribution, or leave it out"},
        Mistake{
            "pairs = [[\"lag\", \"volume\", 0.9], [\"lag\", \"clearance\", 0.9], [\"volume\", \"clearance\", -0.5]]",
            kCube, "no points have these correlations together); the nearest matrix whose eigenvalues are 0.01 or more has"},
        Mistake{kPair, kCube, "joins 2 factors over 5 points (too few to have correlations); take 6 or more", 5},
        Mistake{kPair, "method = \"sobol\"", "stands beside Sobol's indices (they share the variance out among"},
        Mistake{kPair, "method = \"morris\"", "stands beside Morris's effects (one factor moves while"},
        Mistake{kPair, "design = \"grid\"", "goes with factors that are drawn (this design follows from"},
        Mistake{kPair, "design = \"one_at_a_time\"", "goes with factors that are drawn (this design follows from"},
        Mistake{kPair, "design = \"list\"\nfile = \"points.csv\"", "stands beside a list (whose rows are as they are)"},
        Mistake{"", kCube, "has neither pairs nor a matrix"}));

}}  // namespace vt
