#include "host/plan/build_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/plan/names/check_names.hpp"
#include "host/plan/plan_parts.hpp"
#include "kernels/course/course.hpp"
#include "output/hdf5/names.hpp"

namespace vt {

/// Values of every day. They need no slots of formulas: the names of the table of observables alone can be recorded.
void build_recording(PlanParts& parts) {
  const RecordSpec& spec = parts.scenario.record;
  parts.built.recording.patients = spec.patients;
  parts.built.recording.decisions = spec.decisions;
  parts.built.recording.doses = spec.doses;
  std::vector<Observable> recorded;
  for (const Text& name : spec.daily) {
    const ObservableName* entry = find_observable(name.value);
    const auto member = parts.formulas.member_observable(name.value, name.where);
    if (entry == nullptr || (is_family(*entry) && !member)) {
      std::vector<std::string> known;
      for (const std::string& one : parts.formulas.visit_names())
        if (!parts.formulas.patient_symbol(one)) known.push_back(one);
      parts.problems.add(name.where, fmt::format("record.daily names '{}' (only observables can be recorded; "
                                                 "scenarios/reference.md lists them){}",
                                                 name.value, did_you_mean(name.value, known)));
      continue;
    }
    if (std::ranges::find(schema::kDailyScales, name.value) != std::end(schema::kDailyScales))
      parts.problems.add(name.where,
                         fmt::format("record.daily names '{}' (which is an axis of the recorded values: it is "
                                     "there without being asked for); leave it out",
                                     name.value));
    recorded.push_back(member ? *member : parts.formulas.observable_of(*entry, name.value, name.where));
    parts.formulas.looks_back(entry->source);
    parts.built.recording.names.push_back(name.value);
    parts.built.recording.units.emplace_back(entry->unit);
  }
  parts.plan.recorded = parts.built.buffer.add(recorded);
  parts.built.recording.days = spec.days;
  parts.built.recording.hours = spec.hours;
  parts.plan.recorded_days = parts.built.buffer.add(spec.days);
  parts.plan.recorded_hours = parts.built.buffer.add(spec.hours);
  if (!spec.days.empty()) parts.plan.drug.pharmacokinetics.keeps_last_day = 1;
}

std::uint64_t BuiltPlan::rows_of_table() const {
  const Plan& plan = buffer.plan();
  if (table.whose == TablePlan::Whose::all) return plan.patients * plan.replicates;
  return table.whose == TablePlan::Whose::recorded ? std::min(recording.patients, plan.patients) : 0;
}

std::uint64_t BuiltPlan::recorded_bytes() const {
  const Plan& plan = buffer.plan();
  const auto days = static_cast<std::uint64_t>(plan.last_day - plan.first_day + 1);
  std::uint64_t each = recording.names.size() * days + recording.days.size() * recording.hours.size();
  constexpr std::uint64_t rates = 8, numbers_of_dose = 7;
  if (recording.doses) each += days * (rates + numbers_of_dose * plan.intakes);
  const std::uint64_t row = 1 + table.columns.size() * plan.lives;
  return sizeof(double) * (std::min(recording.patients, plan.patients) * each + rows_of_table() * row);
}

namespace {

std::uint64_t hash_words(std::span<const std::uint64_t> words) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const std::uint64_t word : words) {
    hash = (hash ^ word) * 0x100000001b3u;
    hash ^= hash >> 29;
  }
  return hash;
}

}  // namespace

/// A step of 0 mg is no end of treatment, where something asks for that.
void note_pauses(const PlanParts& parts) {
  const auto asks = [](const Observable& one) {
    return one.source == Source::on_treatment || one.source == Source::days_on_dose;
  };
  const auto is_estimand = [](const TallySpec& tally) { return tally.estimand != Estimand::itt; };
  if (std::ranges::none_of(parts.formulas.observables(), asks) &&
      std::ranges::none_of(parts.scenario.tallies, is_estimand))
    return;
  const auto note = [&](const RegimenSpec& regimen) {
    for (const RegimenSpec& step : regimen.schedule)
      if (!step.own_dose.is_set() && step.dose_mg == 0)
        parts.problems.note(
            step.where,
            "a step of 0 mg is a pause (on_treatment stays 1, days_on_dose and the estimands count on); write "
            "daily_dose_mg > 0 into formulas, or end the treatment by an event with ends_treatment = true");
  };
  for (const ArmSpec& arm : parts.scenario.arms) note(arm.regimen);
  for (const RuleSpec& rule : parts.scenario.rules) note(rule.regimen);
}

std::optional<BuiltPlan> build_plan(const Scenario& scenario, Problems& problems, bool with_sources) {
  PlanParts parts(scenario, problems);
  const std::size_t before = parts.problems.size();
  check_names(parts.scenario, parts.problems);
  constexpr std::uint64_t most_patients =
      0xffffffffu;  // below 2³², fixed-point sums cannot overflow (tallies/tallies.cpp)
  parts.plan.lives =
      parts.scenario.allocation == "counterfactual" ? static_cast<std::uint32_t>(parts.scenario.arms.size()) : 1;
  const std::uint64_t times = std::max<std::uint64_t>(1, parts.scenario.replicates * std::max(1u, parts.plan.lives));
  if (parts.scenario.patients > most_patients / times)
    parts.problems.add(
        {parts.scenario.path, 1, 1},
        fmt::format("{} patients in {} replicates and {} lives each (at most {} in all, so that no sum can "
                    "overflow); run fewer at a time",
                    parts.scenario.patients, parts.scenario.replicates, parts.plan.lives, most_patients));
  parts.plan.seed = parts.scenario.seed;
  parts.plan.patients = parts.scenario.patients;
  parts.plan.replicates = parts.scenario.replicates;
  parts.plan.first_day = parts.scenario.first_day;
  parts.plan.last_day = parts.scenario.duration_day;
  build_table(parts);
  build_population(parts);
  build_criteria(parts);
  build_traits(parts);
  build_pharmacokinetics(parts);
  build_adherence(parts);
  build_interactions(parts);
  build_models(parts);
  build_leukaemia(parts);
  build_blood_counts(parts);
  build_assays(parts);
  build_prediction(parts);
  build_tests(parts);
  build_calendar(parts);
  build_rules(parts);
  build_events(parts);
  build_arms(parts);
  build_dose_records(parts);
  finish_prediction(parts);
  limit_input(parts);
  build_tallies(parts);
  for (ResultTally& tally : parts.built.tallies) tally.is_of_lives = parts.plan.lives > 1;
  build_recording(parts);
  parts.formulas.check_measured();
  note_pauses(parts);
  if (with_sources) collect_sources(parts);
  if (parts.problems.size() != before) return std::nullopt;

  PlanBuffer& buffer = parts.built.buffer;
  parts.formulas.finish(buffer, parts.built.patient_names);
  parts.regimens.finish();
  build_patient_table(parts);
  if (parts.problems.size() != before) return std::nullopt;
  parts.plan.failure_places =
      std::max({parts.plan.sites, parts.plan.covariates.count, static_cast<std::uint32_t>(kTraits),
                static_cast<std::uint32_t>(kMaxOwnDoses), static_cast<std::uint32_t>(kVitals)});
  buffer.finish(parts.plan);
  parts.built.hash = hash_words(buffer.words());
  return std::move(parts.built);
}

}  // namespace vt
