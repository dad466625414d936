#include <algorithm>

#include <fmt/format.h>

#include "host/scenario/sections.hpp"

namespace vt {
namespace {

void read_hold(TableReader& reader, RuleSpec& rule) {
  const bool is_hold = rule.action == "hold";
  const Field until = reader.get("until");
  const Field resume = reader.get("resume");
  const Field recheck = reader.get("recheck");
  if (!is_hold) {
    for (const Field& field : {until, resume, recheck})
      if (field && !rule.action.empty())
        field.complain(fmt::format("belongs to do = \"hold\" (this rule does '{}'); take it away", rule.action));
    if (!rule.action.empty()) return;
  }
  rule.until = read_text(until);
  rule.resume = read_regimens(resume);
  if (const auto days = read_days(recheck, 1, 36525)) rule.recheck_day = *days;
}

void read_set(TableReader& reader, RuleSpec& rule) {
  const Field regimen = reader.get("regimen");
  if (rule.action == "set" && !regimen)
    reader.complain("has no regimen (do = \"set\" sets one); write regimen = { dose = \"400 mg\", every = \"24 h\" }");
  if (regimen && rule.action != "set" && !rule.action.empty())
    regimen.complain(fmt::format("belongs to do = \"set\" (this rule does '{}'); take it away", rule.action));
  else
    rule.regimen = read_regimen(regimen, {true, true});
}

/// Keys that belong to some actions only. Reports those that this rule's action does not take.
std::vector<Field> read_keys_of(TableReader& reader, const RuleSpec& rule, const std::vector<std::string>& actions,
                                const std::vector<std::string_view>& keys) {
  const bool is_meant = std::find(actions.begin(), actions.end(), rule.action) != actions.end();
  std::vector<Field> fields;
  for (const std::string_view key : keys) {
    fields.push_back(reader.get(key));
    if (!fields.back() || is_meant || rule.action.empty()) continue;
    fields.back().complain(fmt::format("belongs to do = \"{}\" (this rule does '{}'); take it away",
                                       fmt::join(actions, "\" or \""), rule.action));
    fields.back().node = nullptr;
  }
  return fields;
}

constexpr Range kDoses_mg{0, 1e6, true};

void read_dose(TableReader& reader, RuleSpec& rule) {
  const bool is_set = rule.action == "set dose", is_factor = rule.action == "multiply dose";
  const Field daily = read_keys_of(reader, rule, {"set dose"}, {"daily_dose"})[0];
  const Field factor = read_keys_of(reader, rule, {"multiply dose"}, {"factor"})[0];
  const auto bounds = read_keys_of(reader, rule, {"set dose", "multiply dose"}, {"lowest", "highest", "round_to"});
  if (is_set && !daily)
    reader.complain("has no daily_dose (do = \"set dose\" sets one); write daily_dose = \"daily_dose_mg*1000/trough\"");
  if (is_factor && !factor)
    reader.complain("has no factor (do = \"multiply dose\" multiplies by one); write factor = 1.25");
  if (is_set && daily) rule.dose = read_expression(daily, {"mg", kDoses_mg, true, true});
  if (is_factor && factor) rule.dose = read_expression(factor, {"", {0, 1e3, true}, true, true});
  if (!is_set && !is_factor) return;
  if (!bounds[0] || !bounds[1])
    reader.complain(
        "has no lowest or highest (a computed dose needs bounds); write lowest = \"200 mg\", highest = \"800 mg\"");
  if (const auto mg = read_number(bounds[0], "mg", kDoses_mg)) rule.lowest_mg = *mg;
  if (const auto mg = read_number(bounds[1], "mg", kDoses_mg)) rule.highest_mg = *mg;
  if (const auto mg = read_number(bounds[2], "mg", kDoses_mg)) rule.strength_mg = *mg;
  if (bounds[0] && bounds[1] && rule.highest_mg > 0 && rule.lowest_mg > rule.highest_mg)
    bounds[0].complain(fmt::format("is {} mg (above highest, {} mg)", rule.lowest_mg, rule.highest_mg));
}

void read_order(TableReader& reader, RuleSpec& rule) {
  const auto fields = read_keys_of(reader, rule, {"sample"}, {"sample", "after"});
  if (rule.action != "sample") return;
  if (!fields[0]) reader.complain("has no sample (the visit that is ordered); write sample = \"NAME OF A VISIT\"");
  if (!fields[1]) reader.complain("has no after (when the visit takes place); write after = \"7 day\"");
  rule.sample = read_text(fields[0]);
  if (const auto days = read_days(fields[1], 1, 36525)) rule.after_day = *days;
}

void read_comedication(TableReader& reader, RuleSpec& rule) {
  const std::vector<std::string> actions = {"start comedication", "stop comedication"};
  const Field with = read_keys_of(reader, rule, actions, {"with"})[0];
  if (std::find(actions.begin(), actions.end(), rule.action) == actions.end()) return;
  if (!with) reader.complain("has no with (which comedication?); write with = \"PERPETRATOR\"");
  rule.comedication = read_text(with);
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
  rule.action = read_choice(reader.need("do", "hold, step down, step up, set, stop, …"),
                            {"hold", "resume", "step down", "step up", "set", "set dose", "multiply dose", "sample",
                             "start comedication", "stop comedication", "switch", "stop"});
  if (rule.action == "switch" && scenario.second_drug.where.line == 0)
    reader.get("do").complain("is 'switch' (to which drug? the scenario has no [second_drug]); describe one");
  read_hold(reader, rule);
  read_set(reader, rule);
  read_dose(reader, rule);
  read_order(reader, rule);
  read_comedication(reader, rule);
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
