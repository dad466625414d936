#include <algorithm>

#include <fmt/format.h>

#include "host/scenario/sections.hpp"
#include "host/scenario/tallies/kinds.hpp"
#include "host/scenario/units/units.hpp"

namespace vt {
namespace {

constexpr const char* kEnd = "end";

struct Argument {
  std::string_view text;
  std::size_t offset;  ///< in the whole text
};

/// "bins(x, 1, 2)" taken apart at its commas; commas within brackets and quotes do not count.
struct Call {
  std::string_view function;
  std::vector<Argument> arguments;
  bool is_complete = false;  ///< ends with the closing bracket
};

Call parse_call(std::string_view text) {
  Call call;
  const std::size_t open = text.find('(');
  call.function = trimmed(text.substr(0, open));
  if (open == std::string_view::npos) return call;
  int depth = 0;
  char quote = 0;
  std::size_t from = open + 1;
  const auto add_argument = [&](std::size_t end) {
    const std::string_view part = text.substr(from, end - from);
    const std::string_view inner = trimmed(part);
    call.arguments.push_back({inner, from + static_cast<std::size_t>(inner.empty() ? 0 : inner.data() - part.data())});
    from = end + 1;
  };
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0)
      quote = c == quote ? '\0' : quote;
    else if (c == '\'' || c == '"')
      quote = c;
    else if (c == '(')
      ++depth;
    else if (c == ')' && depth > 0)
      --depth;
    else if (c == ',' && depth == 0)
      add_argument(i);
    else if (c == ')') {
      add_argument(i);
      call.is_complete = trimmed(text.substr(i + 1)).empty();
      break;
    }
  }
  return call;
}

void read_edges(const Field& field, const Call& call, AxisSpec& axis) {
  if (call.arguments.size() < 2) return field.complain("has no edges; write for instance bins(x, 1000, 2000)");
  for (std::size_t i = 1; i < call.arguments.size(); ++i) {
    const std::string_view text = call.arguments[i].text;
    const std::optional<double> edge = parse_number(text);
    if (!edge)
      return field.complain(fmt::format("has the edge '{}' (edges are plain numbers, in the unit of the value)", text));
    if (!axis.edges.empty() && *edge <= axis.edges.back())
      return field.complain(fmt::format("has the edge {} after {} (edges ascend)", *edge, axis.edges.back()));
    axis.edges.push_back(*edge);
  }
}

/// quartile(x, 0.001, 100)
void read_quantile_range(const Field& field, const Call& call, AxisSpec& axis) {
  constexpr double widest = 0x1p+48;
  const double low = parse_number(call.arguments[1].text).value_or(0);
  const double high = call.arguments.size() == 3 ? parse_number(call.arguments[2].text).value_or(0) : 0;
  if (!(low > 0) || !(high > low) || high > widest * low)
    return field.complain(
        fmt::format("is '{}' (behind the value comes nothing, or where it lies: two numbers above 0, 48 doublings from "
                    "each other at "
                    "most); write for instance {}(trough @ 'day 29', 10, 20000)",
                    axis.text, entry_of(axis.form).name));
  axis.low = low;
  axis.high = high;
}

std::optional<AxisSpec> read_axis(const Field& field) {
  const Text text = read_text(field);
  if (!text.is_set()) return std::nullopt;
  AxisSpec axis;
  axis.text = text.value;
  axis.where = text.where;
  const Call call = parse_call(axis.text);
  const AxisEntry* entry = find_named(kAxes, call.function);
  if (entry == nullptr) {
    field.complain(
        fmt::format("is '{}' (an axis is arm, visit, replicate, daily_dose_mg, bins(x, edges…), quartile(x) or "
                    "tertile(x)){}",
                    text.value, suggest(std::string(call.function), names_of(kAxes))));
    return std::nullopt;
  }
  axis.form = entry->form;
  if (!entry->takes_value) {
    if (call.function == trimmed(axis.text)) return axis;
    field.complain(fmt::format("is '{}' ({} takes nothing in brackets)", text.value, entry->name));
    return std::nullopt;
  }
  if (!call.is_complete || call.arguments.empty() || call.arguments[0].text.empty()) {
    field.complain(fmt::format("is '{}' (the brackets hold a value); write for instance {}(trough @ 'day 29'{})",
                               text.value, entry->name, axis.form == AxisForm::bins ? ", 1000" : ""));
    return std::nullopt;
  }
  axis.source = {std::string(call.arguments[0].text), text.where};
  if (axis.source.where.column > 0) axis.source.where.column += static_cast<int>(call.arguments[0].offset);
  if (axis.form == AxisForm::bins) {
    read_edges(field, call, axis);
    return axis.edges.empty() ? std::nullopt : std::optional(axis);
  }
  if (call.arguments.size() > 1) read_quantile_range(field, call, axis);
  return axis;
}

}  // namespace

