#include <algorithm>

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

/// What the rule does, with the keys that belong to it.
void read_action(TableReader& reader, RuleSpec& rule, const Scenario& scenario) {
  const Field written = reader.need("do", "hold, step down, step up, set, stop, …");
  rule.action = find_action(read_choice(written, names_of(kActions)));
  if (rule.action == Action::switch_drug && scenario.second_drug.where.line == 0)
    written.complain("is 'switch' (to which drug? the scenario has no [second_drug]); describe one");
  rule.until = read_text(read_key(reader, rule, "until"));
  rule.resume = read_regimens(read_key(reader, rule, "resume"));
  if (const auto days = read_days(read_key(reader, rule, "recheck"), 1, 36525)) rule.recheck_day = *days;
  rule.regimen = read_regimen(read_key(reader, rule, "regimen"), {true, true});
  read_dose(reader, rule);
  rule.sample = read_text(read_key(reader, rule, "sample"));
  if (const auto days = read_days(read_key(reader, rule, "after"), 1, 36525)) rule.after_day = *days;
  rule.comedication = read_text(read_key(reader, rule, "with"));
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
  rule.origin = read_origin(reader, false);
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
