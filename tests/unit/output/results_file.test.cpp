#include "output/hdf5/results_file.hpp"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "output/files.hpp"
#include "output/hdf5/schema.hpp"
#include "output/io_error.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "tests/unit/output/damage.hpp"
#include "tests/unit/output/sample_results.hpp"

namespace vt { namespace {

namespace fs = std::filesystem;

/// A directory of its own, removed afterwards.
class ResultsFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "vtrial-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override {
    std::error_code ignored;
    fs::permissions(directory_, fs::perms::owner_all, ignored);
    fs::remove_all(directory_, ignored);
  }
  std::string path(const char* name = "trial.h5") const { return (directory_ / name).string(); }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory_), fs::directory_iterator{}));
  }
  fs::path directory_;
};

void expect_same(const ResultTally& a, const ResultTally& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.title, b.title);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.unit, b.unit);
  EXPECT_EQ(a.visit, b.visit);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.order, b.order);
  EXPECT_EQ(a.subject, b.subject);
  EXPECT_EQ(a.is_cumulative, b.is_cumulative);
  ASSERT_EQ(a.axes.size(), b.axes.size());
  for (std::size_t i = 0; i < a.axes.size(); ++i) {
    const ResultAxis &x = a.axes[i], &y = b.axes[i];
    EXPECT_EQ(x.name, y.name);
    EXPECT_EQ(x.kind, y.kind);
    EXPECT_EQ(x.unit, y.unit);
    EXPECT_EQ(x.title, y.title);
    EXPECT_EQ(x.subject, y.subject);
    EXPECT_EQ(x.labels, y.labels);
    EXPECT_EQ(x.cuts, y.cuts);
    EXPECT_EQ(x.group_patients, y.group_patients);
    EXPECT_EQ(x.groups, y.groups);
    ASSERT_EQ(coordinate(x).size(), coordinate(y).size());
    for (std::size_t k = 0; k < x.values.size(); ++k) EXPECT_EQ(x.values[k], y.values[k]);
  }
  for (const auto table :
       {&ResultTally::randomised, &ResultTally::evaluable, &ResultTally::events, &ResultTally::sum,
        &ResultTally::square_low, &ResultTally::square_high, &ResultTally::clamped, &ResultTally::histogram}) {
    EXPECT_EQ(a.*table, b.*table);
  }
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
  EXPECT_EQ(a.scale, b.scale);
  EXPECT_EQ(a.binning.first_octave, b.binning.first_octave);
  EXPECT_EQ(a.binning.octaves, b.binning.octaves);
}

TEST_F(ResultsFile, keeps_who_was_not_included) {
  Results r = test::sample_results();
  const std::string before = content_hash(r);
  r.screening = {{"adults", "age >= 18", 12}, {"age < 70", "age < 70", 0}};
  write_results(path(), r);
  const Results back = read_results(path());
  ASSERT_EQ(back.screening.size(), 2u);
  EXPECT_EQ(back.screening[0].criterion, "adults");
  EXPECT_EQ(back.screening[0].when, "age >= 18");
  EXPECT_EQ(back.screening[0].rejected, 12);
  EXPECT_EQ(rejected(back), 12);
  EXPECT_EQ(content_hash(back), content_hash(r));
  EXPECT_NE(content_hash(r), before);
}

TEST_F(ResultsFile, keeps_what_rules_did_and_how_patients_left_under_its_hash) {
  Results r = test::sample_results();
  r.rules = {{"hold", "hold", {3, 4}, {2, 4}}};
  r.leaving = {{"in the trial", {90, 100}}, {"died", {1, 0}}};
  write_results(path(), r);
  const Results back = read_results(path());
  ASSERT_EQ(back.rules.size(), 1u);
  EXPECT_EQ(back.rules[0].fired, r.rules[0].fired);
  ASSERT_EQ(back.leaving.size(), 2u);
  EXPECT_EQ(back.leaving[1].patients, r.leaving[1].patients);
  EXPECT_EQ(content_hash(back), content_hash(r));
  for (const auto& change :
       {+[](Results& x) { ++x.rules[0].fired[1]; }, +[](Results& x) { ++x.rules[0].patients[0]; },
        +[](Results& x) { x.rules[0].name = "other"; }, +[](Results& x) { x.rules.clear(); },
        +[](Results& x) { ++x.leaving[1].patients[1]; }, +[](Results& x) { x.leaving.pop_back(); }}) {
    Results changed = r;
    change(changed);
    EXPECT_NE(content_hash(changed), content_hash(r));
  }
}

