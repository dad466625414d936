#include "output/study/study_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "output/hdf5/results_file.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/study/keep_tallies.hpp"
#include "output/study/study_csv.hpp"
#include "output/study/study_report.hpp"
#include "tests/unit/output/damage.hpp"
#include "tests/unit/output/sample_results.hpp"
#include "tests/unit/output/sample_studies.hpp"

namespace vt { namespace {

using test::drawn;
using test::grid;

/// Levels without numbers, limits, a circumstance, failures, points without a value, more patients at one, notes.
Study sweep() {
  Study study = grid({3, 2});
  study.factors[0].labels = {"no TDM", "750", "ümlaut, \"quoted\""};
  study.factors[0].values[0] = kNaN;
  study.factors[0].key = "";
  study.factors[1].unit = "mg", study.factors[1].scales = true, study.factors[1].is_circumstance = true;
  study.endpoints[0].at_least = 0.25, study.endpoints[1].at_most = 0.75, study.endpoints[0].noise = 0.1;
  study.endpoints[1].estimates[4] = kNoEstimate, study.endpoints[1].reasons[4] = "nobody was measured";
  std::swap(study.endpoints[0].name, study.endpoints[1].name);  // not in alphabetical order
  study.points[2].failed = 3, study.points[2].patients = 400;
  for (StudyPoint& point : study.points) point.content_hash = sha256_hex("trial"), point.plan_hash += 1ull << 63;
  study.seed = 7, study.replicates = 2, study.scenario_path = "a.toml", study.resolved_scenario = "title = \"x\"\n";
  study.notes = {"one", "two"};
  study.provenance.command_line = "vtrial run a.toml", study.provenance.wall_seconds = 0.1;
  return study;
}

/// A sweep that keeps all kinds of axes; the points' quantile groups differ.
Study keeping(Study study) {
  Results results = test::sample_results();
  collapse_quantiles(results);
  for (std::size_t p = study.points.size(); p-- > 0;) {
    for (ResultTally& tally : results.tallies)
      for (ResultAxis& axis : tally.axes)
        for (double& cut : axis.cuts) cut += 1;
    ++results.tallies[0].randomised[0];
    std::vector<std::string> names;
    for (const ResultTally& tally : results.tallies) names.push_back(tally.name);
    keep_tallies(results, names, p, study.points.size(), study.tallies);
  }
  return study;
}

Study with_indices(const std::string& design, StudySensitivity indices) {
  indices.noise = 0.125;
  Study study = drawn(design, indices);
  for (std::size_t e = 0; e < 2; ++e) study.sensitivity[e].endpoint = study.endpoints[e].name;
  return study;
}

std::vector<Study> samples() {
  const std::vector<double> x = {0.1, kNaN, 0.3}, two(9, 0.5);
  StudySensitivity sobol, morris, ranks, pawn;
  sobol.sobol = {x, x, x, x, two, two};
  sobol.convergence = {{4, 8}, {x, x}, {x, x}, {}};
  morris.morris = {x, x, x, x};
  morris.convergence = {{4}, {}, {}, {x}};
  ranks.ranks = {x, x, x};
  pawn.pawn = {x, x, x, x, 0.25};
  return {Study{},
          sweep(),
          keeping(sweep()),
          drawn("list", {}),
          keeping(drawn("latin_hypercube", {})),
          with_indices("saltelli", sobol),
          with_indices("morris", morris),
          with_indices("latin_hypercube", ranks),
          with_indices("latin_hypercube", pawn),
          test::searched(1),
          test::searched(),
          test::power()};
}

TEST(StudyFile, GivesBackWhatWasWritten) {
  for (const Study& study : samples()) {
    const std::string bytes = study_file_bytes(study);
    const std::optional<Study> read = parse_study_file(bytes, "s.h5");
    ASSERT_TRUE(read);
    EXPECT_EQ(study_file_bytes(*read), bytes);
    EXPECT_EQ(study_report_html(*read), study_report_html(study));
    EXPECT_EQ(study_json(*read).dump(), study_json(study).dump());
    EXPECT_EQ(print_study(*read), print_study(study));
    EXPECT_EQ(print_study_info(*read), print_study_info(study));
    EXPECT_EQ(read->shape, study.shape);
    for (std::size_t e = 0; e < study.endpoints.size(); ++e) {
      EXPECT_EQ(read->endpoints[e].name, study.endpoints[e].name);
      EXPECT_EQ(read->endpoints[e].reasons, study.endpoints[e].reasons);
    }
    for (std::size_t t = 0; t < study.tallies.size(); ++t) EXPECT_EQ(read->tallies[t].counts, study.tallies[t].counts);
  }
}

TEST(StudyFile, HoldsItsTalliesUnderItsHash) {
  const Study study = keeping(sweep());
  for (const auto& change :
       {+[](Study& s) { ++s.tallies[1].counts[0].back(); }, +[](Study& s) { s.tallies.pop_back(); },
        +[](Study& s) { ++s.points[1].plan_hash; }, +[](Study& s) { s.points[1].content_hash = ""; },
        +[](Study& s) { s.points[1].coordinates[0] += 1; }}) {
    Study changed = study;
    change(changed);
    EXPECT_NE(content_hash(changed), content_hash(study));
  }
}

TEST(StudyFile, IsToldFromThatOfATrial) {
  EXPECT_FALSE(parse_study_file(results_file_bytes(test::sample_results()), "t.h5"));
  try {
    parse_results_file(study_file_bytes(sweep()), "s.h5");
    ADD_FAILURE() << "read as a trial";
  } catch (const IoError& error) {
    EXPECT_NE(error.why().find("it holds a study"), std::string::npos);
  }
}

/// Why the file of a study is not read.
std::string reason(const Study& study) {
  try {
    parse_study_file(study_file_bytes(study), "s.h5");
  } catch (const IoError& error) {
    return error.why();
  }
  return "accepted";
}

/// A file that fits together, but not with itself: each mistake has its own words.
TEST(StudyFile, IsRefusedWhereItsPartsDoNotFit) {
  Study study = sweep();
  study.points[3].coordinates[1] = 0.5;
  EXPECT_EQ(reason(study), "a point has no level of factor 'f1'");
  study = sweep();
  study.points.pop_back(), study.shape.clear();
  for (StudyEndpoint& endpoint : study.endpoints) endpoint.estimates.pop_back(), endpoint.reasons.pop_back();
  EXPECT_EQ(reason(study), "a grid has more combinations than points");
  study = drawn("list", {});
  study.points[0].coordinates[2] = kNaN;
  EXPECT_EQ(reason(study), "a point has no value of factor 'noise'");
  StudySensitivity some;
  some.ranks.prcc = {0.1, 0.2, 0.3};
  EXPECT_EQ(reason(with_indices("latin_hypercube", some)), "indices of '/sensitivity' differ in length");
  EXPECT_EQ(reason(with_indices("latin_hypercube", {})), "'/sensitivity' has not the indices of one method");
}

template <class Change>
std::string reason_after(Study study, Change change) {
  change(study);
  return reason(study);
}

TEST(StudyFile, IsRefusedWhereASearchDoesNotFit) {
  const auto after = [](auto change) {
    return reason_after(test::searched(), [&](Study& study) { change(*study.optimum); });
  };
  EXPECT_EQ(after([](Optimum& o) { o.path.pop_back(); }),
            "a point is of a generation that /optimum/path does not have");
  EXPECT_EQ(after([](Optimum& o) { o.best.clear(); }), "/optimum has no best point");
}

TEST(StudyFile, IsRefusedWhereTrialsDoNotFit) {
  const auto after = [](auto change) { return reason_after(test::power(), [&](Study& study) { change(study); }); };
  const auto of_trial = [&](auto change) { return after([&](Study& study) { change(study.power[3].trials[7]); }); };
  EXPECT_EQ(of_trial([](PlayedTrial& t) { t.days += 1; }), "the trials of a point do not match its content hash");
  EXPECT_EQ(of_trial([](PlayedTrial& t) { t.is_short = true; }), "the trials of a point do not match its content hash");
  EXPECT_EQ(of_trial([](PlayedTrial& t) { t.ending = TrialEnding{4}; }), "ending holds impossible numbers");
  EXPECT_EQ(of_trial([](PlayedTrial& t) { t.look = 3; }), "look_of_end holds impossible numbers");
  EXPECT_EQ(of_trial([](PlayedTrial& t) { t.patients[1] = -1; }), "patients holds impossible numbers");
  EXPECT_EQ(of_trial([](PlayedTrial& t) { t.days = kNaN; }), "days holds what is no number");
  EXPECT_EQ(of_trial([](PlayedTrial& t) { t.better = 8; }), "arms_better holds an arm that is not there");
  EXPECT_EQ(after([](Study& s) { s.replicates = 19; }), "ending has another length than expected");
  EXPECT_EQ(after([](Study& s) { s.power[2].bounds[1] = kNaN; }), "bound holds what is no number");
  EXPECT_EQ(after([](Study& s) { s.power[2].looks[1] = 2; }), "look holds what is no share");
  EXPECT_EQ(after([](Study& s) { s.arms.pop_back(); }), "patients has another length than expected");
}

TEST(StudyFile, IsNeverReadWronglyEvenIfTheChecksumWasForged) {
  for (const Study& study : {keeping(sweep()), samples()[5], test::searched(), test::power()}) {
    const std::string hash = content_hash(study);
    test::for_each_forged(study_file_bytes(study), 150, [&](const std::string& bytes, int copy) {
      // What was read can be shown: that is tried in one more process, so that nothing hides a crash of ours.
      const auto is_right = [&] {
        const std::optional<Study> read = parse_study_file(bytes, "s.h5");
        if (!read) return true;  // a flipped bit made it another kind of file
        const auto is_shown = [&] {
          for (const StudyTable& table : kStudyTables) table.text_of(*read);
          return !study_report_html(*read).empty() && !study_json(*read).dump().empty() &&
                 !print_study_info(*read).empty();
        };
        return content_hash(*read) == hash && test::outcome_of(is_shown) == test::Reading::right;
      };
      EXPECT_TRUE(test::ends_well(test::outcome_of(is_right))) << copy;
    });
  }
}

TEST(StudyTables, QuoteTextsAndLeaveOutWhatIsNotThere) {
  const std::string points = points_csv(sweep());
  EXPECT_TRUE(
      points.starts_with("point,f0,f1 [mg],endpoint,unit,value,standard_error,low,high,n,reason,patients,failed\n"));
  EXPECT_NE(points.find("\n4,\"ümlaut, \"\"quoted\"\"\",0,gain,mg,,,,,0,nobody was measured,0,0\n"), std::string::npos)
      << points;
  EXPECT_TRUE(is_study_table(points.substr(0, points.find('\n'))));
  EXPECT_FALSE(is_study_table("point,dose [mg]"));
  EXPECT_EQ(sensitivity_csv(sweep()), "");
  const std::string indices = sensitivity_csv(samples()[5]);
  EXPECT_NE(indices.find("\ngain,S2,slope,shift,,0.5\n"), std::string::npos) << indices;
  EXPECT_NE(indices.find("\nharm,ST,noise,,8,0.3\n"), std::string::npos);
  EXPECT_TRUE(is_study_table(indices.substr(0, indices.find('\n'))));
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::size_t lines_of(const std::string& text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }

TEST(StudyTables, HaveTheTrialsOfEveryDesign) {
  const Study study = test::power();
  const std::string power = power_csv(study), trials = trials_csv(study);
  EXPECT_TRUE(first_line(power).starts_with(
      "design,point,adherence,clearance [L/h],truth,planned,replicates,better,better low,better high,worse,"))
      << power;
  EXPECT_TRUE(first_line(power).ends_with(",ended at look 3,ended at look 3 low,ended at look 3 high,short"));
  EXPECT_EQ(lines_of(power), 1 + 2 * 5 * 2u);
  EXPECT_NE(power.find("\none look,0,0,5,as simulated,300,20,0.75,0.5"), std::string::npos) << power;
  EXPECT_NE(power.find("\n\"sizes, 60 patients\",1,1,5,equal arms,60,20,0.05,"), std::string::npos);
  EXPECT_EQ(lines_of(trials), 1 + 2 * 5 * 2 * 20u);
  EXPECT_TRUE(first_line(trials).ends_with(
      ",truth,replicate,ending,look,days,z,estimate,found better,short,patients in control,patients in low,patients in "
      "high,events in control,events in low,events in high"));
  EXPECT_NE(
      trials.find("\nthree looks,1,1,5,as simulated,19,undecided,2,119,1.9000000000000001,0.25,,1,80,99,80,40,59,0\n"),
      std::string::npos)
      << trials.substr(trials.find("three looks,1,1,5,as simulated,19"), 100);
  EXPECT_NE(trials.find("\none look,0,0,5,as simulated,1,better,1,101,0.1,0.25,low; high,0,"), std::string::npos);
  for (const std::string& table : {power, trials}) EXPECT_TRUE(is_study_table(first_line(table)));
  EXPECT_EQ(power_csv(sweep()) + trials_csv(sweep()) + optimum_csv(sweep()) + points_csv(study), "");
}

TEST(StudyTables, HaveFreshValuesOfTheBestPoints) {
  const std::string optimum = optimum_csv(test::searched());
  EXPECT_TRUE(is_study_table(first_line(optimum)));
  EXPECT_EQ(lines_of(optimum), 1 + 3 * 2u);
  EXPECT_NE(optimum.find("\n1,10,0.25,0.75,0.0625,gain,1,0.4,0.02,"), std::string::npos) << optimum;
  EXPECT_NE(optimum.find(",harm,mg,,,,,0,nobody was measured,0.0625,0.01,"), std::string::npos) << optimum;
}

}  // namespace
}  // namespace vt
