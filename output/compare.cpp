#include "output/compare.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "output/notes.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/statistics/survival.hpp"
#include "output/statistics/two_by_two.hpp"

namespace vt {
namespace {

/// A target that cannot be answered from these results.
class NotTestable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

double relative_error(const Estimate& e) { return e.standard_error / e.value; }

Estimate ratio(const Estimate& a, const Estimate& b) {
  const double value = a.value / b.value;
  return with_error(value, std::fabs(value) * std::hypot(relative_error(a), relative_error(b)), std::min(a.n, b.n));
}

Estimate difference(const Estimate& a, const Estimate& b) {
  return with_error(a.value - b.value, std::hypot(a.standard_error, b.standard_error), std::min(a.n, b.n));
}

Estimate at(const ResultTally& tally, const Selection& where, const Statistic& statistic) {
  if (const std::string flaw = selection_flaw(tally, where); !flaw.empty()) throw NotTestable(flaw);
  const Estimate e = estimate(tally, pool(tally, where), statistic);
  if (std::isnan(e.value)) throw NotTestable("no patient was measured there: " + to_string(where));
  return e;
}

/// The change from the axis's first measured cell to the one that differs most from it.
Estimate spread(const ResultTally& tally, const Target& target, const Statistic& statistic) {
  const auto axis = find_axis(tally, target.spread);
  if (!axis) throw NotTestable("tally '" + tally.name + "' has no axis '" + target.spread + "'");
  std::vector<Estimate> cells;
  for (const std::string& label : tally.axes[*axis].labels) {
    Selection where = target.where;
    where[target.spread] = label;
    if (const std::string flaw = selection_flaw(tally, where); !flaw.empty()) throw NotTestable(flaw);
    const Estimate e = estimate(tally, pool(tally, where), statistic);
    if (!std::isnan(e.value)) cells.push_back(e);
  }
  if (cells.size() < 2) throw NotTestable("fewer than two cells of axis '" + target.spread + "' were measured");
  Estimate most = with_error(0, kNaN, 0);
  for (std::size_t i = 1; i < cells.size(); ++i) {
    Estimate change = ratio(cells[i], cells[0]);
    change.value -= 1, change.interval.low -= 1, change.interval.high -= 1;
    if (i == 1 || std::fabs(change.value) > std::fabs(most.value)) most = change;
  }
  return most;
}

/// Patients to treat as in `where` instead of `minus` for one more event.
Estimate needed(const ResultTally& tally, const Target& target) {
  if (target.minus.empty()) throw NotTestable("number_needed compares two groups; give minus = { arm = … }");
  const Statistic share{tally.estimand == Estimand::itt ? Statistic::Kind::itt : Statistic::Kind::proportion};
  const Estimate change = difference(at(tally, target.where, share), at(tally, target.minus, share));
  const NumberNeeded number = number_needed(change);
  return {number.value, change.standard_error * number.value * number.value, number.interval, change.n};
}

Estimate simulated(const Results& results, const Target& target) {
  if (const std::string reason = withheld(results); !reason.empty()) throw NotTestable(reason);
  const auto named = [&](const ResultTally& t) { return t.name == target.tally; };
  const auto tally = std::find_if(results.tallies.begin(), results.tallies.end(), named);
  if (tally == results.tallies.end()) throw NotTestable("the results have no tally '" + target.tally + "'");
  auto statistic = parse_statistic(target.statistic);
  if (!statistic) throw NotTestable("there is no statistic '" + target.statistic + "'");
  if (!applies(*statistic, tally->kind)) {
    throw NotTestable("a tally of kind " + to_string(tally->kind) + " has no " + target.statistic);
  }
  statistic->day = target.day;
  statistic->cause = target.cause;
  if (!target.cause.empty() && !cause_of(*tally, target.cause))
    throw NotTestable("tally '" + tally->name + "' has no outcome '" + target.cause + "'");
  if (statistic->kind == Statistic::Kind::number_needed) return needed(*tally, target);
  if (!target.spread.empty()) return spread(*tally, target, *statistic);
  const Estimate here = at(*tally, target.where, *statistic);
  if (!target.over.empty()) return ratio(here, at(*tally, target.over, *statistic));
  if (!target.minus.empty()) return difference(here, at(*tally, target.minus, *statistic));
  return here;
}

Answer answer_one(const Results& results, const Target& target) {
  try {
    const Estimate found = simulated(results, target);
    return {found, std::isfinite(found.value) ? "" : "the simulated value is not finite"};
  } catch (const NotTestable& flaw) {
    return {kNoEstimate, flaw.what()};
  }
}

Comparison compare_one(const Results& results, const Target& target) {
  const Answer found = answer_one(results, target);
  Comparison row{target, Verdict::not_testable, found.reason, found.simulated};
  if (!row.reason.empty()) return row;
  if (!(std::isfinite(target.low) || std::isfinite(target.high))) {
    row.reason = "the target gives no limits";
  } else {
    const bool is_inside = target.low <= row.simulated.value && row.simulated.value <= target.high;
    row.verdict = is_inside ? Verdict::inside : Verdict::outside;
  }
  return row;
}

/// ask.operator()(results) of results whose quantile axes are cut into groups.
template <class Ask>
auto with_groups(const Results& results, Ask ask) {
  if (!has_octaves(results)) return ask(results);
  Results cut = results;
  collapse_quantiles(cut);
  return ask(cut);
}

}  // namespace

std::vector<Answer> answer(const Results& results, const std::vector<Target>& questions) {
  return with_groups(results, [&](const Results& cut) {
    std::vector<Answer> answers;
    for (const Target& question : questions) answers.push_back(answer_one(cut, question));
    return answers;
  });
}

std::vector<Comparison> compare(const Results& results, const std::vector<Target>& targets) {
  return with_groups(results, [&](const Results& cut) {
    std::vector<Comparison> rows;
    rows.reserve(targets.size());
    for (const Target& target : targets) rows.push_back(compare_one(cut, target));
    return rows;
  });
}

bool any_required_miss(const std::vector<Comparison>& rows) {
  return std::any_of(rows.begin(), rows.end(),
                     [](const Comparison& row) { return row.target.required && row.verdict != Verdict::inside; });
}

Score score_of(const std::vector<Comparison>& rows, TargetKind kind) {
  Score score;
  for (const Comparison& row : rows) {
    if (row.target.kind != kind) continue;
    ++score.rows;
    if (row.verdict == Verdict::inside) ++score.inside;
  }
  return score;
}

}  // namespace vt