void read_range(const Field& range, TallySpec& tally) {
  if (!range) return;
  tally.has_range = true;
  tally.low = 1, tally.high = 2;  // stand-ins where the range cannot be read
  const std::vector<Field> bounds = items_of(range);
  if (!range.node->is_list() || bounds.size() != 2)
    return range.complain(
        "is not a pair (the least and the largest value are expected); write [\"10 ng/mL\", \"20000 ng/mL\"]");
  std::string unit_low, unit_high;
  const auto low = read_any_number(bounds[0], unit_low);
  const auto high = read_any_number(bounds[1], unit_high);
  if (!low || !high) return;
  if (unit_low != unit_high)
    return range.complain(fmt::format("goes from '{}' to '{}' (both need the same unit)",
                                      unit_low.empty() ? "no unit" : unit_low,
                                      unit_high.empty() ? "no unit" : unit_high));
  if (*low < 0 && tally.pair.empty())
    return range.complain(fmt::format("begins at {} (a tally holds numbers from 0 on); shift the score", *low));
  constexpr double most = 1e30;
  if (*high > most || *low < -most || (*low > 0 && *low < 1 / most))
    return range.complain(
        fmt::format("goes from {} to {} (from {} to {} at most); choose other units", *low, *high, 1 / most, most));
  if (*low >= *high) return range.complain(fmt::format("goes from {} to {} (it must ascend)", *low, *high));
  tally.low = *low;
  tally.high = *high;
  tally.unit = unit_low;
}

void read_axes(const Field& by, TallySpec& tally) {
  if (by && !by.node->is_list())
    by.complain(fmt::format("is {} (a list is expected); write by = [\"arm\", \"visit\"]", words_for(by.node->kind)));
  for (const Field& item : items_of(by)) {
    const auto axis = read_axis(item);
    if (!axis) continue;
    const auto is_twin = [&](const AxisSpec& other) { return other.text == axis->text; };
    if (std::any_of(tally.by.begin(), tally.by.end(), is_twin))
      item.complain(fmt::format("is '{}' again (each axis stands once)", axis->text));
    else
      tally.by.push_back(*axis);
  }
  if (by && by.node->items.size() > kMaxAxes)
    by.complain(fmt::format("has {} axes (at most {})", by.node->items.size(), kMaxAxes));
}

