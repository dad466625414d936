#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "host/study/optimise/load_optimiser.hpp"
#include "host/study/optimise/run_optimise.hpp"
#include "output/study/study_report.hpp"
#include "tests/unit/host/study/small_study.hpp"

namespace vt { namespace {

using test::complaint;
using test::kTrial;
using test::loaded;

Study optimised(const LoadedStudy& study, int threads = 2, std::uint64_t block = 512) {
  const std::atomic<bool> never = false;
  RunOptions options;
  options.backend = Backend::cpu;
  options.threads = threads;
  options.block = block;
  return run_optimise(study.study, study.design, study.text_of(), {}, options, {}, never);
}

/// Searches of which the library is there.
class Optimise : public testing::Test {
  void SetUp() override {
    if (const std::string flaw = find_optimiser().flaw; !flaw.empty()) GTEST_SKIP() << flaw;
  }
};

std::string parameter(const std::string& name, const std::string& value) {
  return fmt::format("[[parameter]]\nname = \"{}\"\nvalue = {}\nsource = \"test\"\nbasis = \"assumed\"\n", name, value);
}

std::string tally(const std::string& name, const std::string& score, const std::string& goal) {
  return fmt::format(
      "[[tally]]\nname = \"{0}\"\nscore = \"{1}\"\nrange = [0, 1024]\nat = \"last\"\nby = [\"arm\"]\n[[endpoint]]\n"
      "name = \"{0}\"\ntally = \"{0}\"\nstatistic = \"mean\"\n{2}\n",
      name, score, goal);
}

std::string between(const std::string& name, const std::string& key, const std::string& low, const std::string& high) {
  return fmt::format("[[factor]]\nname = \"{}\"\nkey = \"{}\"\ndistribution = \"uniform\"\nlow = {}\nhigh = {}\n", name,
                     key, low, high);
}

std::string search(const std::string& method, int population, int generations) {
  return fmt::format("[study]\nkind = \"optimise\"\npatients = 2\nmethod = \"{}\"\npopulation = {}\ngenerations = {}\n",
                     method, population, generations);
}

const std::string kDose = between("dose", "arm.a.regimen.dose", "\"20 mg\"", "\"400 mg\"");
const std::string kTwo = parameter("x", "0.1") + parameter("y", "0.1") + between("x", "parameter.x.value", "-4", "4") +
                         between("y", "parameter.y.value", "-4", "4");

/// A mean is right to 5e-10 of each value.
constexpr double kOfMeans = 1e-6;

/// An average of 500 ng/mL is 500·10·24/1000 = 120 mg a day, and y is 0.3 whatever the dose.
TEST_F(Optimise, FindsTheDoseOfATarget) {
  for (const char* method : {"cmaes", "de"}) {
    const Study study = optimised(loaded(
        kTrial + search(method, 16, 40) + kDose + parameter("y", "0.1") + between("y", "parameter.y.value", "-1", "1") +
        tally("miss", "(average_concentration/500 - 1)^2 + (y - 0.3)^2", "goal = \"minimise\"")));
    const Optimum& optimum = *study.optimum;
    ASSERT_EQ(optimum.best.size(), 1u);
    const std::vector<double>& at = study.points[optimum.best[0].point].coordinates;
    EXPECT_NEAR(at[0], 120, 2) << method;
    EXPECT_NEAR(at[1], 0.3, 0.02) << method;
    EXPECT_TRUE(optimum.is_feasible);
    EXPECT_LT(optimum.path.back().spread, 0.1 * optimum.path.front().spread) << method;
    EXPECT_EQ(optimum.path.back().best[0], study.endpoints[1].estimates[optimum.best[0].point].value);
  }
}

/// x + 2y over the unit disc is largest, √5, at (1, 2)/√5, where the limit holds exactly.
TEST_F(Optimise, GoesToALimitAndNotBeyond) {
  for (const char* method : {"cmaes", "de"}) {
    const Study study = optimised(loaded(kTrial + search(method, 20, 60) + kTwo +
                                         tally("benefit", "x + 2*y + 16", "goal = \"maximise\"") +
                                         tally("harm", "x*x + y*y", "at_most = 1")));
    const std::size_t best = study.optimum->best[0].point;
    const double benefit = study.endpoints[1].estimates[best].value - 16,
                 harm = study.endpoints[2].estimates[best].value;
    EXPECT_LE(harm, 1.0) << method;
    EXPECT_GT(harm, 0.98) << method;
    EXPECT_LE(benefit, std::sqrt(5.0) + kOfMeans);
    EXPECT_GT(benefit, 0.99 * std::sqrt(5.0)) << method;
    for (const StudyPoint& point : study.points)  // of all that meet the limit it is the best
      EXPECT_LE(
          point.coordinates[0] * point.coordinates[0] + point.coordinates[1] * point.coordinates[1] <= 1 - kOfMeans
              ? point.coordinates[0] + 2 * point.coordinates[1]
              : 0,
          benefit + kOfMeans);
  }
}

/// x² against (x − 2)²: no other point beats those with x from 0 to 2 and y = 0.3; there √a + √b = 2.
TEST_F(Optimise, FindsAFront) {
  const Study study = optimised(loaded(kTrial + search("nsga2", 24, 40) + kTwo +
                                       tally("a", "x^2 + (y - 0.3)^2", "goal = \"minimise\"") +
                                       tally("b", "(x - 2)^2 + (y - 0.3)^2", "goal = \"minimise\"")));
  const Optimum& optimum = *study.optimum;
  ASSERT_EQ(optimum.best.size(), 24u);
  double before = -1, widest = 0;
  for (const BestPoint& best : optimum.best) {
    const double a = best.fresh[1].value, b = best.fresh[2].value;
    EXPECT_NEAR(std::sqrt(a) + std::sqrt(b), 2, 0.05);
    EXPECT_NEAR(study.points[best.point].coordinates[1], 0.3, 0.2);
    EXPECT_GT(a, before);  // by the first goal
    widest = std::max(widest, std::sqrt(a) - std::max(0.0, before < 0 ? 0 : std::sqrt(before)));
    before = a;
  }
  EXPECT_GT(before, 3);    // to the other end, 4
  EXPECT_LT(widest, 0.4);  // without a gap
  EXPECT_EQ(optimum.path.back().front, pareto_front(study).size());
}

/// The same with a limit on the first goal: the front ends there.
TEST_F(Optimise, FindsAFrontWithinALimit) {
  const Study study = optimised(loaded(kTrial + search("nsga2", 24, 40) + kTwo +
                                       tally("a", "x^2 + (y - 0.3)^2", "goal = \"minimise\"\nat_most = 1") +
                                       tally("b", "(x - 2)^2 + (y - 0.3)^2", "goal = \"minimise\"")));
  double most = 0;
  for (const BestPoint& best : study.optimum->best) {
    most = std::max(most, best.fresh[1].value);
    EXPECT_NEAR(std::sqrt(best.fresh[1].value) + std::sqrt(best.fresh[2].value), 2, 0.05);
  }
  EXPECT_LE(most, 1);
  EXPECT_GT(most, 0.9);
}

/// Values are chosen by their number; no point is simulated twice.
TEST_F(Optimise, ChoosesAmongValues) {
  const std::string doses =
      "[[factor]]\nname = \"dose\"\nkey = \"arm.a.regimen.dose\"\nvalues = [\"50 mg\", \"100 mg\", \"120 mg\", \"200 "
      "mg\", "
      "\"400 mg\"]\n";
  for (const char* method : {"cmaes", "de"}) {
    const Study study = optimised(loaded(kTrial + search(method, 8, 10) + doses +
                                         tally("miss", "(average_concentration/500 - 1)^2", "goal = \"minimise\"")));
    EXPECT_EQ(level_text(study, study.points[study.optimum->best[0].point], 0), "120 mg") << method;
    std::set<double> seen;
    for (const StudyPoint& point : study.points) EXPECT_TRUE(seen.insert(point.coordinates[0]).second);
    EXPECT_LE(study.points.size(), 5u);
    EXPECT_EQ(study.optimum->path.back().asked, 8u);
  }
  const Study both = optimised(loaded(kTrial + search("nsga2", 8, 10) + doses + parameter("y", "0.1") +
                                      between("y", "parameter.y.value", "-1", "1") +
                                      tally("miss", "(average_concentration/500 - 1)^2 + y^2", "goal = \"minimise\"") +
                                      tally("amount", "daily_dose_mg + y^2", "goal = \"minimise\"")));
  for (const BestPoint& best : both.optimum->best)  // more than 120 mg is worse in both
    EXPECT_LE(both.points[best.point].coordinates[0], 2);
}

TEST_F(Optimise, IsTheSameWhoeverWorks) {
  for (const char* method : {"cmaes", "de", "nsga2"}) {
    const LoadedStudy study =
        loaded(kTrial + search(method, 8, 4) + kTwo + tally("a", "x^2 + y^2", "goal = \"minimise\"") +
               tally("b", "(x - 2)^2", std::string_view(method) == "nsga2" ? "goal = \"minimise\"" : "at_most = 9"));
    const std::string once = content_hash(optimised(study, 1));
    EXPECT_EQ(content_hash(optimised(study, 2)), once) << method;
    EXPECT_EQ(content_hash(optimised(study, 7, 16)), once) << method;
  }
}

TEST_F(Optimise, AnotherSeedIsAnotherWay) {
  const auto way = [](const std::string& seed) {
    return content_hash(optimised(
        loaded(kTrial + search("cmaes", 8, 4) + seed + kTwo + tally("a", "x^2 + y^2", "goal = \"minimise\""))));
  };
  EXPECT_EQ(way(""), way("seed = 1\n"));
  EXPECT_NE(way("seed = 1\n"), way("seed = 2\n"));
}

/// Patients who differ: what the optimiser saw has luck, the answer is a run of its own.
TEST_F(Optimise, SimulatesTheBestPointAfresh) {
  const std::string trial = kTrial +
                            "[[random_effect]]\nname = \"CL\"\nsd = 0.5\nsource = \"test\"\nbasis = \"assumed\"\n" +
                            tally("miss", "abs(average_concentration/500 - exp(eta.CL))", "goal = \"minimise\"");
  const LoadedStudy study = loaded(trial + search("cmaes", 8, 3) + "fresh_seed = 77\nfresh_patients = 130\n" + kDose);
  const Study found = optimised(study);
  const BestPoint& best = found.optimum->best[0];
  EXPECT_EQ(found.optimum->fresh_seed, 77u);
  EXPECT_EQ(best.patients, 130u);
  EXPECT_NE(best.fresh[1].value, found.endpoints[1].estimates[best.point].value);
  StudySpec alone = study.study;
  Problems problems;
  Node seed = make_table({});
  seed.kind = Node::Kind::whole;
  for (const auto& [key, value] : {std::pair{"trial.seed", 77}, std::pair{"trial.patients", 130}}) {
    seed.whole = value;
    apply_change(alone.trial.tree, {key, "test", {}}, seed, problems);
  }
  const std::atomic<bool> never = false;
  const Study again = run_study(alone, {{}, {found.points[best.point].coordinates}, {}, {}}, study.text_of(), {},
                                {.backend = Backend::cpu}, {}, never);
  EXPECT_EQ(again.endpoints[1].estimates[0].value, best.fresh[1].value);
  EXPECT_EQ(again.points[0].content_hash, best.content_hash);
}

TEST_F(Optimise, SaysWhereNothingMeetsTheLimits) {
  const Study study = optimised(loaded(kTrial + search("cmaes", 12, 30) + kTwo +
                                       tally("benefit", "x + 2*y + 16", "goal = \"maximise\"") +
                                       tally("harm", "x*x + y*y + 2", "at_most = 1")));
  EXPECT_FALSE(study.optimum->is_feasible);
  ASSERT_EQ(study.optimum->best.size(), 1u);
  EXPECT_LT(distance_outside(study, study.optimum->best[0].point), 1.01);  // 1 at the origin
  EXPECT_TRUE(std::isnan(study.optimum->path.back().best[0]));
  EXPECT_NE(fmt::format("{}", fmt::join(study.notes, "\n")).find("meets all limits"), std::string::npos);
  EXPECT_NE(print_study(study).find("Nearest to the limits"), std::string::npos);
}

/// Every generation is one study of many points.
TEST_F(Optimise, TellsTheWay) {
  const Study study =
      optimised(loaded(kTrial + search("cmaes", 8, 5) + kTwo + tally("a", "x^2 + y^2", "goal = \"minimise\"")));
  ASSERT_EQ(study.optimum->path.size(), 5u);
  for (std::size_t p = 0; p < 40; ++p) EXPECT_EQ(study.optimum->generation[p], p / 8);
  const auto json = study_json(study);
  EXPECT_EQ(json["optimum"]["path"].size(), 5u);
  EXPECT_EQ(json["optimum"]["best"][0]["endpoints"]["a"]["fresh"]["value"], study.optimum->best[0].fresh[1].value);
  const std::string page = study_report_html(study);
  EXPECT_NE(page.find("a by generation"), std::string::npos);
  EXPECT_NE(print_study(study).find("Optimum: x "), std::string::npos);
}

TEST(Refusals, SayWhatAnOptimiserNeeds) {
  const std::string goal = tally("a", "x^2 + y^2", "goal = \"minimise\""), cmaes = search("cmaes", 8, 4);
  const auto says = [](const std::string& text, const std::string& wanted) {
    const std::string said = complaint(kTrial + text);
    EXPECT_NE(said.find(wanted), std::string::npos) << said;
  };
  says(cmaes + kTwo + tally("a", "x + y + 9", ""), "no endpoint has a goal");
  says(cmaes + kTwo + goal + tally("b", "x + 4", "goal = \"maximise\""),
       "'cmaes' is for one goal (2 endpoints have one)");
  says(search("nsga2", 8, 4) + kTwo + goal, "'nsga2' is for several goals");
  says(search("nsga2", 10, 4) + kTwo + goal + tally("b", "x + 4", "goal = \"maximise\""),
       "study.population is 10 (nsga2 needs 8 or more, a multiple of 4); write 12");
  says(search("de", 5, 4) + kTwo + goal, "study.population is 5 (de needs 7 or more); write 7");
  says(search("cma", 8, 4) + kTwo + goal, "not one of: cmaes, de, nsga2");
  says(cmaes + kTwo + goal +
           "[[factor]]\nname = \"f\"\nscale = \"pk.clearance\"\ndistribution = \"lognormal\"\n"
           "median = 1\nsd_log = 0.2\n",
       "factor.f has a distribution without ends");
  says(cmaes + kTwo + goal +
           "[[factor]]\nname = \"f\"\nkey = \"pk.clearance\"\nrole = \"circumstance\"\n"
           "values = [\"8 L/h\", \"9 L/h\"]\n",
       "factor.f is a circumstance");
  says(cmaes + kTwo + goal + "[[factor]]\nname = \"f\"\nkey = \"pk.clearance\"\nvalues = [\"8 L/h\"]\n",
       "factor.f has one value");
  says(cmaes + "points = 12\n" + kTwo + goal, "points");
  says(cmaes + "fresh_seed = 1\n" + kTwo + goal, "the trial's own");
  says(cmaes + "correlation = { pairs = [[\"x\", \"y\", 0.5]] }\n" + kTwo + goal, "stands beside an optimiser");
  says("[study]\nkind = \"optimise\"\n" + kTwo + goal, "has no population");
  says(cmaes + between("clearance", "pk.clearance", "\"-1 L/h\"", "\"9 L/h\"") +
           tally("a", "daily_dose_mg", "goal = \"maximise\""),
       "[at clearance = -");
}

/// Nothing is wrong with the scenario: it is told, and the run ends like one without its GPU.
TEST(Optimiser, ThatIsMissingIsSaidWithWhatToInstall) {
  const std::string before = std::getenv("VTRIAL_PLUGINS") != nullptr ? std::getenv("VTRIAL_PLUGINS") : "";
  setenv("VTRIAL_PLUGINS", "/nowhere", 1);
  const LoadedStudy study =
      loaded(kTrial + search("cmaes", 8, 4) + kTwo + tally("a", "x^2 + y^2", "goal = \"minimise\""));
  ASSERT_EQ(study.notes.size(), 1u);
  EXPECT_NE(study.notes[0].find("/nowhere/libvtrial_optimise.so is not there"), std::string::npos) << study.notes[0];
  EXPECT_NE(study.notes[0].find("libpagmo-dev"), std::string::npos);
  try {
    optimised(study);
    ADD_FAILURE() << "it ran";
  } catch (const DeviceError& error) {
    EXPECT_EQ(error.what(), study.notes[0]);
  }
  before.empty() ? unsetenv("VTRIAL_PLUGINS") : setenv("VTRIAL_PLUGINS", before.c_str(), 1);
}

}  // namespace
}  // namespace vt
