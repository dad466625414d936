#include "host/trace/trace.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "kernels/tally/layout.hpp"

namespace vt {

Trace trace(const BuiltPlan& built, std::uint64_t index, std::uint64_t replicate) {
  const Plan& plan = built.buffer.plan();
  if (index >= plan.patients || replicate >= plan.replicates)
    throw std::out_of_range(
        fmt::format("patient {} of replicate {} (the scenario has patients 0 to {} in {} replicate{})", index,
                    replicate, plan.patients - 1, plan.replicates, plan.replicates == 1 ? "" : "s"));
  Trace found;
  found.patient = index;
  found.observables = observable_names();
  std::vector<Observable> wanted;
  for (const ObservableName& name : found.observables) wanted.push_back({name.source, 0});
  const auto days = static_cast<std::size_t>(plan.last_day - plan.first_day + 1);
  found.days.resize(days);
  found.values.resize(days * wanted.size());
  found.defined.resize(days * wanted.size());
  std::array<double, kPatientSlots> slots{};
  std::vector<std::uint64_t> words(all_words(plan));
  vt_run_trace(plan, replicate << 32 | index, wanted.data(), static_cast<std::uint32_t>(wanted.size()),
               found.days.data(), found.values.data(), found.defined.data(), slots.data(), words.data());
  for (const PatientName& name : built.patient_names) found.traits.push_back({name.name, slots[name.slot]});
  return found;
}

}  // namespace vt
