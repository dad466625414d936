#include "host/study/read/read_distance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/scenario/sections.hpp"
#include "host/scenario/tallies/read_targets.hpp"
#include "host/study/distance.hpp"

namespace vt {

void read_distance(TableReader& reader, const Field& file, EndpointSpec& endpoint) {
  const Field rows = reader.get("rows");
  const std::vector<Text> wanted = read_texts(rows);
  const Text path = read_text(file);
  if (!path.is_set()) return;
  endpoint.targets_file = path_beside(path);
  Problems& problems = reader.problems();
  const std::size_t before = problems.size();
  const TargetFile targets = read_targets(endpoint.targets_file, problems);
  if (problems.size() != before) return;
  std::vector<std::string> known;
  for (const Target& target : targets.targets) known.push_back(target.name);
  const auto take = [&](const Target& target, const Position& where) {
    if (std::isnan(target.value))
      problems.add(where,
                   fmt::format("endpoint.{} has the row '{}' without a value (there is no distance from limits); "
                               "leave it out of rows",
                               endpoint.question.name, target.name));
    else if (!(scale_of(target) > 0))
      problems.add(where, fmt::format("endpoint.{} has the row '{}', whose value is 0 without an interval (there is "
                                      "nothing to measure a distance in); give it within, or leave it out of rows",
                                      endpoint.question.name, target.name));
    endpoint.rows.push_back(target);
  };
  for (const Text& name : wanted) {
    const auto found = std::ranges::find(targets.targets, name.value, &Target::name);
    if (found != targets.targets.end())
      take(*found, name.where);
    else
      problems.add(name.where, fmt::format("{} names '{}' (no row of {}){}", rows.path, name.value,
                                           endpoint.targets_file, suggest(name.value, known)));
  }
  if (rows) return;
  std::size_t left_out = 0;
  for (const Target& target : targets.targets) {
    if (std::isnan(target.value))
      ++left_out;
    else
      take(target, file.node->where);
  }
  if (endpoint.rows.empty() && problems.size() == before)
    file.complain("has no row with a value (there is nothing to be near to)");
  else if (left_out > 0)
    problems.note(file.node->where, fmt::format("endpoint.{} leaves out {} rows of {}, which have limits and no value",
                                                endpoint.question.name, left_out, endpoint.targets_file));
}

}  // namespace vt