namespace {

/// ["1000 ng/mL", "1165 ng/mL"], ascending, in the unit of the range.
void read_thresholds(const Field& field, TallySpec& tally) {
  if (!field) return;
  if (!tally.has_range) return field.complain("stands without range (thresholds are those of a number); give range");
  for (const Field& item : items_of(field)) {
    std::string unit;
    const auto value = read_any_number(item, unit);
    if (!value) continue;
    if (unit != tally.unit)
      item.complain(fmt::format("is {} (the range is {}); write it with the unit of the range",
                                unit.empty() ? "without a unit" : "in " + unit,
                                tally.unit.empty() ? "without a unit" : "in " + tally.unit));
    else if (!tally.thresholds.empty() && *value <= tally.thresholds.back())
      item.complain(fmt::format("is {} after {} (thresholds ascend)", *value, tally.thresholds.back()));
    else
      tally.thresholds.push_back(*value);
  }
}

void read_score(TableReader& reader, TallySpec& tally) {
  const auto read = [&](std::string_view key, std::string_view why) {
    if (!any_takes(tally.kind, key)) return Field();
    return all_take(tally.kind, key) ? reader.need(key, why) : reader.get(key);
  };
  tally.score = read_text(read("score", "what is counted or averaged, a formula such as \"bcr_abl_is <= 0.1\""));
  tally.pair = read_texts(read("pair", "the two arms whose lives are compared"));
  read_range(read("range", "the least and the largest value"), tally);
  if (any_takes(tally.kind, "thresholds")) read_thresholds(reader.get("thresholds"), tally);
  const Field at =
      tally.pair.empty() ? reader.need("at", "the visit at which it is taken, or \"end\"") : reader.get("at");
  tally.at = read_text(at);
  if (tally.pair.empty()) {
    if (tally.has_range && tally.estimand != Estimand::itt)
      reader.complain("has an estimand, but scores a number (an estimand says what a missing response counts as)");
    return;
  }
  if (tally.pair.size() != 2)
    reader.complain(
        fmt::format("has a pair of {} (two arms are compared); write pair = [\"A\", \"B\"]", tally.pair.size()));
  if (at && tally.at.value != "end")
    at.complain(
        fmt::format("is '{}' (lives are compared at their end); write \"end\", and past values as "
                    "\"trough @ 'day 29'\"",
                    tally.at.value));
  tally.at = {kEnd, reader.table().where};
  if (tally.estimand != Estimand::itt) reader.complain("has an estimand, but compares lives");
  if (!tally.thresholds.empty()) reader.complain("has thresholds, but compares lives; score a condition instead");
}

/// A time to a named event, or to the first visit at which a formula holds: that is an event of its own.
void read_times(TableReader& reader, Scenario& scenario, TallySpec& tally) {
  tally.at = {kEnd, reader.table().where};
  tally.score = tally.at;
  const Field first = reader.get("first");
  if (first) {
    EventSpec event;
    event.name = "first " + tally.name;
    event.when = read_text(first);
    event.at = read_texts(reader.need("at", "the visit at which the formula is looked at"));
    event.where = tally.where;
    tally.events = {{event.name, tally.where}};
    tally.score = event.when;
    scenario.events.push_back(std::move(event));
    if (scenario.events.size() > kMaxEvents)
      first.complain(
          fmt::format("makes one event too many (at most {} of them and of tallies with first)", kMaxEvents));
    if (const Field event_name = reader.get("event"))
      event_name.complain("stands beside first (a time runs to one or the other); take one away");
  } else {
    tally.events =
        read_texts(reader.need("event", "what is waited for: the name of an [[event]], or first = \"…\" and at"));
    tally.score.value.clear();
    for (const Text& event : tally.events) tally.score.value += (tally.score.value.empty() ? "" : " or ") + event.value;
  }
  tally.competing = read_texts(reader.get("competing"));
  tally.from = read_text(reader.get("from"));
  if (const auto days = read_days(reader.get("every"), 1, 36525)) tally.every_day = *days;
}

std::vector<std::string> written_kinds() {
  std::vector<std::string> names = names_of(kTallyKinds);
  std::erase(names, "");
  return names;
}

void read_tally(TableReader& reader, const std::string& name, Scenario& scenario) {
  TallySpec tally;
  tally.name = name;
  tally.where = reader.table().where;
  check_group_name(reader.get("name"));
  tally.title = read_text(reader.get("title")).value;
  if (const Field estimand = reader.get("estimand"))
    if (const EstimandEntry* found = find_named(kEstimands, read_choice(estimand, names_of(kEstimands))))
      tally.estimand = found->estimand;
  if (const Field kind = reader.get("kind")) tally.kind = read_choice(kind, written_kinds());
  if (any_takes(tally.kind, "event"))
    read_times(reader, scenario, tally);
  else
    read_score(reader, tally);
  tally.among = read_text(reader.get("among"));
  read_axes(reader.get("by"), tally);
  (void)read_origin(reader, false);
  reader.finish();
  scenario.tallies.push_back(std::move(tally));
}

}  // namespace

void read_tallies(TableReader& root, Scenario& scenario) {
  for_each_named(root, "tally",
                 [&](TableReader& reader, const std::string& name) { read_tally(reader, name, scenario); });
}

}  // namespace vt
