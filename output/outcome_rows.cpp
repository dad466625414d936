#include "output/outcome_rows.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "output/statistics/estimate.hpp"
#include "output/text.hpp"

namespace vt {

using Kind = Statistic::Kind;

std::vector<std::string> outcome_heading(const ResultTally& tally) {
  if (tally.kind == ResultKind::paired)
    return {">n", ">both", ">first only", ">second only", ">neither", ">difference", ">MC error"};
  std::vector<std::string> heading = {">n"};
  for (const std::string& outcome : tally.outcomes) heading.push_back(">" + outcome);
  heading.insert(heading.end(), {">without event", ">95 % interval", ">median, day", ">mean, day"});
  return heading;
}

std::vector<std::string> outcome_row(const ResultTally& tally, const Pooled& p) {
  std::vector<std::string> row = {fmt::format("{}", p.evaluable)};
  const auto each = static_cast<std::ptrdiff_t>(tally.times.empty() ? 1 : tally.times.size());
  for (auto first = p.counts.begin(); first != p.counts.end(); first += each)
    row.push_back(fmt::format("{}", std::accumulate(first, first + each, std::int64_t{0})));
  if (tally.kind == ResultKind::paired) {
    const Estimate change = estimate(tally, p, Statistic{Kind::difference});
    row.insert(row.end(), {percent(change.value), percent(change.standard_error)});
    return row;
  }
  const Estimate survival = estimate(tally, p, Statistic{Kind::survival});
  const Interval& i = survival.interval;
  row.push_back(percent(survival.value));
  row.push_back(std::isnan(i.low) ? "–" : fmt::format("{:.1f}–{:.1f}", 100 * i.low, 100 * i.high));
  row.push_back(short_number(value_of(tally, p, Statistic{Kind::quantile, 0.5})));
  row.push_back(short_number(value_of(tally, p, Statistic{Kind::rmst})));
  return row;
}

}  // namespace vt
