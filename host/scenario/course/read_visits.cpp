#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "host/scenario/models/model_sections.hpp"
#include "host/scenario/sections.hpp"
#include "host/scenario/toml/shapes.hpp"
#include "host/scenario/units/units.hpp"

namespace vt {
namespace {

using Calendar = std::map<std::int32_t, std::string>;  // day → label

constexpr std::int32_t kMostVisitDays = 40000;
constexpr std::string_view kOnOrder = "on order", kOnResult = "result of ";

/// What a laboratory takes its time for.
std::vector<std::string> words_of_results() {
  std::vector<std::string> words;
  for (const Measurement& one : kMeasurements)
    if (!one.delay.empty()) words.emplace_back(one.name);
  return words;
}

/// Reports days outside the trial.
bool is_in_trial(std::int32_t day, const Field& field, const Scenario& scenario) {
  if (scenario.duration_day == 0) return true;  // the duration itself is missing or wrong
  if (day >= scenario.first_day && day <= scenario.duration_day) return true;
  field.complain(
      fmt::format("is day {} (the trial goes from day {} to day {})", day, scenario.first_day, scenario.duration_day));
  return false;
}

void add_listed_days(const Field& at, const Scenario& scenario, Calendar& calendar) {
  std::vector<Field> times = items_of(at);
  if (!at.node->is_list())
    times = {at};
  else if (times.empty())
    at.complain("is an empty list (at least one day is expected)");
  for (const Field& time : times) {
    const auto day = read_trial_time(time);
    if (!day || !is_in_trial(*day, time, scenario)) continue;
    if (const auto [twin, is_new] = calendar.emplace(*day, time.node->text); !is_new)
      time.complain(fmt::format("is day {} once more ('{}' stands above)", *day, twin->second));
  }
}

/// Duration in days, not rounded: "1 month" is 30.4375, so that visits stay in step with "month N".
std::optional<double> read_interval(const Field& field) {
  const auto days = read_number(field, "day", {1, 1e6});
  return days;
}

/// every, from, until: from (default: one interval after day 0) until the end, both included.
void add_repeated_days(TableReader& reader, const Field& every, const Scenario& scenario, Calendar& calendar) {
  const Field from = reader.get("from");
  const Field until = reader.get("until");
  const auto interval = read_interval(every);
  const auto first_day = read_trial_time(from);
  const auto last_day = read_trial_time(until);
  if (!interval || (from && !first_day) || (until && !last_day)) return;
  if (first_day && !is_in_trial(*first_day, from, scenario)) return;
  if (last_day && !is_in_trial(*last_day, until, scenario)) return;
  std::string unused;
  const std::optional<TrialTime> first = from ? parse_trial_time(from.node->text, unused) : std::nullopt;
  const std::optional<Quantity> step = parse_quantity(every.node->text, unused);
  const double start = first ? first->exact_day : *interval;
  const std::int32_t last = last_day ? *last_day : scenario.duration_day;
  if (first && round_half_up(start) > last)
    return from.complain(fmt::format("is day {} (the last day of these visits is {})", first->day, last));
  const bool counts_units = step && (!first || first->unit == step->unit.text);
  for (std::int32_t k = 0; k < kMostVisitDays; ++k) {
    const std::int32_t day = round_half_up(start + k * *interval);
    if (day > last) break;
    const double count = counts_units ? (first ? first->count : step->value) + k * step->value : 0;
    calendar.emplace(day, counts_units ? fmt::format("{} {}", step->unit.text, count) : fmt::format("day {}", day));
  }
}

/// "on order", "result of trough": visits without days of their own.
bool read_occasion(const Field& at, VisitSpec& visit) {
  if (shapes_of(at) != nullptr) {
    Form occasion{.kind = Form::Kind::choice, .choices = {std::string(kOnOrder)}};
    for (const std::string& word : words_of_results()) occasion.choices.push_back(std::string(kOnResult) + word);
    note(at, std::move(occasion));
  }
  const std::string_view text = at.node->text;
  visit.is_on_order = text == kOnOrder;
  if (!text.starts_with(kOnResult)) return visit.is_on_order;
  visit.on_result = text.substr(kOnResult.size());
  if (const std::vector<std::string> known = words_of_results();
      std::ranges::find(known, visit.on_result) == known.end())
    at.complain(fmt::format("is '{}' (there are results of: {}){}", text, fmt::join(known, ", "),
                            suggest(visit.on_result, known)));
  return true;
}

/// sample_after = ["1 h", "24 h"]
void read_late_sample(const Field& field, VisitSpec& visit) {
  if (!field) return;
  const std::vector<Field> bounds = items_of(field);
  if (bounds.size() != 2)
    return field.complain(
        "is not a pair of times (the sample is drawn between them, counted from the day's first dose); "
        "write [\"1 h\", \"24 h\"]");
  const auto low = read_number(bounds[0], "h", {0, 24}), high = read_number(bounds[1], "h", {0, 24});
  if (!low || !high) return;
  if (*low > *high)
    return field.complain(fmt::format("goes from {} h to {} h (the earlier time stands first)", *low, *high));
  visit.is_late = true;
  visit.late_low_h = *low;
  visit.late_high_h = *high;
}

}  // namespace

void read_calendar(TableReader& reader, const Scenario& scenario, VisitSpec& visit) {
  Calendar calendar;
  const Field at = reader.get("at");
  const Field every = reader.get("every");
  if (at && !every && at.node->is_text() && read_occasion(at, visit)) return;
  if (!at && !every)
    reader.complain(
        "has no days (when does it take place?); write at = [\"day 29\", \"month 6\"] or every = \"30 day\"");
  if (at) add_listed_days(at, scenario, calendar);
  if (every) add_repeated_days(reader, every, scenario, calendar);
  for (const char* key : {"from", "until"})
    if (const Field bound = reader.get(key); bound && !every)
      bound.complain("stands without every (it bounds repeated visits); add every = \"30 day\" or take it away");
  for (auto& [day, label] : calendar) {
    visit.days.push_back(day);
    visit.labels.push_back(std::move(label));
  }
}

namespace {

void read_test(TableReader& reader, const std::string& name, Scenario& scenario) {
  TestSpec test;
  test.name = name;
  test.where = reader.table().where;
  const Field called = reader.get("name");
  check_identifier(called);
  if (const std::vector<std::string> words = names_of(kMeasurements); std::ranges::find(words, name) != words.end())
    called.complain(fmt::format("is '{0}' (measure = [\"{0}\"] already means something else); rename it", name));
  test.condition = read_text(reader.need("condition", "what it looks for, a formula such as \"resistant\""));
  const auto share = [&](std::string_view key, std::string_view why) {
    return read_number(reader.need(key, why), "", {0, 1}).value_or(1);
  };
  test.sensitivity = share("sensitivity", "its chance to be positive where the condition holds");
  test.specificity = share("specificity", "its chance to be negative where the condition does not hold");
  test.origin = read_origin(reader, true);
  reader.finish();
  scenario.tests.push_back(std::move(test));
}

/// "[a] or [b]"
std::string in_brackets(const std::vector<std::string_view>& sections) {
  std::string text;
  for (const std::string_view section : sections) text += fmt::format("{}[{}]", text.empty() ? "" : " or ", section);
  return text;
}

void check_measure(const Field& field, const Text& measure, const Scenario& scenario) {
  std::vector<std::string> measures = names_of(kMeasurements);
  for (const TestSpec& test : scenario.tests) {
    if (measure.value == test.name) return;
    measures.push_back(test.name);
  }
  const auto complain = [&](const std::string& text) { field.problems->add(measure.where, field.path + " " + text); };
  if (std::find(measures.begin(), measures.end(), measure.value) == measures.end())
    return complain(fmt::format("has '{}' (not one of: {}){}", measure.value, fmt::join(measures, ", "),
                                suggest(measure.value, measures)));
  const std::vector<std::string_view> sections = sections_of(*find_measurement(measure.value));
  const bool has_one = std::ranges::any_of(sections, [&](std::string_view section) {
    const ModelSpec* model = find_model(scenario, section);
    return model && model->where.line > 0;
  });
  if (!sections.empty() && !has_one)
    complain(
        fmt::format("has '{}' (nothing to measure: the scenario has no {})", measure.value, in_brackets(sections)));
}

void read_visit(TableReader& reader, const std::string& name, double missed, Scenario& scenario) {
  VisitSpec visit;
  visit.name = name;
  visit.where = reader.table().where;
  (void)reader.get("name");
  read_calendar(reader, scenario, visit);
  const Field measure = reader.need("measure", "what the laboratory does; [] for nothing");
  visit.measure = read_texts(measure);
  for (const Text& one : visit.measure) check_measure(measure, one, scenario);
  if (const auto window = read_number(reader.get("window"), "h", {0, 6})) visit.window_h = *window;
  if (const auto sd = read_number(reader.get("sample_sd"), "h", {0, 24})) visit.sample_sd_h = *sd;
  read_late_sample(reader.get("sample_after"), visit);
  const auto own = read_number(reader.get("missed"), "", {0, 1});
  visit.missed = own ? *own : missed;
  (void)read_origin(reader, false);
  reader.finish();
  scenario.visits.push_back(std::move(visit));
}

}  // namespace

void read_tests(TableReader& root, Scenario& scenario) {
  for_each_named(root, "test",
                 [&](TableReader& reader, const std::string& name) { read_test(reader, name, scenario); });
  if (scenario.tests.size() > kMaxTests)
    root.problems().add(scenario.tests[kMaxTests].where,
                        fmt::format("there are {} tests (at most {})", scenario.tests.size(), kMaxTests));
}

void read_visits(TableReader& root, Scenario& scenario) {
  const Node* trial = root.table().find("trial");
  const Node* missed = trial != nullptr && trial->is_table() ? trial->find("missed_visit") : nullptr;
  const auto chance = read_number({missed, "trial.missed_visit", &root.problems()}, "", {0, 1});
  for_each_named(root, "visit", [&](TableReader& reader, const std::string& name) {
    read_visit(reader, name, chance.value_or(0), scenario);
  });
  if (scenario.visits.size() > kMaxVisitKinds)
    root.problems().add(scenario.visits[kMaxVisitKinds].where, fmt::format("there are {} kinds of visits (at most {})",
                                                                           scenario.visits.size(), kMaxVisitKinds));
}

}  // namespace vt
