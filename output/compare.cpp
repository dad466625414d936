#include "output/compare.hpp"

#include <algorithm>
#include <cmath>

#include "output/statistics/over_replicates.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/statistics/two_by_two.hpp"
#include "output/target_cells.hpp"

namespace vt {
namespace {

double relative_error(const Estimate& e) { return e.standard_error / e.value; }

Estimate ratio(const Estimate& a, const Estimate& b) {
  const double value = a.value / b.value;
  return with_error(value, std::fabs(value) * std::hypot(relative_error(a), relative_error(b)), std::min(a.n, b.n));
}

Estimate difference(const Estimate& a, const Estimate& b) {
  return with_error(a.value - b.value, std::hypot(a.standard_error, b.standard_error), std::min(a.n, b.n));
}

/// The change from the axis's first measured cell to the one that differs most from it.
Estimate spread(const Asked& asked, const Target& target) {
  const ResultTally& tally = *asked.tally;
  const auto axis = find_axis(tally, target.spread);
  if (!axis) throw NotTestable("tally '" + tally.name + "' has no axis '" + target.spread + "'");
  std::vector<Estimate> cells;
  for (const std::string& label : tally.axes[*axis].labels) {
    Asked cell = asked;
    cell.where[target.spread] = label;
    const Estimate e = estimate(tally, pool_asked(cell), asked.statistic);
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

/// The number that a target asks for, of the cells that it names.
Estimate asked_of(const Runs& runs, const Target& target) {
  const Estimate here = estimate_of(asked_by(runs, target));
  if (!target.over.empty()) return ratio(here, estimate_of(asked_by(runs, target, target.over)));
  if (!target.minus.empty()) return difference(here, estimate_of(asked_by(runs, target, target.minus)));
  return here;
}

void check_cells(const Asked& asked) {
  if (const std::string flaw = selection_flaw(*asked.tally, asked.where); !flaw.empty()) throw NotTestable(flaw);
}

double value_in_replicate(const Asked& asked) {
  check_cells(asked);
  return value_in_replicate(*asked.tally, pool_asked(asked), asked.statistic);
}

/// The number that a target asks for of one replicate.
double number_in_replicate(const Runs& runs, const Target& one) {
  const double here = value_in_replicate(asked_by(runs, one));
  if (one.over.empty() && one.minus.empty()) return here;
  const double there = value_in_replicate(asked_by(runs, one, one.over.empty() ? one.minus : one.over));
  if (std::isinf(here) || std::isinf(there))
    throw NotTestable("a replicate does not reach " + one.statistic + ", so that it has no difference or ratio");
  return one.over.empty() ? here - there : here / there;
}

/// A statistic of the numbers that the trial's replicates have, each by itself.
Estimate spread_between_trials(const Runs& runs, const Target& target) {
  const auto between = parse_statistic(target.over_replicates);
  if (!between || !is_of_samples(*between))
    throw NotTestable("over replicates there is no " + target.over_replicates + " (but quantiles, mean and sd)");
  const Estimate found = of_sample(numbers_in_replicates(runs, target), *between);
  if (std::isnan(found.value)) throw NotTestable("no replicate has a value, or one does not reach it");
  return found;
}

/// Patients to treat as in `where` instead of `minus` for one more event.
Estimate needed(Asked here, Asked there) {
  for (Asked* side : {&here, &there})
    side->statistic = {side->tally->estimand == Estimand::itt ? Statistic::Kind::itt : Statistic::Kind::proportion};
  const Estimate change = difference(estimate_of(here), estimate_of(there));
  const NumberNeeded number = number_needed(change);
  return {number.value, change.standard_error * number.value * number.value, number.interval, change.n};
}

Estimate simulated(const Runs& runs, const Target& target) {
  const Asked here = asked_by(runs, target);
  if (here.statistic.kind == Statistic::Kind::number_needed) {
    if (target.minus.empty()) throw NotTestable("number_needed compares two groups; give minus = { arm = … }");
    return needed(here, asked_by(runs, target, target.minus));
  }
  if (!target.spread.empty()) return spread(here, target);
  if (!target.over_replicates.empty()) return spread_between_trials(runs, target);
  return asked_of(runs, target);
}

Answer answer_one(const Runs& runs, const Target& target) {
  try {
    const Estimate found = simulated(runs, target);
    return {found, std::isfinite(found.value) ? "" : "the simulated value is not finite"};
  } catch (const NotTestable& flaw) {
    return {kNoEstimate, flaw.what()};
  }
}

Comparison compare_one(const Runs& runs, const Target& target) {
  const Answer found = answer_one(runs, target);
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

bool is_soft(const Target& target) { return std::ranges::find(kSoftTags, target.tag) != std::end(kSoftTags); }

std::vector<double> numbers_in_replicates(const Runs& runs, const Target& target) {
  const ResultTally& tally = *asked_by(runs, target).tally;
  const auto axis = replicate_axis(tally);
  if (!axis) throw NotTestable("tally '" + tally.name + "' has no axis 'replicate'; add it to its by");
  std::vector<double> values;
  for (const double replicate : tally.axes[*axis].values) {
    Target one = target;
    one.where[tally.axes[*axis].name] = replicate;
    for (OtherSide* side : {&one.over, &one.minus})
      if (!side->empty()) side->where[tally.axes[*axis].name] = replicate;
    values.push_back(number_in_replicate(runs, one));
  }
  return values;
}

std::vector<Answer> answer(const Results& results, const std::vector<Target>& questions) {
  return with_groups(results, [&](const Results& cut) {
    std::vector<Answer> answers;
    for (const Target& question : questions) answers.push_back(answer_one({{"", &cut}}, question));
    return answers;
  });
}

std::vector<Comparison> compare(const Results& results, const std::vector<Target>& targets) {
  return with_groups(results, [&](const Results& cut) { return compare(Runs{{"", &cut}}, targets); });
}

std::vector<Comparison> compare(const Runs& runs, const std::vector<Target>& targets) {
  std::vector<Comparison> rows;
  rows.reserve(targets.size());
  for (const Target& target : targets) rows.push_back(compare_one(runs, target));
  return rows;
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
