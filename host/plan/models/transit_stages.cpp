#include "host/plan/models/transit_stages.hpp"

#include <algorithm>
#include <memory>

#include "kernels/people/traits.hpp"

namespace vt {

namespace {
constexpr std::uint64_t kPatients = 512;
constexpr double kStages = 4;  ///< proliferation and three of transit
}  // namespace

std::vector<double> transit_stages_day(const Plan& plan, int lineage) {
  std::vector<double> stages;
  if (!has_lineage(plan, lineage)) return stages;
  const auto values = std::make_unique<PatientValues<1>>();
  for (std::uint64_t i = 0; i < std::min(kPatients, plan.patients); ++i) {
    Lanes<Id, 1> id;
    id.put(0, {i});
    std::uint64_t failure[1] = {};
    std::uint32_t rejected_by[1] = {};
    sample_population(plan, id, *values, failure, rejected_by);
    const double days = lineage == Neutrophils::lineage ? parameters_of<Neutrophils>(plan, *values, 0).transit_day
                                                        : parameters_of<Platelets>(plan, *values, 0).transit_day;
    if (failure[0] == 0 && rejected_by[0] == 0 && days > 0) stages.push_back(days / kStages);
  }
  std::ranges::sort(stages);
  return stages;
}

}  // namespace vt
