#include "output/report/sections/flow.hpp"

#include <algorithm>

namespace vt::report {

Flow flow_of(const Results& results) {
  Flow flow;
  flow.screened = static_cast<std::int64_t>(results.patients * results.replicates);
  flow.not_included = rejected(results);
  flow.included = flow.screened - flow.not_included;
  flow.knows_ends = !results.leaving.empty();
  for (std::size_t a = 0; a < results.arms.size(); ++a) {
    FlowOfArm arm{.allocated = results.arms[a].patients};
    for (std::size_t reason = 0; reason < results.leaving.size(); ++reason)
      (reason == 0 ? arm.to_the_end : arm.left) += results.leaving[reason].patients[a];
    if (flow.knows_ends) arm.failed = arm.allocated - arm.to_the_end - arm.left;
    flow.allocated += arm.allocated;
    flow.arms.push_back(arm);
  }
  const auto arms = static_cast<std::int64_t>(flow.arms.size());
  flow.is_every_arm =
      arms > 1 && flow.allocated > 0 &&
      (std::ranges::any_of(results.tallies, &ResultTally::is_of_lives) || flow.allocated == arms * flow.included);
  if (arms > 0) flow.missing = (flow.is_every_arm ? arms : 1) * flow.included - flow.allocated;
  return flow;
}

}  // namespace vt::report
