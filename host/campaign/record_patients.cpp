#include "host/campaign/record_patients.hpp"

#include <algorithm>

#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

DecisionRow row_of(const Decision& decision, const std::vector<RuleName>& rules) {
  DecisionRow row;
  row.patient = decision.patient;
  row.day = decision.day;
  if (decision.rule < rules.size()) row.rule = rules[decision.rule].name;
  row.action = decision.deed == Deed::discontinued  ? "discontinue"
               : decision.deed == Deed::event       ? "event"
               : decision.deed == Deed::end_of_hold ? "resume"
                                                    : rules[decision.rule].action;
  row.before_mg = decision.before_mg;
  row.after_mg = decision.after_mg;
  return row;
}

}  // namespace

void record_patients(const BuiltPlan& built, RunUnit run, std::uint64_t first, Results& results) {
  const Plan& plan = built.buffer.plan();
  const std::uint64_t patients = std::min(built.recording.patients, plan.patients);
  const std::uint64_t days = static_cast<std::uint64_t>(plan.last_day - plan.first_day) + 1;
  results.has_decisions = built.recording.decisions;
  DailyValues& daily = results.daily;
  daily.names = built.recording.names;
  daily.units = built.recording.units;
  if (!daily.names.empty()) {
    for (std::uint64_t p = 0; p < patients; ++p) daily.patients.push_back(first + p);
    for (std::int32_t day = plan.first_day; day <= plan.last_day; ++day) daily.days.push_back(day);
    daily.values.resize(patients * daily.names.size() * days);
  }

  ConcentrationTimes& times = results.concentrations;
  times.days.assign(built.recording.days.begin(), built.recording.days.end());
  times.hours = built.recording.hours;
  if (!times.days.empty())
    for (std::uint64_t p = 0; p < patients; ++p) times.patients.push_back(first + p);
  times.values.resize(times.patients.size() * times.days.size() * times.hours.size());

  std::vector<Decision> decisions(built.recording.decisions ? 4096 : 0);
  std::vector<std::uint64_t> words(all_words(plan));
  for (bool fits = false; !fits;) {
    Recorder recorder{decisions.data(),
                      decisions.size(),
                      0,
                      daily.names.empty() ? nullptr : daily.values.data(),
                      times.days.empty() ? nullptr : times.values.data(),
                      first};
    run(plan, {first, patients, 1, &recorder}, words.data(), nullptr);
    fits = !built.recording.decisions || recorder.decisions <= decisions.size();
    decisions.resize(built.recording.decisions ? recorder.decisions : 0);  // once more where it was too short
  }
  std::ranges::stable_sort(decisions, {}, &Decision::patient);
  for (const Decision& decision : decisions) results.decisions.push_back(row_of(decision, built.rules));
}

}  // namespace vt
