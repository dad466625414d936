#pragma once
/// \file A study as written: one question about many trials. Its scenario is that of a trial, to which each design
/// point does something.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/scenario/read_scenario.hpp"
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
  Position where;
};

struct EndpointSpec {
  Target question;  ///< without published values
  Goal goal = Goal::none;
  std::optional<double> at_most, at_least;
  std::string limit_unit;                      ///< that they are written in
  std::map<std::size_t, std::size_t> against;  ///< factor to level: less the same endpoint there
  Position where;
};

/// Of a sweep: grid, latin_hypercube, sobol. Of sensitivity analyses: saltelli (Sobol's indices), morris.
enum class DesignKind { grid, latin_hypercube, sobol, saltelli, morris };
inline constexpr std::uint32_t kMorrisLevels = 4;

struct StudySpec {
  std::string title;
  DesignKind design = DesignKind::grid;
  std::uint64_t points = 0;          ///< of designs that are drawn; saltelli: base points; morris: trajectories
  std::uint64_t seed = 1;            ///< of the design
  std::uint64_t randomisations = 1;  ///< saltelli: independent designs of so many base points
  bool by_ranks = false;             ///< latin_hypercube: partial rank correlations of the endpoints with the factors
  bool second_order = false;         ///< saltelli: interactions of two factors, too
  std::vector<FactorSpec> factors;
  std::vector<EndpointSpec> endpoints;
  std::string resolved;  ///< the study as a file of its own
  MergedScenario trial;  ///< without what makes it a study, and without tallies that nobody asks for
};

/// "10 mg" taken apart; nothing if it is no number with a unit of ours, but for instance a formula.
struct WrittenNumber {
  double number;
  std::string unit;
};
std::optional<WrittenNumber> written_number(std::string_view text);

/// Takes the study out of a scenario. Mistakes go to `problems`.
StudySpec read_study(MergedScenario merged, const FileText& text_of, Problems& problems);
}  // namespace vt
