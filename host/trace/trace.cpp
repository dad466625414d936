#include "host/trace/trace.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "host/plan/names/observables.hpp"
#include "host/trace/failure.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

Trace trace(const Scenario& scenario, const BuiltPlan& built, std::uint64_t index, std::uint64_t replicate) {
  const Plan& plan = built.buffer.plan();
  if (index >= plan.patients || replicate >= plan.replicates)
    throw std::out_of_range(
        fmt::format("patient {} of replicate {} (the scenario has patients 0 to {} in {} replicate{})", index,
                    replicate, plan.patients - 1, plan.replicates, plan.replicates == 1 ? "" : "s"));
  Trace found;
  found.patient = index;
  found.replicate = replicate;
  std::vector<Observable> wanted;
  const auto watch = [&](std::string name, std::string_view unit, bool is_result, Observable observable) {
    found.observables.push_back({std::move(name), std::string(unit), is_result});
    wanted.push_back(observable);
  };
  for (const ObservableName& entry : observable_names())
    if (!is_family(entry)) watch(entry.name, entry.unit, entry.source == Source::last, {entry.source, entry.index});
  for (std::uint32_t e = 0; e < scenario.events.size(); ++e) {
    const EventSpec& event = scenario.events[e];
    watch("event." + event.name, "", false, {Source::event, e});
    if (event.grades != GradeShares{}) watch("grade." + event.name, "", false, {Source::grade, e});
    if (event.recurrence.is_set()) watch("times." + event.name, "", false, {Source::times, e});
  }
  for (std::uint32_t i = 0; i < scenario.interactions.size(); ++i)
    watch("comedication." + scenario.interactions[i].perpetrator, "", false, {Source::comedication, i});
  for (std::uint32_t r = 0; r < scenario.rules.size(); ++r)
    watch("times_fired." + scenario.rules[r].name, "", false, {Source::times_fired, r});
  const auto days = static_cast<std::size_t>(plan.last_day - plan.first_day + 1);
  found.days.resize(days);
  found.values.resize(days * wanted.size());
  found.defined.resize(days * wanted.size());
  std::array<double, kPatientSlots> slots{};
  std::vector<std::uint64_t> words(all_words(plan));
  TracedFailure failure{};
  Record record;
  vt_run_trace(plan,
               {.id = replicate << 32 | index,
                .observables = wanted.data(),
                .count = static_cast<std::uint32_t>(wanted.size()),
                .days = found.days.data(),
                .values = found.values.data(),
                .defined = found.defined.data(),
                .traits = slots.data()},
               &failure, &record, words.data());
  for (const PatientName& name : built.patient_names) found.traits.push_back({name.name, slots[name.slot]});
  if (failure.failure != 0) {
    const std::string there = circumstances(built, failure, slots);
    found.failure = reason_of_failure(built, failure.failure) + (there.empty() ? "" : ": " + there);
    if (plan.lives > 1) found.failure += fmt::format(" (in arm {})", built.arms[failure.life].name);
    found.failed_on = failure.day;
    if (failure.life == 0) found.days.resize(static_cast<std::size_t>(failure.day - plan.first_day) + 1);
  }
  return found;
}

}  // namespace vt
