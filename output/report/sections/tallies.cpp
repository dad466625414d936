#include <algorithm>
#include <map>

#include "output/notes.hpp"
#include "output/report/sections/sections.hpp"
#include "output/report/sections/tally_tables.hpp"
#include "output/report/svg.hpp"
#include "output/statistics/over_replicates.hpp"

namespace vt::report {
namespace {

/// "time-to-event"
std::string id_of(const SubjectEntry& subject) {
  std::string id(subject.name);
  std::ranges::replace(id, '_', '-');
  return id;
}

}  // namespace

std::vector<Section> tally_sections(const Results& results, const std::vector<Comparison>& rows) {
  if (results.tallies.empty()) return {};
  if (const std::string reason = withheld(results); !reason.empty())
    return {{"results", "Results", "<p class=\"miss\">" + escape(reason) + "</p>\n"}};
  const std::string failed = failed_share(results);
  const std::vector<const ResultTally*> in_order = in_scenario_order(results);
  std::vector<ResultTally> together;
  for (const ResultTally* tally : in_order) together.push_back(without_replicates(*tally));
  std::map<Subject, std::string> bodies;
  std::size_t id = 1;
  for (std::size_t t = 0; t < in_order.size(); ++t) {
    for (const Figure& figure : figures_among(together, t, rows, id)) {
      bodies[figure.subject] += figure_html(figure);
      ++id;
    }
    bodies[subject_of(*in_order[t])] += tally_tables(*in_order[t], failed);
  }
  std::vector<Section> sections;
  for (const SubjectEntry& subject : kSubjects)
    if (const auto body = bodies.find(subject.subject); body != bodies.end())
      sections.push_back({id_of(subject), std::string(subject.title), std::move(body->second)});
  return sections;
}

}  // namespace vt::report
