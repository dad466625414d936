#include <fmt/format.h>

#include <utility>

#include "host/trace/trace.hpp"
#include "kernels/course/course.hpp"
#include "kernels/tables.hpp"

namespace vt {
namespace {

std::string number(double x) { return fmt::format("{:.4g}", x); }

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : std::string(between)) + part;
  return out;
}

/// The hour of the patient's clock on which the nominal morning dose is at 8.
std::string clock_time(double after_start_h) {
  const int minutes = static_cast<int>((after_start_h - kMorning_h + 8.0) * 60.0 + 0.5);
  return fmt::format("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
}

/// Tells a Trace day by day, and keeps together the days on which only the prescribed doses were taken.
class Teller {
 public:
  Teller(const Scenario& scenario, const BuiltPlan& built, const Trace& trace)
      : scenario_(scenario), plan_(built.buffer.plan()), built_(built), trace_(trace) {}

  std::string tell() {
    introduce();
    for (std::size_t row = 0; row < trace_.days.size(); ++row) {
      std::vector<std::string> happened = events(row);
      const std::string doses = doses_of(row);
      if (happened.empty() && doses == quiet_doses_) {
        quiet_last_ = trace_.days[row].day;
        continue;
      }
      tell_quiet_days();
      if (happened.empty()) {
        quiet_first_ = quiet_last_ = trace_.days[row].day;
        quiet_doses_ = doses;
        continue;
      }
      if (!doses.empty()) happened.push_back(doses);
      line(fmt::format("day {}", trace_.days[row].day), join(happened, "; "));
      quiet_doses_ = "\n";  // no day's doses
    }
    tell_quiet_days();
    if (!trace_.failure.empty())
      line(fmt::format("day {}", trace_.failed_on), "cannot be computed any further: " + trace_.failure);
    return std::move(out_);
  }

 private:
  void line(const std::string& when, const std::string& what) { out_ += fmt::format("  {:<15} {}\n", when, what); }

  void introduce() {
    const TracedDay& first = trace_.days.front();
    out_ += fmt::format("{}\npatient {}, {}seed {}, arm {}\n", scenario_.title, trace_.patient,
                        plan_.replicates > 1 ? fmt::format("replicate {}, ", trace_.replicate) : "", plan_.seed,
                        built_.arms[first.arm].name);
    for (const Trace::Value& trait : trace_.traits) line(trait.name, number(trait.value));
  }

  void tell_quiet_days() {
    if (quiet_doses_ == "\n" || quiet_doses_.empty()) return;
    line(quiet_first_ == quiet_last_ ? fmt::format("day {}", quiet_first_)
                                     : fmt::format("days {} to {}", quiet_first_, quiet_last_),
         quiet_doses_);
    quiet_doses_ = "\n";
  }

  /// What was swallowed and missed; days alike have the same words.
  std::string doses_of(std::size_t row) const {
    std::vector<std::string> taken, missed;
    for (const TracedIntake& intake : trace_.days[row].intake) {
      if (intake.swallowed_mg > 0.0) taken.push_back(number(intake.swallowed_mg) + " mg");
      if (intake.prescribed_mg > 0.0 && !(intake.swallowed_mg > 0.0))
        missed.push_back(number(intake.prescribed_mg) + " mg about " + clock_time(intake.time_h));
    }
    std::string out = taken.empty() ? "" : "takes " + join(taken, " and ");
    if (!missed.empty()) out += (out.empty() ? "misses " : ", misses ") + join(missed, " and ");
    return out;
  }

  std::vector<std::string> events(std::size_t row) const {
    std::vector<std::string> found;
    if (trace_.days[row].failure != 0) return found;
    tell_visits(row, found);
    for (const EventSpec& event : scenario_.events) tell_event(event, row, found);
    tell_decisions(row, found);
    return found;
  }

  /// A watched value today and yesterday; 0 where it is not watched.
  std::pair<double, double> change(const std::string& name, std::size_t row) const {
    for (std::size_t o = 0; o < trace_.observables.size(); ++o)
      if (trace_.observables[o].name == name) return {trace_.value(row, o), row == 0 ? 0.0 : trace_.value(row - 1, o)};
    return {};
  }

  /// "event.rash (grade 2)", "event.rash comes back (grade 1)", "event.rash is over"
  void tell_event(const EventSpec& event, std::size_t row, std::vector<std::string>& found) const {
    const auto [happened, had_happened] = change("event." + event.name, row);
    const auto [times, times_before] = change("times." + event.name, row);
    const auto [grade, grade_before] = change("grade." + event.name, row);
    const std::string name = "event." + event.name;
    const std::string how_bad = grade > 0.0 ? fmt::format(" (grade {})", number(grade)) : "";
    if (happened != had_happened)
      found.push_back(name + how_bad);
    else if (times != times_before)
      found.push_back(name + " comes back" + how_bad);
    else if (grade != grade_before)
      found.push_back(name + (grade > 0.0 ? " goes on" + how_bad : " is over"));
  }

  void tell_visits(std::size_t row, std::vector<std::string>& found) const {
    const TracedDay& today = trace_.days[row];
    const std::uint32_t scheduled = at(plan_, plan_.calendar, static_cast<std::uint32_t>(row));
    for (std::size_t k = 0; k < scenario_.visits.size(); ++k) {
      if (today.attended >> k & 1)
        found.push_back("visit " + scenario_.visits[k].name);
      else if ((scheduled >> k & 1) && today.left == 0 && today.failure == 0)
        found.push_back("misses visit " + scenario_.visits[k].name);
    }
    if (today.attended == 0) return;
    std::vector<std::string> measured;
    for (std::size_t o = 0; o < trace_.observables.size(); ++o) {
      const Trace::Watched& name = trace_.observables[o];
      if (!name.is_result || !trace_.is_defined(row, o)) continue;
      const bool is_new =
          row == 0 || !trace_.is_defined(row - 1, o) || trace_.value(row - 1, o) != trace_.value(row, o);
      if (is_new) measured.push_back(fmt::format("{} {} {}", name.name, number(trace_.value(row, o)), name.unit));
    }
    if (!measured.empty()) found.push_back(join(measured, ", "));
  }

  void tell_decisions(std::size_t row, std::vector<std::string>& found) const {
    const TracedDay& today = trace_.days[row];
    const std::uint64_t held_before = row == 0 ? 0 : trace_.days[row - 1].held_by;
    for (std::size_t r = 0; r < scenario_.rules.size(); ++r) {
      const RuleSpec& rule = scenario_.rules[r];
      if (today.rules_fired >> r & 1) found.push_back(fmt::format("rule {}: {}", rule.name, name_of(*rule.action)));
      if ((held_before & ~today.held_by) >> r & 1) found.push_back(fmt::format("the hold by {} ends", rule.name));
    }
    const std::uint32_t regimen_before = row == 0 ? today.regimen : trace_.days[row - 1].regimen;
    if (today.regimen != regimen_before || today.day == 0) {
      const Regimen& regimen = at(plan_, plan_.regimens, today.regimen);
      found.push_back(regimen.own_dose != 0
                          ? fmt::format("prescribed from now on: a dose of the patient's own, every {} h",
                                        number(regimen.interval_h))
                          : fmt::format("prescribed from now on: {} mg a day, every {} h",
                                        number(regimen.daily_dose_mg), number(regimen.interval_h)));
    }
    const std::uint32_t left_before = row == 0 ? 0 : trace_.days[row - 1].left;
    if (today.left != left_before) found.push_back(why_left(today.left));
  }

  const Scenario& scenario_;
  const Plan& plan_;
  const BuiltPlan& built_;
  const Trace& trace_;
  std::string out_;
  std::string quiet_doses_ = "\n";
  std::int32_t quiet_first_ = 0, quiet_last_ = 0;
};

}  // namespace

std::string why_left(std::uint32_t left) {
  switch (static_cast<Left>(left)) {
    case Left::no:
      return "";
    case Left::discontinued:
      return "discontinues and leaves the trial";
    case Left::not_included:
      return "does not meet the inclusion criteria";
    case Left::died:
      return "dies";
    case Left::event:
      return "leaves the trial with that event";
    case Left::stopped:
      return "is stopped by a rule and leaves the trial";
    case Left::count:
      break;
  }
  return "leaves the trial";
}

std::string tell(const Scenario& scenario, const BuiltPlan& built, const Trace& trace) {
  return Teller(scenario, built, trace).tell();
}

}  // namespace vt
