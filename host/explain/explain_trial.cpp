#include <fmt/format.h>

#include "host/explain/parts.hpp"
#include "host/explain/words.hpp"
#include "host/scenario/tallies/kinds.hpp"

namespace vt::words {

namespace {

std::string often(std::uint32_t most_times) {
  return most_times == 0 ? "" : fmt::format(", at most {}", count(most_times, "time"));
}

std::string ladder_steps(std::uint32_t steps, const char* way) {
  return fmt::format("{} {} {} the arm's ladder", steps == 1 ? "one" : fmt::format("{}", steps),
                     steps == 1 ? "step" : "steps", way);
}

std::string resume(const RuleSpec& rule) {
  if (rule.action == Action::hold && rule.steps > 0) return "; then resume " + ladder_steps(rule.steps, "down");
  if (rule.resume.empty()) return "";
  std::vector<std::string> steps;
  if (rule.resume.front().from_mg > 0) {
    for (const RegimenSpec& entry : rule.resume)
      steps.push_back(fmt::format("{} from {} mg a day", regimen(entry), entry.from_mg));
    return fmt::format("; then resume with {}, or the present dose from any other", list(steps));
  }
  for (std::size_t i = 0; i < rule.resume.size(); ++i) {
    const bool is_last = i + 1 == rule.resume.size();
    const std::string when = rule.resume.size() == 1 ? ""
                             : is_last               ? " after every later hold"
                                                     : fmt::format(" after hold {}", i + 1);
    steps.push_back(regimen(rule.resume[i]) + when);
  }
  return fmt::format("; then resume with {}, or the present dose if that is lower", list(steps));
}

std::string computed_dose(const RuleSpec& rule) {
  return fmt::format("{}, {} to {} mg a day{}", expression(rule.dose), rule.lowest_mg, rule.highest_mg,
                     rule.strength_mg > 0 ? fmt::format(", in tablets of {} mg", rule.strength_mg) : "");
}

/// What becomes of the way in which a patient takes the drug.
std::string adherence_change(const RuleSpec& rule) {
  std::vector<std::string> changes;
  if (rule.adherence & kSetsTaken) changes.push_back("the share of doses taken is " + expression(rule.odds));
  if (rule.adherence & kTimesMissOdds)
    changes.push_back(fmt::format("the odds of missing a dose are the patient's own × {}",
                                  rule.odds.number ? expression(rule.odds) : "(" + expression(rule.odds) + ")"));
  if (rule.adherence & kSetsHolidayRate) changes.push_back("holidays begin at " + expression(rule.holidays));
  if (rule.adherence & kSetsHolidayShare)
    changes.push_back("the share of missed doses in holidays is " + expression(rule.holidays));
  if (rule.adherence & kRestarts) changes.push_back("who has stopped taking the drug takes it again");
  return fmt::format(
      "change how the patient takes the drug{}: {}",
      rule.lasts_day > 0 ? fmt::format(" for {}", count(static_cast<std::uint64_t>(rule.lasts_day), "day")) : "",
      list(changes));
}

/// What a rule does, from its action back to words.
std::string action(const RuleSpec& rule) {
  switch (rule.action.value_or(Action::hold)) {
    case Action::hold: {
      const std::string recheck =
          rule.recheck_day > 0
              ? fmt::format(", looking again every {}", count(static_cast<std::uint64_t>(rule.recheck_day), "day"))
              : "";
      const std::string until = rule.until.is_set() ? " until " + rule.until.value : "";
      return fmt::format("hold the drug{}{}{}", until, recheck, resume(rule));
    }
    case Action::resume:
      return "resume what any rule holds";
    case Action::step_down:
      return "go " + ladder_steps(rule.steps, "down");
    case Action::step_up:
      return "go " + ladder_steps(rule.steps, "up");
    case Action::set_regimen:
      return fmt::format("change to {}{}", regimen(rule.regimen),
                         rule.regimen.schedule.empty() ? "" : " (days counted from then on)");
    case Action::set_dose:
      return "set the daily dose to " + computed_dose(rule);
    case Action::multiply_dose:
      return "multiply the dose by " + computed_dose(rule);
    case Action::sample:
      return fmt::format("order the visit '{}' in {}", rule.sample.value,
                         count(static_cast<std::uint64_t>(rule.after_day), "day"));
    case Action::start_comedication:
      return "start " + rule.comedication.value;
    case Action::stop_comedication:
      return "stop " + rule.comedication.value;
    case Action::switch_drug:
      return "switch to the second drug for good";
    case Action::stop:
      return "stop the drug; the patient leaves the trial";
    case Action::set_adherence:
      return adherence_change(rule);
  }
  return "";
}

}  // namespace

std::string trial(const Scenario& s) {
  std::string text = fmt::format("{} in {}, for {} days from the first dose{}. Seed {}. Allocation: {}{}.",
                                 count(s.patients, "patient"), count(s.replicates, "replicate"), s.duration_day,
                                 s.first_day < 0 ? fmt::format(", after {} days without it", -s.first_day) : "", s.seed,
                                 s.allocation, s.block ? fmt::format(" in blocks of {}", s.block) : "");
  if (s.stop_when.is_set())
    text += fmt::format(" The run may end as soon as no cell of {} has a standard error above {}.",
                        s.stop_when.tally.value, number(s.stop_when.standard_error));
  return paragraph("  ", "  ", text);
}

std::string arms(const Scenario& s) {
  std::uint64_t shares = 0;
  for (const ArmSpec& arm : s.arms) shares += arm.share;
  std::string out;
  for (const ArmSpec& arm : s.arms) {
    std::string text = fmt::format("{} of {}: {}.", arm.share, shares, regimen(arm.regimen));
    for (const LadderSpec& ladder : s.ladders) {
      if (ladder.name != arm.ladder.value) continue;
      std::vector<std::string> steps;
      for (const RegimenSpec& step : ladder.steps) steps.push_back(regimen(step));
      text += fmt::format(" Ladder: {}.", list(steps));
    }
    if (!arm.rules.empty()) text += fmt::format(" Rules: {}.", names(arm.rules));
    if (arm.leave_per_year > 0) text += fmt::format(" Discontinuation: {} a year.", number(arm.leave_per_year));
    out += paragraph(fmt::format("  {}: ", arm.name), "    ", text);
    if (!arm.origin.source.empty()) out += paragraph("    [", "    ", origin(arm.origin) + "]");
  }
  return out;
}

namespace {

std::string when(const VisitSpec& visit) {
  std::vector<std::string> parts;
  if (!visit.days.empty())
    parts.push_back(fmt::format("{} ({})", count(visit.days.size(), "visit"), list(visit.labels)));
  if (visit.is_on_order) parts.push_back("on order");
  if (!visit.on_result.empty()) parts.push_back("when a result of " + visit.on_result + " arrives");
  return list(parts);
}

}  // namespace

namespace {

bool is_trough(const Text& measure) {
  const Measurement* one = find_measurement(measure.value);
  return one && one->measure == Measure::trough;
}

}  // namespace

std::string visits(const Scenario& s) {
  std::string out;
  for (const TestSpec& test : s.tests)
    out += paragraph(fmt::format("  test {}: ", test.name), "    ",
                     fmt::format("positive in {} % of those with {}, and in {} % of the others  [{}]",
                                 number(100 * test.sensitivity), test.condition.value,
                                 number(100 * (1 - test.specificity)), origin(test.origin)));
  for (const VisitSpec& visit : s.visits) {
    std::string text = when(visit);
    text += visit.measure.empty() ? "; nothing is measured" : "; measured: " + names(visit.measure);
    for (const Text& measure : visit.measure)
      if (is_trough(measure) && visit.is_late)
        text += fmt::format("; sampled {} to {} h after the day's first dose", number(visit.late_low_h),
                            number(visit.late_high_h));
      else if (is_trough(measure))
        text += fmt::format("; sampled {} h (SD) about the nominal dose, within {} h", number(visit.sample_sd_h),
                            number(visit.window_h));
    if (visit.missed > 0) text += fmt::format("; missed with probability {}", number(visit.missed));
    out += paragraph(fmt::format("  {}: ", visit.name), "    ", text + ".");
  }
  return out;
}

std::string rules(const Scenario& s) {
  std::string out;
  for (const RuleSpec& rule : s.rules) {
    std::string text = fmt::format("at {}: if {}", names(rule.at), rule.when.value);
    if (rule.probability.is_set()) text += fmt::format(", with probability {},", expression(rule.probability));
    text += fmt::format(" then {}{}.", action(rule), often(rule.most_times));
    if (rule.confirm > 1) text += fmt::format(" The condition must hold at {} visits in a row.", rule.confirm);
    if (rule.rest_day > 0)
      text +=
          fmt::format(" Not within {} of a change of dose.", count(static_cast<std::uint64_t>(rule.rest_day), "day"));
    if (!rule.group.empty())
      text += fmt::format(" Of the rules of group '{}' the first that applies acts.", rule.group);
    out += paragraph(fmt::format("  {}: ", rule.name), "    ", text);
    if (!rule.origin.source.empty()) out += paragraph("    [", "    ", origin(rule.origin) + "]");
  }
  return out;
}

namespace {

/// "Grade 1 in 62 %, 2 in 31 %, 3 in 6.3 % and 4 in 0.7 %"
std::string grades(const std::string& word, const GradeShares& shares) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < shares.size(); ++i)
    if (shares[i] > 0) parts.push_back(fmt::format("{} in {} %", i + 1, number(100 * shares[i])));
  return word + " " + list(parts);
}

