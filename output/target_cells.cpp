#include "output/target_cells.hpp"

#include <algorithm>
#include <cmath>

#include "output/notes.hpp"
#include "output/statistics/survival.hpp"

namespace vt {

Asked asked_by(const Runs& runs, const Target& target) {
  const auto run = runs.find(target.run);
  if (run == runs.end()) throw NotTestable("there is no run '" + target.run + "'");
  const Results& results = *run->second;
  if (const std::string reason = withheld(results); !reason.empty()) throw NotTestable(reason);
  const auto tally = std::ranges::find(results.tallies, target.tally, &ResultTally::name);
  if (tally == results.tallies.end()) throw NotTestable("the results have no tally '" + target.tally + "'");
  auto statistic = parse_statistic(target.statistic);
  if (!statistic) throw NotTestable("there is no statistic '" + target.statistic + "'");
  if (!applies(*statistic, tally->kind))
    throw NotTestable("a tally of kind " + to_string(tally->kind) + " has no " + target.statistic);
  statistic->day = target.day;
  statistic->cause = target.cause;
  if (!target.cause.empty() && !cause_of(*tally, target.cause))
    throw NotTestable("tally '" + tally->name + "' has no outcome '" + target.cause + "'");
  return {&*tally, target.where, *statistic};
}

Asked asked_by(const Runs& runs, const Target& target, const OtherSide& other) {
  Target there = target;
  there.where = other.where;
  if (!other.run.empty()) there.run = other.run;
  if (!other.tally.empty()) there.tally = other.tally;
  if (!other.statistic.empty()) there.statistic = other.statistic;
  return asked_by(runs, there);
}

Pooled pool_asked(const Asked& asked) {
  if (const std::string flaw = selection_flaw(*asked.tally, asked.where); !flaw.empty()) throw NotTestable(flaw);
  return pool(*asked.tally, asked.where);
}

Estimate estimate_of(const Asked& asked) {
  const Estimate e = estimate(*asked.tally, pool_asked(asked), asked.statistic);
  if (std::isnan(e.value)) throw NotTestable("no patient was measured there: " + to_string(asked.where));
  return e;
}

}  // namespace vt
