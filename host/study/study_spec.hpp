#pragma once
/// \file A study as written: one question about many trials. Its scenario is that of a trial, to which each design
/// point does something.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/scenario/people/correlation.hpp"
#include "host/scenario/read_scenario.hpp"
#include "host/study/optimise/optimise_spec.hpp"
#include "host/study/power/trial_design.hpp"
#include "kernels/vocabulary/distributions.hpp"
#include "output/compare.hpp"
#include "output/study/study.hpp"

namespace vt {

/// Puts a value where the key leads.
struct EntrySetting {
  std::string key;
  Node value;
};

/// One value of a factor: files laid on the scenario, then entries that are set.
struct FactorLevel {
  std::string label;
  std::optional<double> value;  ///< where it is a number
  std::string unit;             ///< of the number, as written
  std::vector<Node> bases;
  std::vector<EntrySetting> settings;
};

/// How the values of a factor are spread. Numbers are in the unit that they are written in.
struct FactorLaw {
  Distribution distribution = Distribution::uniform;
  double first = 0, second = 0;  ///< as kDistributions has them
};

struct FactorSpec {
  std::string name;
  std::string key;      ///< what the values stand in; "": each level says it
  bool scales = false;  ///< they multiply what stands there
  std::string unit;     ///< written behind the number
  std::vector<FactorLevel> levels;
  std::optional<FactorLaw> law;  ///< instead of levels
  bool draws_level = false;      ///< of power: one of them for each replicate
  bool is_drawn() const { return law || draws_level; }
  std::vector<std::size_t> listed;  ///< its level at every point, of a list
  std::string group;                ///< of factors whose indices are found together; "": none
  bool is_circumstance = false;     ///< nobody can choose it: points are compared where it is the same
  Position where;
};

/// What is asked of a statistical test: the share of replicates in which it is significant, its mean estimate, its
/// median p.
enum class OfTest { power, estimate, p };
struct OfTestEntry {
  OfTest asked;
  std::string_view name, words;
};
inline constexpr OfTestEntry kOfTests[] = {{OfTest::power, "power", "share of replicates with p < 0.05"},
                                           {OfTest::estimate, "estimate", "mean of the replicates' estimates"},
                                           {OfTest::p, "p", "median p of the replicates"}};
struct TestQuestion {
  std::string analysis;
  std::string term;  ///< "": its only one
  OfTest asked = OfTest::power;
};

struct EndpointSpec {
  Target question;                   ///< without published values
  std::optional<TestQuestion> test;  ///< instead of it
  Goal goal = Goal::none;
  std::optional<double> at_most, at_least;
  std::string limit_unit;                      ///< that they are written in
  std::map<std::size_t, std::size_t> against;  ///< factor to level: less the same endpoint there
  std::map<std::string, double> weights;       ///< instead of the question: of other endpoints, the sum of these
  std::vector<Target> rows;                    ///< instead of it: published, the distance from them
  std::string targets_file;                    ///< that has these; "": none
  std::optional<double> precision;             ///< largest standard error that is wanted
  Position where;
  /// Else a test is asked, a sum of other endpoints, or a distance.
  bool asks_tally() const { return weights.empty() && !test && rows.empty(); }
};

/// Whether an endpoint is a share, and so may be written in percent.
bool is_share_of(const EndpointSpec& endpoint);

/// Of a sweep: grid, one_at_a_time, list, latin_hypercube, sobol. Of sensitivity analyses: saltelli (Sobol's indices),
/// morris, and latin_hypercube. Those behind list are drawn, the points of optimise one generation after another. Of
/// the power of trial designs: replicates, a grid of the factors that have values, while the others are drawn anew in
/// every replicate.
enum class DesignKind { grid, one_at_a_time, replicates, list, latin_hypercube, sobol, saltelli, morris, optimise };
inline constexpr std::uint32_t kMorrisLevels = 4;

/// What is found from points that are spread over the factors' ranges.
enum class OfSample { nothing, rank_correlations, pawn };
inline constexpr std::size_t kPawnSlices = 10;

/// A Gaussian copula of factors that have distributions: the correlations of their normal scores.
struct FactorCorrelation {
  std::vector<std::size_t> factors;  ///< ascending; none: all are independent
  Matrix matrix;                     ///< positive definite with unit diagonal, in their order
};

struct StudySpec {
  std::string title;
  std::optional<std::uint64_t> afresh;  ///< the seed, where it is simulated once more with other random numbers
  DesignKind design = DesignKind::grid;
  std::uint64_t points = 0;                ///< of designs that are drawn; saltelli: base points; morris: trajectories;
                                           ///< optimise: at most
  std::uint64_t seed = 1;                  ///< of the design
  std::uint64_t randomisations = 1;        ///< saltelli: independent designs of so many base points
  OfSample of_sample = OfSample::nothing;  ///< latin_hypercube
  bool second_order = false;               ///< saltelli: interactions of two factors, too
  FactorCorrelation correlation;           ///< latin_hypercube, sobol
  std::optional<OptimiseSpec> optimise;    ///< optimise
  std::uint64_t most_patients = 0;         ///< that a point may have for the precision that endpoints want
  bool keeps_tallies = false;              ///< the counts of every point go into the file
  Position where_kept;
  std::vector<std::string> kept_tallies;  ///< that have the same tables at all points, by name; empty until looked at
  std::vector<FactorSpec> factors;
  std::vector<EndpointSpec> endpoints;
  std::vector<TrialDesign> trial_designs;  ///< power
  std::vector<ObservedSpec> observed;      ///< power
  std::set<std::string> for_means;         ///< tallies of numbers of which nothing else is asked
  std::vector<std::string> files;          ///< that it reads beside the trial's
  std::string resolved;                    ///< the study as a file of its own
  MergedScenario trial;                    ///< without what makes it a study, and without tallies that nobody wants
};

/// Factors whose indices are found together; without groups each by itself.
struct FactorGroup {
  std::string name;
  std::vector<std::size_t> factors;
};
std::vector<FactorGroup> groups_of(const StudySpec& study);

/// Takes the study out of a scenario. Mistakes go to `problems`.
StudySpec read_study(MergedScenario merged, const FileText& text_of, Problems& problems);
}  // namespace vt
