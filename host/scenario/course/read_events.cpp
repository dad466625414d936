#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "host/scenario/sections.hpp"
#include "kernels/calendar.hpp"

namespace vt {
namespace {

/// "0.02 1/year" | "a formula"
Expression read_rate(const Field& rate) { return read_expression(rate, {"1/day", {0, 1e3}, true, true}); }

/// per = "year", of all rates that are formulas
void read_per(const Field& per, EventSpec& event) {
  if (!per) return;
  const std::string unit = read_choice(per, {"day", "week", "month", "year"});
  const auto is_formula = [](const Expression& rate) { return rate.is_set() && !rate.number; };
  if (!is_formula(event.hazard) && !is_formula(event.recovery) && !is_formula(event.easing) &&
      !is_formula(event.worsening) && !(event.recurs_at_rate && is_formula(event.recurrence)))
    return per.complain("stands without a rate that is a formula (it is the time unit of those); take it away");
  event.per_day = 1 / (unit == "year"    ? kDaysPerYear
                       : unit == "month" ? kDaysPerMonth
                       : unit == "week"  ? kDaysPerWeek
                                         : 1);
}

/// Visits, or every so many days.
void read_times(TableReader& reader, EventSpec& event) {
  const Field at = reader.get("at");
  const Field every = reader.get("every");
  event.at = read_texts(at);
  if (at && every)
    return every.complain("stands beside at (an event is looked for at visits or on fixed days); take one away");
  if (at && event.hazard.is_set())
    at.complain("belongs to a condition (a hazard goes on between visits); write every = \"7 day\"");
  if (const auto days = read_days(every, 1, 366)) event.every_day = *days;
}

/// from = "day -30": looked for from the run-in on, or from a later day.
void read_start(const Field& from, const Scenario& scenario, EventSpec& event) {
  const auto day = read_trial_time(from);
  if (!day) return;
  event.from_day = *day;
  if (scenario.duration_day == 0) return;  // it is missing or wrong
  if (*day < scenario.first_day || *day > scenario.duration_day)
    from.complain(fmt::format("is day {} (the trial goes from day {} to day {}); choose a day of it", *day,
                              scenario.first_day, scenario.duration_day));
}

/// grades = [0.6, 0.33, 0.06, 0.01], of grade 1 to 4, or severe = 0.07: grade 3, and 1 for the others.
void read_grades(TableReader& reader, GradeShares& grades) {
  const Field severe = reader.get("severe"), all = reader.get("grades");
  if (severe && all) return all.complain("stands beside severe (which is the share of grade 3 and 4); take one away");
  if (const auto share = read_number(severe, "", {0, 1})) grades = {1 - *share, 0, *share, 0};
  if (!all) return;
  const std::vector<double> shares = read_numbers(all, {0, 1});
  if (shares.empty()) return;
  constexpr double rounding = 1e-9;
  if (shares.size() != kGrades || std::abs(shares[0] + shares[1] + shares[2] + shares[3] - 1) > rounding)
    return all.complain("are not four shares that add up to 1 (those of grade 1, 2, 3 and 4)");
  std::ranges::copy(shares, grades.begin());
}

/// Whether an event can have what only events under a hazard have that the treatment goes on after; complains if not.
bool is_of_hazard(const Field& field, const EventSpec& event) {
  if (!event.hazard.is_set())
    field.complain("belongs to a hazard (a condition holds again or it does not); take it away");
  else if (event.is_fatal || event.ends_treatment || event.ends_trial || event.switches_drug)
    field.complain("belongs to an event after which the treatment goes on (this one ends it); take it away");
  else
    return true;
  return false;
}

/// { hazard = "a formula" }: at this rate, whatever has ended it.
void read_return(TableReader& inner, const Field& hazard, EventSpec& event) {
  for (const char* key : {"probability", "mean_delay"})
    if (const Field other = inner.get(key))
      other.complain("stands beside hazard (with that it comes back at a rate, whatever has ended it); take one away");
  event.recurrence = read_rate(hazard);
  event.recurs_at_rate = true;
}

/// { probability = "a formula", mean_delay = "30 day" }: with this chance, behind a hold.
void read_rechallenge(TableReader& inner, EventSpec& event) {
  if (const Field chance = inner.need("probability", "how often it comes back when the drug is given again"))
    event.recurrence = read_expression(chance, {"", {0, 1}, true, true});
  if (const auto days =
          read_number(inner.need("mean_delay", "how long it takes to come back, on average"), "day", {0, 1e6, true}))
    event.recurrence_delay_day = *days;
}

/// recurrence = { probability = "a formula", mean_delay = "30 day", grades = […] } | { hazard = "a formula", … }
void read_recurrence(TableReader& reader, EventSpec& event) {
  const Field field = reader.get("recurrence");
  if (!field || !is_of_hazard(field, event)) return;
  if (!field.node->is_table())
    return field.complain("is no table; write recurrence = { probability = 0.4, mean_delay = \"30 day\" }");
  TableReader inner(*field.node, field.path, reader.problems());
  if (const Field hazard = inner.get("hazard"))
    read_return(inner, hazard, event);
  else
    read_rechallenge(inner, event);
  event.grades_again = event.grades;
  read_grades(inner, event.grades_again);
  inner.finish();
}

/// recovery, easing, worsening = "0.03 1/day" | "a formula"
void read_changes(TableReader& reader, EventSpec& event) {
  const std::pair<const char*, Expression*> rates[] = {
      {"recovery", &event.recovery}, {"easing", &event.easing}, {"worsening", &event.worsening}};
  for (const auto& [key, rate] : rates)
    if (const Field field = reader.get(key); field && is_of_hazard(field, event)) *rate = read_rate(field);
  const bool is_above_one =
      reader.get("worsening") || reader.get("grades") || reader.get("severe") || reader.get("recurrence");
  if (event.easing.is_set() && !is_above_one)
    reader.get("easing").complain(
        "stands beside neither grades nor worsening (all episodes are of grade 1, which does not fall); write grades = "
        "[0.6, 0.33, 0.06, 0.01], or take it away");
}

/// duration = { median = "30 day", sd_log = 0.8 }
void read_course(TableReader& reader, EventSpec& event) {
  read_grades(reader, event.grades);
  read_recurrence(reader, event);
  read_changes(reader, event);
  const Field duration = reader.get("duration");
  if (duration && event.recovery.is_set())
    duration.complain(
        "stands beside recovery (an episode ends at that rate, or its length is drawn when it begins); "
        "take one away");
  if (duration && duration.node->is_table()) {
    TableReader inner(*duration.node, duration.path, reader.problems());
    if (const auto median =
            read_number(inner.need("median", "how long it lasts in half of the patients"), "day", {0, 1e6, true}))
      event.duration_day = *median;
    if (const auto sd = read_number(inner.get("sd_log"), "", {0, 5})) event.duration_sd_log = *sd;
    inner.finish();
  } else if (const auto days = read_number(duration, "day", {0, 1e6, true})) {
    event.duration_day = *days;
  }
}

/// dated = "first" | "last"
void read_date(const Field& dated, EventSpec& event) {
  event.is_dated_first = read_choice(dated, {"first", "last"}) == "first";
  if (dated && event.hazard.is_set())
    return dated.complain("belongs to a condition (a hazard strikes on a day of its own); take it away");
  if (!event.is_dated_first) return;
  if (event.confirm < 2)
    return dated.complain(
        "is 'first' (of how many looks? a condition that is not confirmed is found at once); write confirm = 2");
  if (event.is_fatal) dated.complain("is 'first' (the dead are not looked at again); take fatal away, or the date");
}

void read_event(TableReader& reader, const std::string& name, Scenario& scenario) {
  EventSpec event;
  event.name = name;
  event.where = reader.table().where;
  check_identifier(reader.get("name"));
  const Field hazard = reader.get("hazard"), per = reader.get("per");
  if (hazard) event.hazard = read_rate(hazard);
  const Field when = reader.get("when");
  event.when = read_text(when);
  if (event.hazard.is_set() == event.when.is_set() && !(when && !event.when.is_set()))
    reader.complain(event.hazard.is_set() ? "has a hazard and a condition (only one of them can make it happen); take "
                                            "hazard or when away"
                                          : "has neither hazard nor when (nothing makes it happen); write hazard = "
                                            "\"0.02 1/year\" or when = \"bcr_abl_is <= 0.1\"");
  event.only_if = read_text(reader.get("only_if"));
  read_times(reader, event);
  read_start(reader.get("from"), scenario, event);
  const Field confirm = reader.get("confirm");
  if (const auto times = read_whole(confirm, 1, 1000)) event.confirm = static_cast<std::uint32_t>(*times);
  if (confirm && event.hazard.is_set()) confirm.complain("belongs to a condition (a hazard has nothing to confirm)");
  event.after = read_text(reader.get("after"));
  event.is_fatal = read_flag(reader.get("fatal"));
  read_date(reader.get("dated"), event);
  event.ends_treatment = read_flag(reader.get("ends_treatment"));
  event.ends_trial = read_flag(reader.get("ends_trial"));
  event.switches_drug = read_flag(reader.get("switches_drug"));
  if (event.switches_drug && scenario.second_drug.where.line == 0)
    reader.get("switches_drug").complain("is true (to which drug? the scenario has no [second_drug]); describe one");
  read_course(reader, event);
  read_per(per, event);
  event.origin = read_origin(reader, event.hazard.is_set());
  reader.finish();
  scenario.events.push_back(std::move(event));
}

}  // namespace

void read_events(TableReader& root, Scenario& scenario) {
  for_each_named(root, "event",
                 [&](TableReader& reader, const std::string& name) { read_event(reader, name, scenario); });
  if (scenario.events.size() > kMaxEvents)
    root.problems().add(scenario.events[kMaxEvents].where,
                        fmt::format("there are {} events (at most {})", scenario.events.size(), kMaxEvents));
}

}  // namespace vt
