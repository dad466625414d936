#pragma once
/// \file Published results beside simulated ones.

#include <nlohmann/json_fwd.hpp>

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "output/statistics/estimate.hpp"

namespace vt {

/// Was the published number used to fit the model? Then agreement with it is no evidence.
enum class TargetKind { fitted, predicted };

/// The other side of a ratio or a difference.
struct OtherSide {
  Selection where;
  std::string run, tally, statistic;  ///< "": that of the target itself
  bool empty() const { return where.empty() && run.empty() && tally.empty() && statistic.empty(); }
};

/// One published result. Numbers are in the tally's unit; shares are fractions.
struct Target {
  std::string name, tally;
  Selection where;        ///< axes that are not named are pooled
  OtherSide over;         ///< not empty: the statistic at `where` divided by that at `over`
  OtherSide minus;        ///< not empty: that at `where` minus that at `minus`
  std::string statistic;  ///< see parse_statistic
  double value = std::numeric_limits<double>::quiet_NaN();  ///< published; NaN = only limits are known
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  TargetKind kind = TargetKind::predicted;
  bool required = false;
  std::string over_replicates;  ///< of a tally by replicate: a statistic of its values in each: quantile, mean or sd
  std::string spread;  ///< an axis: the largest relative change from its first cell to any other, with its sign
  double day = Statistic::kWhole;  ///< survival, cumulative_incidence, rmst: when
  std::string cause;               ///< cumulative_incidence
  std::string source, tag, unit;
  std::string explanation;  ///< printed beside a miss
  std::string run;          ///< which of several trials; "" where there is one
};

/// Tags of values that were read in no source (from memory with low confidence, assumed, derived by the project): such
/// rows are shown, and a certificate never counts them.
inline constexpr std::string_view kSoftTags[] = {"ML", "A", "P"};
bool is_soft(const Target&);

enum class Verdict { inside, outside, not_testable };

struct Comparison {
  Target target;
  Verdict verdict = Verdict::not_testable;
  std::string reason;  ///< why not testable
  Estimate simulated;  ///< of the ratio, difference or change, if the target asks for one
};

/// Trials by the names that targets use; "": the only one.
using Runs = std::map<std::string, const Results*>;

/// What was simulated, or why there is no such number.
struct Answer {
  Estimate simulated;
  std::string reason;
};
/// In the order of the questions; nothing published is needed.
std::vector<Answer> answer(const Results&, const std::vector<Target>& questions);

/// In the order of the targets. A ratio's error takes its two sides as independent.
std::vector<Comparison> compare(const Results&, const std::vector<Target>&);
/// Of several trials. \pre their quantile axes are cut into groups
std::vector<Comparison> compare(const Runs&, const std::vector<Target>&);

/// The number that a target asks for, in each replicate by itself: NaN where nobody was measured, and infinite where
/// times do not reach a quantile. Throws NotTestable. \pre quantile axes are cut into groups
std::vector<double> numbers_in_replicates(const Runs&, const Target&);

/// Is a required row not inside? (Not testable counts as outside.)
bool any_required_miss(const std::vector<Comparison>&);

/// How many of one kind, and how many of them inside.
struct Score {
  int rows = 0, inside = 0;
};
Score score_of(const std::vector<Comparison>&, TargetKind);

/// "inside", "MISS", "not testable"
std::string to_string(Verdict);
/// "inside", "outside", "not testable": in files.
std::string_view name_of(Verdict);

/// "MMR, arm = 400 mg QD: median" in the target's own terms: what was asked of which tally.
std::string describe(const Target&);

/// The axes of a selection as JSON: {"arm": "400 mg QD"}.
nlohmann::ordered_json selection_json(const Selection&);
/// The same of another side, within what else it names: {"run": …, "statistic": …, "where": {…}}.
nlohmann::ordered_json other_side_json(const OtherSide&);

/// A number of this target with its unit: shares in percent.
std::string target_number(const Target&, double);

/// The same of what was simulated; of a miss by less than the digits show, with more of them.
std::string simulated_number(const Comparison&);

/// "1140 to 1260 ng/mL", "≥ 80 %", "–" if neither end is finite.
std::string target_range(const Target&, double low, double high);

/// Predicted and fitted rows apart; each miss with its explanation below the table. For a terminal.
std::string print_comparison(const std::vector<Comparison>&);

/// What fits a screen: how many are inside, the first misses, whether what is required is inside.
std::string print_comparison_summary(const std::vector<Comparison>&);

/// One of its rows: what was published, what was simulated, the verdict.
nlohmann::ordered_json row_json(const Comparison&);

/// {"rows": [...], "predicted": {"rows", "inside"}, "fitted": {...}, "required_miss": bool}
nlohmann::ordered_json comparison_json(const std::vector<Comparison>&);

}  // namespace vt
