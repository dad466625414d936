#pragma once
/// \file What a study found: endpoints of every design point.

#include <cstdint>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "output/results.hpp"
#include "output/statistics/estimate.hpp"
#include "output/statistics/sensitivity.hpp"
#include "output/study/optimum/optimum.hpp"
#include "output/study/power/observed.hpp"

namespace vt {

/// Which way an endpoint should go.
enum class Goal { none, maximise, minimise };
struct GoalEntry {
  Goal goal;
  std::string_view name;
};
inline constexpr GoalEntry kGoals[] = {{Goal::maximise, "maximise"}, {Goal::minimise, "minimise"}};

struct StudyFactor {
  std::string name;
  std::string key;   ///< what it sets, or multiplies; "": by level
  std::string unit;  ///< of numbers; "1": none
  bool scales = false;
  std::vector<std::string> labels;  ///< of its levels; none where it has a distribution
  std::vector<double> values;       ///< of its levels, NaN where one is no number
  bool is_circumstance = false;     ///< nobody can choose it
};

/// Two factors that are drawn together.
struct StudyCorrelation {
  std::string first, second;
  double of_scores = 0;    ///< correlation of their normal scores, as asked
  double spearman = kNaN;  ///< of their values at the points
};

/// An endpoint at every point.
struct StudyEndpoint {
  std::string name, title, unit;
  bool is_share = false;
  Goal goal = Goal::none;
  double at_most = std::numeric_limits<double>::infinity(), at_least = -std::numeric_limits<double>::infinity();
  std::vector<Estimate> estimates;   ///< NaN where there is none
  std::vector<std::string> reasons;  ///< why there is none, or ""
  double noise = kNaN;               ///< share of the variance between points that is Monte-Carlo noise
};

/// What of a design point is not an endpoint.
struct StudyPoint {
  std::vector<double> coordinates;  ///< of every factor: its level's number from 0, or the value itself
  std::uint64_t plan_hash = 0;
  std::string content_hash;  ///< of its trial's results
  std::uint64_t failed = 0;  ///< patients who could not be computed
  std::uint64_t patients = 0;
};

/// The same indices from a part of the points: of the first n base points or trajectories, [n][factor].
struct Convergence {
  std::vector<std::uint64_t> n;
  std::vector<std::vector<double>> S1, ST, mu_star;
};
struct ConvergenceTable {
  const char* name;
  std::vector<std::vector<double>> Convergence::*rows;
};
inline constexpr ConvergenceTable kConvergenceTables[] = {
    {"S1", &Convergence::S1}, {"ST", &Convergence::ST}, {"mu_star", &Convergence::mu_star}};

/// What an endpoint varies with. All but one kind are empty.
struct StudySensitivity {
  std::string endpoint;
  std::vector<std::string> names;  ///< of factors, or of groups of them, that the indices are of
  SobolIndices sobol;
  MorrisIndices morris;
  RankCorrelations ranks;
  PawnIndices pawn;
  Convergence convergence;
  double noise = kNaN;  ///< of the endpoint
};

/// A tally at every point. All points have its axes, but cut their own groups of quantiles.
struct StudyTally {
  ResultTally tally;  ///< without counts; quantile groups are "Q1", "Q2", …, without limits
  std::vector<std::vector<std::int64_t>> counts;          ///< of count_tables(tally.kind): [point][axes…, last axes]
  std::vector<std::vector<double>> cuts;                  ///< of each axis; quantiles: [point][groups − 1]
  std::vector<std::vector<std::int64_t>> group_patients;  ///< of each axis; quantiles: [point][groups + 1]
};

struct Study {
  std::string title, scenario_path, resolved_scenario, design;
  std::uint64_t seed = 0, patients = 0, replicates = 1;  ///< of every point
  std::vector<std::size_t> shape;                        ///< of a grid, by factor; else empty
  std::vector<StudyFactor> factors;
  std::vector<StudyCorrelation> correlations;
  std::vector<StudyPoint> points;
  std::vector<StudyEndpoint> endpoints;
  std::vector<StudySensitivity> sensitivity;  ///< of every endpoint, if it was asked for
  std::vector<StudyTally> tallies;            ///< if they were to be kept, by name
  std::vector<std::string> arms;              ///< power
  std::vector<PublishedCount> observed;       ///< power
  std::vector<PowerResult> power;             ///< [point][design][as simulated, null], if it was asked for
  std::optional<Optimum> optimum;             ///< if it was asked for
  std::vector<std::string> notes;
  Provenance provenance;
};

/// The points that meet all limits and that no other such point under the same circumstances beats in one goal without
/// losing in another; empty where no endpoint has a goal.
std::vector<std::size_t> pareto_front(const Study&);

/// "750", "no TDM", "1.23 mg": where a factor stands at a point.
std::string level_text(const Study&, const StudyPoint&, std::size_t factor);

/// Smallest and largest value of a factor at the points. \pre it has no levels
Interval drawn_range(const Study&, std::size_t factor);

/// Spearman's correlation that the one of the normal scores comes to: 6/π asin(ρ/2).
double spearman_asked(const StudyCorrelation&);

/// "a and b: correlation 0.5 of their normal scores (Spearman's 0.483; 0.481 at these points)"
std::string correlation_text(const StudyCorrelation&);

/// How indices of correlated factors are to be read; "" where there is nothing to say.
std::string correlated_words(const Study&, const StudySensitivity&);

/// SALib's names and what is behind them; S2 has two dimensions, all else is by factor. Some are empty.
std::vector<std::pair<const char*, const std::vector<double>*>> indices_of(const StudySensitivity&);
std::vector<std::pair<const char*, std::vector<double>*>> indices_of(StudySensitivity&);

/// Of the points' coordinates, plan and content hashes, and of the tallies that were kept. SHA-256, 64 hexadecimal
/// digits.
std::string content_hash(const Study&);

/// Of a point: "500", or "500 to 2042" where some were added.
std::string patients_text(const Study&);

/// A line for each point, and the front; or the indices of every endpoint. For a terminal.
std::string print_study(const Study&);

/// What is in a study's file and how it came about, then print_study(). For `info`.
std::string print_study_info(const Study&);

struct Whereabouts;
/// What fits a screen, at most 10 rows: power, indices, the best points or the extremes, and where the rest is.
std::string print_study_summary(const Study&, const Whereabouts&);

/// What print_study_named() knows: designs of power, endpoints.
std::vector<std::string> printable(const Study&);

/// These designs and endpoints at all points, as print_study() has them. \pre they are printable()
std::string print_study_named(const Study&, const std::vector<std::string>& names);

nlohmann::ordered_json study_json(const Study&);

}  // namespace vt
