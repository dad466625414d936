#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "host/scenario/sections.hpp"

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

/// The models of adherence that have an entry, and those that cannot do without it.
struct HabitKey {
  std::string_view key, models, needed_by;
};
constexpr HabitKey kHabitKeys[] = {
    {"taken", "bernoulli markov three_state holidays", "bernoulli markov three_state holidays"},
    {"miss_odds", "bernoulli markov three_state holidays", ""},
    {"decline", "bernoulli markov three_state holidays", ""},
    {"double_after_miss", "bernoulli markov three_state holidays", ""},
    {"double_by_mistake", "perfect bernoulli markov three_state holidays", ""},
    {"stops_after", "perfect bernoulli markov three_state holidays", ""},
    {"pills_lost", "perfect bernoulli markov three_state holidays", ""},
    {"miss_after_miss", "markov three_state", "markov three_state"},
    {"holiday_share", "three_state", "three_state"},
    {"holiday_after_holiday", "three_state", "three_state"},
    {"holiday_rate", "holidays", "holidays"},
    {"holiday_shortest", "holidays", "holidays"},
    {"holiday_longest", "holidays", "holidays"},
};

bool names_schedules(const Field& field) {
  if (!field || !field.node->is_table()) return false;
  for (const char* schedule : {"once_daily", "twice_daily", "three_times_daily"})
    if (field.node->find(schedule) != nullptr) return true;
  return field.node->find("value") == nullptr && field.node->find("formula") == nullptr;
}

/// "a", "b" or "c", from words between blanks.
std::string list_of(std::string_view words) {
  std::string list;
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    list += fmt::format("{}\"{}\"", at == 0 ? "" : (end == words.size() ? " or " : ", "), words.substr(at, end - at));
    at = end + 1;
  }
  return list;
}

/// Entries of the model, unless its name is not known; whether there was any.
bool read_habits(TableReader& reader, bool is_known, AdherenceSpec& adherence) {
  const std::string& model = adherence.model;
  const auto is_one_of = [&](std::string_view models) { return models.find(model) != std::string_view::npos; };
  bool has_numbers = false;
  std::map<std::string_view, Field> given;
  for (const HabitKey& entry : kHabitKeys) {
    const Field field = reader.get(entry.key);
    if (!is_known) continue;
    if (!field && is_one_of(entry.needed_by)) {
      reader.complain(entry.key == "taken"
                          ? std::string("has no taken (the probability that a dose is taken); write taken = 0.95")
                          : fmt::format("has no {} (model \"{}\" needs it)", entry.key, model));
    } else if (field && !is_one_of(entry.models)) {
      field.complain(
          fmt::format("belongs to model = {} (this one is \"{}\"); take it away", list_of(entry.models), model));
    } else if (field) {
      given[entry.key] = field;
      has_numbers = true;
    }
  }
  const Field taken = given["taken"];
  const bool is_simple = model == "perfect" || model == "bernoulli";
  const bool has_more = given["miss_odds"] || given["decline"] || given["double_after_miss"] ||
                        given["double_by_mistake"] || given["stops_after"];
  const bool varies = taken && taken.node->is_table() && !names_schedules(taken);
  adherence.has_habits = !is_simple || has_more || varies;
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
  adherence.model = adherence.habits.model = "perfect";
  if (!field) return;
  adherence.where = field.node->where;
  if (!field.node->is_table())
    return field.complain(fmt::format("is {} (a table is expected); write [adherence]", words_for(field.node->kind)));
  TableReader reader(*field.node, field.path, root.problems());
  const std::string model = read_choice(reader.need("model", "perfect, bernoulli, markov, three_state or holidays"),
                                        {"perfect", "bernoulli", "markov", "three_state", "holidays"});
  if (!model.empty()) adherence.model = model;
  const Field jitter = reader.get("jitter_sd");
  const bool has_numbers = read_habits(reader, !model.empty(), adherence);
  read_by_schedule(jitter, "h", {0, 12}, adherence.jitter_sd_once_daily_h, adherence.jitter_sd_twice_daily_h,
                   adherence.jitter_sd_three_times_daily_h);
  adherence.origin = read_origin(reader, has_numbers || jitter);
  reader.finish();
}

}  // namespace vt
