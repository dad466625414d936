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
  if (is_hold && !until)
    reader.complain("has no until (a hold ends when a condition is met); write until = \"anc >= 1.5\"");
  if (is_hold && !resume)
    reader.complain(
        "has no resume (the dose after the hold); write resume = [{ dose = \"400 mg\", every = \"24 h\" }]");
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
    rule.regimen = read_regimen(regimen, {true, false});
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
  rule.action = read_choice(reader.need("do", "hold, step down, step up, set or stop"),
                            {"hold", "step down", "step up", "set", "stop"});
  read_hold(reader, rule);
  read_set(reader, rule);
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
