#include "output/qualification/forest.hpp"

#include <fmt/format.h>

#include "output/report/forest_chart.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

ForestStatus status_of(Verdict verdict) {
  return verdict == Verdict::inside    ? ForestStatus::inside
         : verdict == Verdict::outside ? ForestStatus::outside
                                       : ForestStatus::not_testable;
}

ForestRow forest_row(const CertifiedRow& row) {
  const Target& t = row.found.target;
  return {.name = row.id.empty() ? t.name : row.id + "  " + t.name,
          .published = t.value,
          .low = t.low,
          .high = t.high,
          .simulated = row.found.simulated.value,
          .interval = row.found.simulated.interval,
          .predictive = row.predictive.interval,
          .is_fitted = t.kind == TargetKind::fitted,
          .status = status_of(row.found.verdict),
          .verdict = to_string(row.found.verdict),
          .simulated_text = simulated_number(row.found) + " (" + target_number(t, t.value) + ")"};
}

}  // namespace

Figure forest_of(const std::string& title, const std::vector<const CertifiedRow*>& rows, std::size_t id) {
  Figure figure;
  figure.title = title;
  figure.caption = forest_key() + " Beside each row: the verdict, the simulated and, in brackets, the published value.";
  figure.data.heading = {"Row", "verdict", ">accepted", ">published", ">simulated"};
  ForestChart chart;
  chart.words = {fmt::format("forest-{}", id), title,
                 "Accepted ranges and simulated values, a line for each published result.", "", ""};
  chart.groups.resize(1);
  for (const CertifiedRow* row : rows) {
    const Target& t = row->found.target;
    chart.groups[0].rows.push_back(forest_row(*row));
    figure.data.rows.push_back({t.name, to_string(row->found.verdict), target_range(t, t.low, t.high),
                                target_number(t, t.value), simulated_number(row->found)});
  }
  figure.svg = draw(chart);
  return figure;
}

}  // namespace vt::report
