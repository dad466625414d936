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
  row.action = decision.trigger == Trigger::discontinued  ? "discontinue"
               : decision.trigger == Trigger::event       ? "event"
               : decision.trigger == Trigger::end_of_hold ? std::string(name_of(Action::resume))
                                                          : rules[decision.rule].action;
  row.before_mg = decision.before_mg;
  row.after_mg = decision.after_mg;
  return row;
}

}  // namespace

PatientRecording::PatientRecording(const BuiltPlan& built, std::uint64_t first) : built_(built), first_(first) {
  const Plan& plan = built.buffer.plan();
  patients_ = std::min(built.recording.patients, plan.patients);
  const std::uint64_t days = static_cast<std::uint64_t>(plan.last_day - plan.first_day) + 1;
  daily_.names = built.recording.names;
  daily_.units = built.recording.units;
  if (!daily_.names.empty()) {
    for (std::uint64_t p = 0; p < patients_; ++p) daily_.patients.push_back(first + p);
    for (std::int32_t day = plan.first_day; day <= plan.last_day; ++day) daily_.days.push_back(day);
    daily_.values.resize(patients_ * daily_.names.size() * days);
  }
  times_.days.assign(built.recording.days.begin(), built.recording.days.end());
  times_.hours = built.recording.hours;
  if (!times_.days.empty())
    for (std::uint64_t p = 0; p < patients_; ++p) times_.patients.push_back(first + p);
  times_.values.resize(times_.patients.size() * times_.days.size() * times_.hours.size());
}

void PatientRecording::run_unit(RunUnit run, WorkUnit unit, std::uint64_t* words, Record* records) {
  const Plan& plan = built_.buffer.plan();
  const std::uint64_t end = first_ + patients_;  // ids of later replicates lie beyond it
  if (unit.first >= end) return run(plan, unit, words, records);
  const std::uint64_t recorded = std::min(unit.count, end - unit.first), others = unit.count - recorded;
  const auto rows = [&](std::uint64_t before) { return records != nullptr ? records + before : nullptr; };
  write_down(run, {unit.first, recorded, 1}, words, records);
  if (others > 0) run(plan, {unit.first + recorded, others, 1}, words, rows(recorded));
  if (unit.replicates > 1)
    run(plan, {unit.first + kNextReplicate, unit.count, unit.replicates - 1}, words, rows(unit.count));
}

void PatientRecording::write_down(RunUnit run, WorkUnit unit, std::uint64_t* words, Record* records) {
  const Plan& plan = built_.buffer.plan();
  constexpr std::uint64_t expected = 16;  // decisions of a patient
  std::vector<Decision> decisions(built_.recording.decisions ? expected * unit.count : 0);
  Recorder recorder{decisions.data(),
                    decisions.size(),
                    0,
                    daily_.names.empty() ? nullptr : daily_.values.data(),
                    times_.days.empty() ? nullptr : times_.values.data(),
                    first_};
  unit.recorder = &recorder;
  run(plan, unit, words, records);
  const bool fits = recorder.decisions <= decisions.size();
  decisions.resize(built_.recording.decisions ? recorder.decisions : 0);
  if (built_.recording.decisions && !fits) {  // once more, for these alone
    recorder = {decisions.data(), decisions.size(), 0, nullptr, nullptr, first_};
    std::vector<std::uint64_t> unused(all_words(plan));
    run(plan, unit, unused.data(), nullptr);
  }
  const std::lock_guard lock(mutex_);
  decisions_.insert(decisions_.end(), decisions.begin(), decisions.end());
  done_ += unit.count;
}

void PatientRecording::finish(RunUnit run, Results& results) {
  constexpr std::uint64_t at_once = 512;
  std::vector<std::uint64_t> unused(done_ < patients_ ? all_words(built_.buffer.plan()) : 0);
  while (done_ < patients_)
    write_down(run, {first_ + done_, std::min(at_once, patients_ - done_), 1}, unused.data(), nullptr);
  results.has_decisions = built_.recording.decisions;
  std::ranges::stable_sort(decisions_, {}, &Decision::patient);
  for (const Decision& decision : decisions_) results.decisions.push_back(row_of(decision, built_.rules));
  results.daily = std::move(daily_);
  results.concentrations = std::move(times_);
}

}  // namespace vt
