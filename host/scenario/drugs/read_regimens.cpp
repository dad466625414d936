#include <cmath>

#include <fmt/format.h>

#include "host/scenario/sections.hpp"
#include "host/scenario/toml/shapes.hpp"

namespace vt {
namespace {

constexpr double kDay_h = 24;
constexpr std::int32_t kMostDays = 3650;
const Range kDose{0, 1e6, true};

/// { formula = "340*bsa_m2", round_to = ["100 mg"], min = "200 mg", max = "800 mg" }
void read_own_dose(const Field& field, RegimenSpec& regimen) {
  TableReader reader(*field.node, field.path, *field.problems);
  const Field formula = reader.need("formula", "the dose of one intake in mg, such as \"340*bsa_m2\"");
  regimen.own_dose.formula = regimen.own_dose.text = read_text(formula).value;
  regimen.own_dose.unit = "mg";
  if (formula) regimen.own_dose.where = formula.node->where;
  (void)read_choice(reader.get("unit"), {"mg"});
  if (const auto least = read_number(reader.get("min"), "mg", kDose)) regimen.least_mg = *least;
  const Field most = reader.get("max");
  if (const auto mg = read_number(most, "mg", kDose)) regimen.most_mg = *mg;
  if (regimen.most_mg > 0 && regimen.most_mg < regimen.least_mg)
    most.complain(fmt::format("is {} mg (min is {} mg)", regimen.most_mg, regimen.least_mg));
  const Field round_to = reader.get("round_to");
  if (round_to && !round_to.node->is_list())
    round_to.complain("is no list (strengths of tablets are expected); write round_to = [\"100 mg\", \"400 mg\"]");
  for (const Field& item : items_of(round_to))
    if (const auto mg = read_number(item, "mg", kDose)) regimen.tablets_mg.push_back(*mg);
  regimen.dose_mg = 1;  // the Plan multiplies
  reader.finish();
}

void read_interval(const Field& every, RegimenSpec& regimen) {
  const auto hours = read_number(every, "h", {0, 1e6, true});
  if (!hours) return;
  const bool is_days = *hours >= kDay_h && *hours <= kDay_h * kMostDays && std::fmod(*hours, kDay_h) == 0;
  if (is_days || *hours == 12 || *hours == 8)
    regimen.every_h = *hours;
  else
    every.complain(fmt::format("is {} h (doses are taken every 24, 12 or 8 h, or every few whole days)", *hours));
}

void read_cycle(TableReader& reader, RegimenSpec& regimen) {
  const Field on = reader.get("on"), off = reader.get("off");
  if (bool(on) != bool(off))
    return (on ? on : off)
        .complain("stands alone (a cycle has days on and days off); write on = \"4 day\", off = \"3 day\"");
  const auto days_on = read_days(on, 1, kMostDays), days_off = read_days(off, 1, kMostDays);
  if (!days_on || !days_off) return;
  regimen.on_days = *days_on;
  regimen.off_days = *days_off;
  if (regimen.every_h > kDay_h && (*days_on + *days_off) % days_apart(regimen) != 0)
    on.complain(fmt::format("and off make a cycle of {} days (a multiple of the interval, {} days, is expected)",
                            *days_on + *days_off, days_apart(regimen)));
}

RegimenSpec read_simple(TableReader& reader, bool may_pause) {
  RegimenSpec regimen;
  regimen.where = reader.table().where;
  const std::string_view why = "a regimen is a dose and an interval";
  const Field dose = reader.need("dose", why);
  if (dose && dose.node->is_table())
    read_own_dose(dose, regimen);
  else if (const auto mg = read_number(dose, "mg", {0, kDose.high, !may_pause}))
    regimen.dose_mg = *mg;
  const bool is_pause = dose && !dose.node->is_table() && regimen.dose_mg == 0 && may_pause;
  if (const Field every = is_pause ? reader.get("every") : reader.need("every", why)) read_interval(every, regimen);
  read_cycle(reader, regimen);
  return regimen;
}

/// [{ from = "day 0", dose = "600 mg", every = "24 h" }, …], ascending.
void read_schedule(const Field& field, const RegimenRule& rule, RegimenSpec& regimen) {
  if (!rule.may_be_schedule)
    return field.complain(
        "cannot stand here (schedules are for arms and for rules that set; a ladder or resume compares daily doses); "
        "write a dose and an interval");
  if (!field.node->is_list() || field.node->items.empty())
    return field.complain("is no list of steps; write [{ from = \"day 0\", dose = \"600 mg\", every = \"24 h\" }]");
  for (const Field& item : items_of(field)) {
    if (!item.node->is_table()) {
      item.complain("is no step; write { from = \"day 7\", dose = \"400 mg\", every = \"24 h\" }");
      continue;
    }
    TableReader reader(*item.node, item.path, *item.problems);
    const Field from = reader.need("from", "the day of its first dose");
    RegimenSpec step = read_simple(reader, true);
    if (const auto day = read_trial_time(from)) step.from_day = *day;
    reader.finish();
    if (!regimen.schedule.empty() && step.from_day <= regimen.schedule.back().from_day)
      item.complain(fmt::format("begins on day {} after day {} (the steps ascend)", step.from_day,
                                regimen.schedule.back().from_day));
    regimen.schedule.push_back(std::move(step));
  }
  if (rule.is_relative && !regimen.schedule.empty() && regimen.schedule.front().from_day != 0)
    field.complain(
        fmt::format("begins on day {} (in a rule days count from the one on which it fires); let the first "
                    "step be from \"day 0\"",
                    regimen.schedule.front().from_day));
}

}  // namespace

int intakes_a_day(const RegimenSpec& regimen) { return regimen.every_h <= 8 ? 3 : (regimen.every_h <= 12 ? 2 : 1); }

std::int32_t days_apart(const RegimenSpec& regimen) {
  return regimen.every_h > kDay_h ? static_cast<std::int32_t>(regimen.every_h / kDay_h) : 1;
}

double share_of_days(const RegimenSpec& regimen) {
  const std::int32_t cycle = regimen.on_days + regimen.off_days, apart = days_apart(regimen);
  if (cycle == 0) return 1.0 / apart;
  return static_cast<double>((regimen.on_days + apart - 1) / apart) / cycle;
}

std::string in_words(const RegimenSpec& spec) {
  std::string words;
  for (const RegimenSpec& step : spec.schedule)
    words += fmt::format("{}from day {} {}", words.empty() ? "" : ", ", step.from_day, in_words(step));
  if (!words.empty()) return words;
  words = spec.own_dose.is_set() ? fmt::format("({}) mg every {:g} h", spec.own_dose.text, spec.every_h)
                                 : fmt::format("{:g} mg every {:g} h", spec.dose_mg, spec.every_h);
  if (spec.on_days > 0) words += fmt::format(", {} days on, {} days off", spec.on_days, spec.off_days);
  return words;
}

RegimenSpec read_regimen(const Field& field, const RegimenRule& rule) {
  RegimenSpec regimen;
  if (!field) return regimen;
  if (!field.node->is_table()) {
    field.complain(
        fmt::format("is {} (a regimen is a dose and an interval); write {{ dose = \"400 mg\", every = \"24 h\" }}",
                    words_for(field.node->kind)));
    return regimen;
  }
  TableReader reader(*field.node, field.path, *field.problems);
  const Field from = rule.may_have_from ? reader.get("from") : Field{};
  if (!rule.may_be_schedule) note(reader.get("schedule"), {Form::Kind::nothing});
  if (const Field schedule = reader.get("schedule")) {
    regimen.where = field.node->where;
    read_schedule(schedule, rule, regimen);
    if (!regimen.schedule.empty()) regimen.dose_mg = regimen.schedule.front().dose_mg;
  } else {
    regimen = read_simple(reader, false);
  }
  if (const auto mg = read_number(from, "mg", kDose)) regimen.from_mg = *mg;
  const double daily_mg = regimen.dose_mg * intakes_a_day(regimen) * share_of_days(regimen);
  if (regimen.from_mg > 0 && !regimen.own_dose.is_set() && daily_mg > regimen.from_mg * (1 + 1e-9))
    from.complain(fmt::format("is {:g} mg (below the {:g} mg a day that follow, and a hold never raises the dose)",
                              regimen.from_mg, daily_mg));
  reader.finish();
  return regimen;
}

std::vector<RegimenSpec> read_regimens(const Field& field, const RegimenRule& rule) {
  std::vector<RegimenSpec> regimens;
  if (!field) return regimens;
  if (!field.node->is_list() || field.node->items.empty()) {
    field.complain(
        fmt::format("is {} (one regimen or more are expected); write [{{ dose = \"400 mg\", every = \"24 h\" }}]",
                    field.node->is_list() ? "an empty list" : words_for(field.node->kind)));
    return regimens;
  }
  for (const Field& item : items_of(field)) regimens.push_back(read_regimen(item, rule));
  return regimens;
}

}  // namespace vt