/// "0.02 per day", "0.02*x per 30.4375 days"
std::string rate(const Expression& value, const EventSpec& event) {
  if (value.number) return expression(value);
  return fmt::format("{} per {}", value.formula,
                     event.per_day == 1 ? "day" : fmt::format("{} days", number(1 / event.per_day)));
}

/// What becomes of it while it lasts.
std::string changes(const EventSpec& event) {
  std::string out;
  if (event.recovery.is_set()) out += fmt::format(" It ends at the rate {}.", rate(event.recovery, event));
  if (event.easing.is_set()) out += fmt::format(" Its grade falls by one at the rate {}.", rate(event.easing, event));
  if (event.worsening.is_set())
    out += fmt::format(" Its grade rises by one at the rate {}.", rate(event.worsening, event));
  return out;
}

std::string consequences(const EventSpec& event) {
  std::vector<std::string> what;
  if (event.is_fatal) what.push_back("is fatal");
  if (event.ends_treatment) what.push_back("ends the treatment");
  if (event.ends_trial) what.push_back("ends the trial for the patient");
  if (event.switches_drug) what.push_back("switches to the second drug");
  std::string out = what.empty() ? "" : " It " + list(what) + ".";
  if (event.grades != GradeShares{}) out += fmt::format(" {}.", grades("Grade", event.grades));
  if (event.duration_day > 0)
    out +=
        fmt::format(" It lasts {} days (median{}).", number(event.duration_day),
                    event.duration_sd_log > 0 ? fmt::format(", SD of the log {}", number(event.duration_sd_log)) : "");
  out += changes(event);
  const std::string again = event.grades_again == event.grades ? "" : ", then " + grades("grade", event.grades_again);
  if (event.recurs_at_rate)
    out += fmt::format(" Once it is over, it comes back at the rate {} while the drug is given{}.",
                       rate(event.recurrence, event), again);
  else if (event.recurrence.is_set())
    out += fmt::format(
        " When the drug is given again after a hold during it, it comes back with probability {}, after {} days on "
        "average{}.",
        expression(event.recurrence), number(event.recurrence_delay_day), again);
  return out;
}