TEST_F(ResultsFile, GivesBackWhatWasWritten) {
  Results written = test::sample_results();
  written.tallies[0].subject = Subject::response, written.tallies[0].axes[2].subject = Subject::exposure;
  written.tallies[1].is_cumulative = true;
  write_results(path(), written);
  const Results read = read_results(path());
  EXPECT_EQ(content_hash(read), content_hash(written));
  collapse_quantiles(written);
  ASSERT_EQ(read.tallies.size(), written.tallies.size());
  for (std::size_t i = 0; i < read.tallies.size(); ++i) expect_same(written.tallies[i], read.tallies[i]);
  EXPECT_EQ(read.title, written.title);
  EXPECT_EQ(read.resolved_scenario, written.resolved_scenario);
  EXPECT_EQ(read.scenario_path, written.scenario_path);
  EXPECT_EQ(read.seed, written.seed);
  EXPECT_EQ(read.plan_hash, written.plan_hash);
  EXPECT_EQ(read.last_day, written.last_day);
  EXPECT_EQ(read.records, written.records);
  ASSERT_EQ(read.arms.size(), 2u);
  EXPECT_EQ(read.arms[1].regimen, "400 mg every 12 h");
  EXPECT_EQ(read.arms[1].share, 2);
  std::vector<std::string> names;
  for (const ResultTally* tally : in_scenario_order(read)) names.push_back(tally->name);
  EXPECT_EQ(names, (std::vector<std::string>{"trough", "mmr", "overall", "mmr_by_cut"}));
  ASSERT_EQ(read.sources.size(), 2u);
  EXPECT_EQ(read.sources[1].calibrated_to, "median trough at 400 mg");
  ASSERT_EQ(read.failures.size(), 2u);
  EXPECT_EQ(number_in_replicate(read.failures[1].smallest_id), 17u);
  EXPECT_EQ(replicate_of(read.failures[1].smallest_id), 3u);
  EXPECT_EQ(read.failures[1].example, "pk.volume = 0 L");
  ASSERT_EQ(read.without_value.size(), 1u);
  EXPECT_EQ(read.without_value[0].times, 12u);
  for (const auto& [name, member] : schema::kProvenanceTexts)
    EXPECT_EQ(read.provenance.*member, written.provenance.*member);
  EXPECT_EQ(read.provenance.wall_seconds, 9.25);
}

TEST_F(ResultsFile, IsTheSameBytesForTheSameRun) {
  EXPECT_EQ(results_file_bytes(test::sample_results()), results_file_bytes(test::sample_results()));
}

TEST_F(ResultsFile, HoldsARunWithoutAnything) {
  write_results(path(), Results{});
  EXPECT_EQ(content_hash(read_results(path())), content_hash(Results{}));
}

TEST_F(ResultsFile, HashesContentAndNothingElse) {
  const Results plain = test::sample_results();
  Results other = plain;
  other.provenance.host = "elsewhere";
  other.title = "another title";
  other.tallies[1].order = 7;
  other.tallies[1].subject = Subject::safety;
  std::swap(other.tallies[0], other.tallies[2]);
  EXPECT_EQ(content_hash(other), content_hash(plain));
  for (const auto& change :
       {+[](Results& r) { ++r.plan_hash; }, +[](Results& r) { r.records.push_back(0); },
        +[](Results& r) { ++r.tallies[1].events[0]; }, +[](Results& r) { ++r.tallies[3].histogram[77]; },
        +[](Results& r) { r.tallies[1].axes[0].labels[0] += "x"; }}) {
    Results changed = plain;
    change(changed);
    EXPECT_NE(content_hash(changed), content_hash(plain));
  }
}

