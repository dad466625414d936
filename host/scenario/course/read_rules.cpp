#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "host/scenario/sections.hpp"

namespace vt {
namespace {

/// A key that belongs to some actions. Reports one that this rule's does not take, and one that it lacks.
Field read_key(TableReader& reader, const RuleSpec& rule, std::string_view name) {
  const ActionKey& key = *std::ranges::find(kActionKeys, name, &ActionKey::key);
  const Field field = reader.get(name);
  if (!rule.action) return field;  // which has been reported
  const bool is_meant = (key.actions & bit_of(*rule.action)) != 0;
  if (!field && is_meant && !key.lacking.empty()) reader.complain(std::string(key.lacking));
  if (is_meant || !field) return field;
  std::vector<std::string_view> actions;
  for (const ActionEntry& one : kActions)
    if (key.actions & bit_of(one.action)) actions.push_back(one.name);
  field.complain(fmt::format("belongs to do = \"{}\" (this rule does '{}'); take it away",
                             fmt::join(actions, "\" or \""), name_of(*rule.action)));
  return {};
}

constexpr Range kDoses_mg{0, 1e6, true};

void read_dose(TableReader& reader, RuleSpec& rule) {
  if (const Field daily = read_key(reader, rule, "daily_dose"))
    rule.dose = read_expression(daily, {"mg", kDoses_mg, true, true});
  if (const Field factor = read_key(reader, rule, "factor"))
    rule.dose = read_expression(factor, {"", {0, 1e3, true}, true, true});
  const Field lowest = read_key(reader, rule, "lowest"), highest = read_key(reader, rule, "highest");
  if (const auto mg = read_number(lowest, "mg", kDoses_mg)) rule.lowest_mg = *mg;
  if (const auto mg = read_number(highest, "mg", kDoses_mg)) rule.highest_mg = *mg;
  if (const auto mg = read_number(read_key(reader, rule, "round_to"), "mg", kDoses_mg)) rule.strength_mg = *mg;
  if (lowest && highest && rule.highest_mg > 0 && rule.lowest_mg > rule.highest_mg)
    lowest.complain(fmt::format("is {} mg (above highest, {} mg)", rule.lowest_mg, rule.highest_mg));
}

/// "step down", regimens after the first, second … hold, or regimens by the daily dose before: { from = "800 mg", … }.
void read_resume(const Field& field, RuleSpec& rule) {
  if (!field) return;
  if (field.node->is_text()) {
    if (!read_choice(field, {std::string(name_of(Action::step_down))}).empty()) rule.steps = 1;
    return;
  }
  rule.resume = read_regimens(field, {.may_have_from = true});
  const auto with_from = std::ranges::count_if(rule.resume, [](const RegimenSpec& one) { return one.from_mg > 0; });
  if (with_from != 0 && with_from != std::ssize(rule.resume))
    field.complain(
        "has regimens with and without from (they go by the daily dose before the hold, or by the number of the hold); "
        "write from = \"800 mg\" for each or for none");
  std::set<double> seen;
  for (const RegimenSpec& one : rule.resume)
    if (one.from_mg > 0 && !seen.insert(one.from_mg).second)
      field.complain(fmt::format("has two regimens from {:g} mg (only one can be meant); take one away", one.from_mg));
}

/// steps = 2, of what goes along a ladder.
void read_steps(const Field& steps, RuleSpec& rule) {
  const auto number = read_whole(steps, 1, 100);
  const bool is_hold = rule.action == Action::hold;
  if (steps && is_hold && rule.steps == 0)
    return steps.complain("stands without resume = \"step down\" (which goes along the ladder); take it away");
  const bool is_step = rule.action == Action::step_down || rule.action == Action::step_up;
  if (is_step) rule.steps = 1;
  if (number && (is_step || is_hold)) rule.steps = static_cast<std::uint32_t>(*number);
}

/// The models of adherence that have an entry.
std::vector<std::string_view> models_with(const KeyOfModels& key) {
  std::vector<std::string_view> names;
  for (const AdherenceEntry& one : kAdherenceModels)
    if (goes_with(key, one.model)) names.push_back(one.name);
  return names;
}

/// do = "set adherence"
void read_adherence_change(TableReader& reader, RuleSpec& rule, const Scenario& scenario) {
  const Field taken = read_key(reader, rule, "taken"), odds = read_key(reader, rule, "miss_odds");
  const Field rate = read_key(reader, rule, "holiday_rate"), share = read_key(reader, rule, "holiday_share");
  const Field restarts = read_key(reader, rule, "restarts"), lasts = read_key(reader, rule, "for");
  if (rule.action != Action::set_adherence) return;
  if (taken && odds)
    odds.complain(
        "stands beside taken (one says the odds of missing a dose, the other multiplies them); take one away");
  const AdherenceEntry* model = find_named(kAdherenceModels, scenario.adherence.model);
  const auto read = [&](const Field& field, std::string_view name, std::uint32_t bit, const ExpressionRule& what,
                        Expression& to) {
    if (!field) return;
    const KeyOfModels& key = *std::ranges::find(kAdherenceKeys, name, &KeyOfModels::key);
    if (model != nullptr && !goes_with(key, model->model))
      return field.complain(
          fmt::format("changes what the patients do not have (adherence.model is \"{}\"); it goes with model = \"{}\"",
                      model->name, fmt::join(models_with(key), "\" or \"")));
    to = read_expression(field, what);
    rule.adherence |= bit;
  };
  read(taken, "taken", kSetsTaken, {"", {0, 1}, true, true}, rule.odds);
  if (!taken) read(odds, "miss_odds", kTimesMissOdds, {"", {0, kMostMissOdds}, true, true}, rule.odds);
  read(rate, "holiday_rate", kSetsHolidayRate, {"1/day", {0, kMostHolidaysPerDay}, true, false}, rule.holidays);
  read(share, "holiday_share", kSetsHolidayShare, {"", {0, 1}, true, true}, rule.holidays);
  if (read_flag(restarts)) {
    rule.adherence |= kRestarts;
    if (!scenario.adherence.habits.entries.contains("stops_after"))
      restarts.complain("is true (but nobody stops taking the drug); write [adherence] stops_after, or take it away");
  }
  if (const auto days = read_days(lasts, 1, 36525)) rule.lasts_day = *days;
  if (rule.adherence == 0 && !taken && !odds && !rate && !share)
    reader.complain("says nothing of adherence (what does it change?); write taken = 0.95 or miss_odds = 0.3");
}

/// What the rule does, with the keys that belong to it.
void read_action(TableReader& reader, RuleSpec& rule, const Scenario& scenario) {
  const Field written = reader.need("do", "hold, step down, step up, set, stop, …");
  rule.action = find_action(read_choice(written, names_of(kActions)));
  if (rule.action == Action::switch_drug && scenario.second_drug.where.line == 0)
    written.complain("is 'switch' (to which drug? the scenario has no [second_drug]); describe one");
  rule.until = read_text(read_key(reader, rule, "until"));
  read_resume(read_key(reader, rule, "resume"), rule);
  read_steps(read_key(reader, rule, "steps"), rule);
  if (const auto days = read_days(read_key(reader, rule, "recheck"), 1, 36525)) rule.recheck_day = *days;
  rule.regimen = read_regimen(read_key(reader, rule, "regimen"), {true, true});
  read_dose(reader, rule);
  rule.sample = read_text(read_key(reader, rule, "sample"));
  if (const auto days = read_days(read_key(reader, rule, "after"), 1, 36525)) rule.after_day = *days;
  rule.comedication = read_text(read_key(reader, rule, "with"));
  read_adherence_change(reader, rule, scenario);
}

void read_rule(TableReader& reader, const std::string& name, Scenario& scenario) {
  RuleSpec rule;
  rule.name = name;
  rule.where = reader.table().where;
  (void)reader.get("name");
  const Field at = reader.need("at", "the visits at which it is decided");
  rule.at = read_texts(at);
  if (at && at.node->is_list() && at.node->items.empty())
    at.complain("is an empty list (at least one visit is expected)");
  rule.when = read_text(reader.need("when", "the condition, a formula such as \"anc < 1.0\""));
  if (const Field probability = reader.get("probability"))
    rule.probability = read_expression(probability, {"", {0, 1}, true, true});
  read_action(reader, rule, scenario);
  if (const auto visits = read_whole(reader.get("confirm"), 1, 100)) rule.confirm = static_cast<std::uint32_t>(*visits);
  if (const auto days = read_days(reader.get("not_within"), 1, 36525)) rule.rest_day = *days;
  rule.group = read_text(reader.get("group")).value;
  if (const auto times = read_whole(reader.get("at_most"), 1, 1'000'000))
    rule.most_times = static_cast<std::uint32_t>(*times);
  rule.origin = read_origin(reader, rule.action == Action::set_adherence);
  reader.finish();
  scenario.rules.push_back(std::move(rule));
}

}  // namespace

void read_rules(TableReader& root, Scenario& scenario) {
  for_each_named(root, "rule",
                 [&](TableReader& reader, const std::string& name) { read_rule(reader, name, scenario); });
  if (scenario.rules.size() > kMaxRules)
    root.problems().add(scenario.rules[kMaxRules].where,
                        fmt::format("there are {} rules (at most {})", scenario.rules.size(), kMaxRules));
}

}  // namespace vt