std::string cause(const EventSpec& event) {
  std::string when = event.at.empty()
                         ? fmt::format("every {}", count(static_cast<std::uint64_t>(event.every_day), "day"))
                         : "at " + names(event.at);
  if (event.from_day != 0) when += fmt::format(" from day {} on", event.from_day);
  if (event.hazard.is_set())
    return fmt::format("happens at the rate {}, looked at {}", rate(event.hazard, event), when);
  return fmt::format("happens when, {}, {}{}", when, event.when.value,
                     event.confirm > 1 ? fmt::format(" {} times in a row{}", event.confirm,
                                                     event.is_dated_first ? ", on the day of the first of them" : "")
                                       : "");
}

}  // namespace

std::string events(const Scenario& s) {
  std::string out;
  for (const EventSpec& event : s.events) {
    std::string text = cause(event);
    if (event.after.is_set()) text += fmt::format(", after {}", event.after.value);
    if (event.only_if.is_set()) text += fmt::format(", only if {}", event.only_if.value);
    out += paragraph(fmt::format("  {}: ", event.name), "    ", text + "." + consequences(event));
    if (!event.origin.source.empty()) out += paragraph("    [", "    ", origin(event.origin) + "]");
  }
  return out;
}

std::string tallies(const Scenario& s) {
  std::string out;
  for (const TallySpec& tally : s.tallies) {
    std::vector<std::string> by;
    for (const AxisSpec& axis : tally.by) by.push_back(axis.text);
    std::string what = fmt::format("{} {}", kind_of(tally).words, tally.score.value);
    std::string when =
        tally.at.value == "end" ? "at the end of each patient's trial" : "at each visit " + tally.at.value;
    for (const Text& cause : tally.competing)
      what += (&cause == &tally.competing[0] ? " against " : ", ") + cause.value;
    if (tally.pair.size() == 2)
      what += fmt::format(", in the life of {} against {}", tally.pair[1].value, tally.pair[0].value);
    if (tally.from.is_set()) what += fmt::format(", from {} on", tally.from.value);
    if (tally.estimand != Estimand::itt) when += fmt::format(", {}", name_of(tally.estimand));
    if (tally.among.is_set()) when += fmt::format(", among those with {}", tally.among.value);
    out += paragraph(fmt::format("  {}: ", tally.name), "    ",
                     fmt::format("{}, {}{}.", what, when, by.empty() ? "" : ", by " + list(by)));
  }
  return out;
}

}  // namespace vt::words