TEST_F(ResultsFile, ReplacesAnOlderOneAndFollowsLinks) {
  write_whole_file(path(), "old");
  fs::create_symlink(path(), path("link.h5"));
  write_results(path("link.h5"), test::sample_results());
  EXPECT_TRUE(fs::is_symlink(path("link.h5")));
  EXPECT_EQ(read_results(path()).seed, 2010u);
  EXPECT_EQ(entries(), 2u);
}

TEST_F(ResultsFile, IsNeverLeftHalfWritten) {
  const Results results = test::sample_results();
  EXPECT_THROW(write_results(path("missing/trial.h5"), results), IoError);
  EXPECT_THROW(write_results(directory_.string(), results), IoError);
  EXPECT_THROW(write_results("/dev/null", results), IoError);
  EXPECT_THROW(write_results(path(std::string(300, 'x').c_str()), results), IoError);
  EXPECT_EQ(entries(), 0u);
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  if (geteuid() == 0) return;  // root writes anywhere
  fs::permissions(directory_, fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_THROW(write_results(path(), results), IoError);
  EXPECT_EQ(entries(), 0u);
}

TEST_F(ResultsFile, LeavesNothingOnAFullDisk) {
  if (mount("none", directory_.c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "cannot mount a small file system";
  write_whole_file(path(), "older");
  std::string why;
  try {
    write_results(path(), test::sample_results());
  } catch (const IoError& error) {
    why = error.why();
  }
  EXPECT_EQ(why, "no space left on device");
  EXPECT_EQ(entries(), 1u);
  EXPECT_EQ(read_whole_file(path()), "older");
  umount(directory_.c_str());
}

TEST_F(ResultsFile, IsRefusedWithAReasonWhenItIsNone) {
  const auto reason = [&](const std::string& bytes) {
    try {
      parse_results_file(bytes, "x.h5");
    } catch (const IoError& error) {
      return error.problem();
    }
    return std::string("accepted");
  };
  const std::string good = results_file_bytes(test::sample_results());
  EXPECT_EQ(reason(good), "accepted");
  EXPECT_EQ(reason(""), "is not a results file");
  EXPECT_EQ(reason("title = \"a scenario\"\n"), "is not a results file");
  EXPECT_EQ(reason("\x89HDF\r\n\x1a\n"), "is not a whole results file");
  EXPECT_EQ(reason(good.substr(0, good.size() / 2)), "is not a whole results file");
  EXPECT_EQ(reason(good + "x"), "is not a whole results file");
  EXPECT_THROW(read_results(path("missing.h5")), IoError);
  EXPECT_THROW(read_results(directory_.string()), IoError);
  EXPECT_THROW(read_results("/dev/zero"), IoError);
}

TEST_F(ResultsFile, TellsEveryFlippedByte) {
  std::string bytes = results_file_bytes(test::sample_results());
  for (std::size_t at = 0; at < bytes.size(); at += 1 + bytes.size() / 397) {
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    EXPECT_THROW(parse_results_file(bytes, "x.h5"), IoError) << at;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
  }
}

TEST_F(ResultsFile, IsNeverReadWronglyEvenIfTheChecksumWasForged) {
  const std::string good = results_file_bytes(test::sample_results());
  const std::string hash = content_hash(test::sample_results());
  test::for_each_forged(good, 300, [&](const std::string& bytes, int copy) {
    const auto is_right = [&] { return content_hash(parse_results_file(bytes, "x.h5")) == hash; };
    EXPECT_TRUE(test::ends_well(test::outcome_of(is_right))) << copy;
  });
}

TEST_F(ResultsFile, TextsThatLeadNowhereAreRefused) {
  int copies = 0, refused = 0;
  test::for_each_damaged_text(results_file_bytes(test::sample_results()), [&](const std::string& bytes) {
    const test::Reading reading = test::outcome_of([&] { return !parse_results_file(bytes, "x.h5").tallies.empty(); });
    EXPECT_TRUE(test::ends_well(reading)) << copies;
    ++copies, refused += reading == test::Reading::refused;
  });
  EXPECT_GT(copies, 20);
  EXPECT_GT(refused, copies / 2);
}

}  // namespace
}  // namespace vt
