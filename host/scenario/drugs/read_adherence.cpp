#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "host/scenario/models/model_tables.hpp"

namespace vt {
namespace {

/// One number for every schedule, or { once_daily, twice_daily, three_times_daily }.
void read_by_schedule(const Field& field, std::string_view unit, const Range& range, double& once, double& twice,
                      double& three_times) {
  if (!field) return;
  if (!field.node->is_table()) {
    if (const auto all = read_number(field, unit, range)) once = twice = three_times = *all;
    return;
  }
  TableReader reader(*field.node, field.path, *field.problems);
  if (const auto x = read_number(reader.get("once_daily"), unit, range)) once = *x;
  if (const auto x = read_number(reader.get("twice_daily"), unit, range)) twice = *x;
  if (const auto x = read_number(reader.get("three_times_daily"), unit, range)) three_times = *x;
  reader.finish();
}

bool names_schedules(const Field& field) {
  if (!field || !field.node->is_table()) return false;
  for (const char* schedule : {"once_daily", "twice_daily", "three_times_daily"})
    if (field.node->find(schedule) != nullptr) return true;
  return field.node->find("value") == nullptr && field.node->find("formula") == nullptr;
}

/// "a", "b" or "c".
std::string list_of(const std::vector<std::string_view>& names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i)
    list += fmt::format("{}\"{}\"", i == 0 ? "" : (i + 1 == names.size() ? " or " : ", "), names[i]);
  return list;
}

/// Whether a rule changes how patients take the drug.
bool is_set_by_rules(const Node& scenario) {
  const Node* rules = scenario.find("rule");
  if (rules == nullptr || !rules->is_list()) return false;
  return std::ranges::any_of(rules->items, [](const Node& rule) {
    const Node* action = rule.is_table() ? rule.find("do") : nullptr;
    return action != nullptr && action->text == name_of(Action::set_adherence);
  });
}

/// Entries of the model; whether there was any. \param chosen  the model, or null if its name is not known
bool read_habits(TableReader& reader, const AdherenceEntry* chosen, bool is_set, AdherenceSpec& adherence) {
  bool has_numbers = false;
  std::map<std::string_view, Field> given;
  for (const KeyOfModels& entry : kAdherenceKeys) {
    const Field field = reader.get(entry.key);
    if (chosen == nullptr) continue;
    const bool is_meant = goes_with(entry, chosen->model);
    if (!field && is_meant && entry.is_needed) {
      reader.complain(entry.key == "taken"
                          ? std::string("has no taken (the probability that a dose is taken); write taken = 0.95")
                          : fmt::format("has no {} (model \"{}\" needs it)", entry.key, chosen->name));
    } else if (field && !is_meant) {
      field.complain(fmt::format("belongs to model = {} (this one is \"{}\"); take it away",
                                 list_of(names_with(kAdherenceModels, entry.models)), chosen->name));
    } else if (field) {
      given[entry.key] = field;
      has_numbers = true;
    }
  }
  const Field taken = given["taken"];
  const bool has_more = given["miss_odds"] || given["decline"] || given["double_after_miss"] ||
                        given["double_by_mistake"] || given["stops_after"] || is_set;
  const bool varies = taken && taken.node->is_table() && !names_schedules(taken);
  adherence.has_habits = (chosen != nullptr && chosen->has_habits) || has_more || varies;
  if (adherence.has_habits && names_schedules(taken))
    taken.complain(
        "is by schedule (here it is the share of doses taken once daily); write taken = 0.95 and miss_odds = "
        "{ twice_daily = 2, three_times_daily = 3 }");
  else if (!adherence.has_habits)
    read_by_schedule(taken, "", {0, 1}, adherence.taken_once_daily, adherence.taken_twice_daily,
                     adherence.taken_three_times_daily);
  read_by_schedule(given["miss_odds"], "", {0, 1e3}, adherence.miss_odds_once_daily, adherence.miss_odds_twice_daily,
                   adherence.miss_odds_three_times_daily);
  for (const ModelKey& key : kModelKeys) {
    if (key.section != "adherence" || !given[key.key]) continue;
    if (key.key == "taken" && (!adherence.has_habits || names_schedules(taken))) continue;
    Expression entry = read_expression(given[key.key], {key.unit, {key.low, key.high}, true, false});
    if (entry.is_set()) adherence.habits.entries[std::string(key.key)] = std::move(entry);
  }
  return has_numbers;
}

}  // namespace

void read_adherence(TableReader& root, Scenario& scenario) {
  AdherenceSpec& adherence = scenario.adherence;
  const Field field = root.get("adherence");
  adherence.model = adherence.habits.model = kAdherenceModels[0].name;  // where nothing is said
  if (!field) return;
  adherence.where = field.node->where;
  if (!field.node->is_table())
    return field.complain(fmt::format("is {} (a table is expected); write [adherence]", words_for(field.node->kind)));
  TableReader reader(*field.node, field.path, root.problems());
  const std::vector<std::string> models = names_of(kAdherenceModels);
  const Field model = reader.need("model", fmt::format("how doses are missed: {}", fmt::join(models, ", ")));
  const AdherenceEntry* chosen = find_named(kAdherenceModels, read_choice(model, models));
  if (chosen != nullptr) adherence.model = chosen->name;
  const Field jitter = reader.get("jitter_sd");
  const bool has_numbers = read_habits(reader, chosen, is_set_by_rules(root.table()), adherence);
  read_by_schedule(jitter, "h", {0, 12}, adherence.jitter_sd_once_daily_h, adherence.jitter_sd_twice_daily_h,
                   adherence.jitter_sd_three_times_daily_h);
  adherence.origin = read_origin(reader, has_numbers || jitter);
  reader.finish();
}

}  // namespace vt
