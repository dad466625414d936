#include <gtest/gtest.h>

#include <algorithm>

#include "output/tally/kinds.hpp"
#include "tests/unit/host/study/small_study.hpp"

namespace vt { namespace {

using test::complaint;
using test::found;
using test::kGrid;
using test::kTrial;
using test::loaded;

const std::string kKeep = "keep = \"tallies\"\n";

/// The study of kGrid that keeps its tallies, and more factors.
std::string keeping(const std::string& more = "") {
  std::string text = kTrial + kGrid + more;
  return text.insert(text.find("[[factor]]"), kKeep);
}

std::string notes_of(const LoadedStudy& study) {
  std::string all;
  for (const std::string& note : study.notes) all += note + "\n";
  return all;
}

TEST(Keep, IsOfAllTalliesAndTheirCountsAreThoseOfSeparateRuns) {
  const Study study = found(loaded(keeping()));
  ASSERT_EQ(study.tallies.size(), 2u);
  EXPECT_EQ(study.tallies[0].tally.name, "average");
  EXPECT_EQ(study.tallies[1].tally.name, "unasked");
  const test::ScenarioFile alone(kTrial.substr(0, kTrial.find("[[endpoint]]")) + test::kPlainPk + test::kPlainArm);
  const std::atomic<bool> never = false;
  for (std::size_t p = 0; p < study.points.size(); ++p) {
    const std::vector<std::string> set = {"pk.clearance=" + level_text(study, study.points[p], 0),
                                          "arm.a.regimen.dose=" + level_text(study, study.points[p], 1)};
    const Results results = run(load(alone.path(), set).built, {.backend = Backend::cpu}, {}, never);
    for (const StudyTally& kept : study.tallies) {
      const ResultTally& tally = *std::ranges::find(results.tallies, kept.tally.name, &ResultTally::name);
      const std::vector<CountTable> tables = count_tables(tally.kind);
      for (std::size_t t = 0; t < tables.size(); ++t) {
        const std::vector<std::int64_t>& counts = tally.*tables[t].member;
        ASSERT_EQ(kept.counts[t].size(), counts.size() * study.points.size());
        EXPECT_TRUE(std::ranges::equal(counts, std::span(kept.counts[t]).subspan(p * counts.size(), counts.size())))
            << kept.tally.name << "." << tables[t].name << " at " << p;
      }
    }
  }
}

TEST(Keep, HasTheSameContentWhoeverWorks) {
  const LoadedStudy study = loaded(keeping());
  const std::string once = content_hash(found(study, 1));
  EXPECT_EQ(content_hash(found(study, 7, 16)), once);
  EXPECT_NE(content_hash(found(loaded(kTrial + kGrid))), once);
  EXPECT_TRUE(found(loaded(kTrial + kGrid)).tallies.empty());
}

TEST(Keep, LeavesOutTalliesWithOtherTablesAtSomePointsAndSaysSo) {
  const LoadedStudy study = loaded(keeping(R"toml(
[[factor]]
name = "range"
choices = [
  { label = "wide", set = { "tally.unasked.range" = ["1 ng/mL", "100000 ng/mL"] } },
  { label = "narrow", set = { "tally.unasked.range" = ["1 ng/mL", "1000 ng/mL"] } },
]
)toml"));
  EXPECT_EQ(study.study.kept_tallies, (std::vector<std::string>{"average"}));
  EXPECT_NE(notes_of(study).find("study.keep leaves out tally 'unasked' (at clearance = 5 L/h, dose = 100 mg, range = "
                                 "narrow it has other bins, thresholds or times than at the first point)"),
            std::string::npos)
      << notes_of(study);
  const Study all = found(study);
  ASSERT_EQ(all.tallies.size(), 1u);
  EXPECT_EQ(all.tallies[0].tally.name, "average");
  const LoadedStudy missing = loaded(keeping(R"toml(
[[factor]]
name = "is_there"
choices = [ { label = "yes", set = {} }, { label = "no", set = { "tally.unasked.remove" = true } } ]
)toml"));
  EXPECT_NE(notes_of(missing).find("is_there = no it is not there)"), std::string::npos) << notes_of(missing);
}

TEST(Keep, RefusesWhatItCannotKeep) {
  const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  std::string unknown = kTrial + kGrid;
  unknown.insert(unknown.find("[[factor]]"), "keep = \"talies\"\n");
  EXPECT_TRUE(
      has(complaint(unknown), "study.keep is 'talies' (not one of: endpoints, tallies); did you mean 'tallies'?"));
  std::string same = keeping();
  same.replace(same.find("name = \"dose\""), 13, "name = \"arm\"");
  EXPECT_TRUE(has(complaint(same), "two tables in the group of tally 'average' the name 'arm'")) << complaint(same);
  std::string large = kTrial + R"toml(
[study]
kind = "sweep"
design = "sobol"
points = 65536
keep = "tallies"
[[factor]]
name = "clearance"
key = "pk.clearance"
distribution = "uniform"
low = "5 L/h"
high = "10 L/h"
)toml";
  EXPECT_TRUE(has(complaint(large), "GiB of counts (65536 points × ")) << complaint(large);
}

TEST(Factors, HaveNamesThatTheFileCanTellApart) {
  std::string text = kTrial + kGrid;
  text.replace(text.find("name = \"dose\""), 13, "name = \"clearance_value\"");
  EXPECT_NE(complaint(text).find("factor.clearance and factor.clearance_value are two factors"), std::string::npos);
}

}  // namespace
}  // namespace vt
