#include <algorithm>

#include <fmt/format.h>

#include "host/scenario/sections.hpp"
#include "host/scenario/units.hpp"

namespace vt {
namespace {

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

std::optional<AxisSpec> read_axis(const Field& field) {
  static const std::vector<std::string> kinds = {"arm", "visit", "daily_dose_mg", "bins", "quartile", "tertile"};
  const Text text = read_text(field);
  if (!text.is_set()) return std::nullopt;
  AxisSpec axis;
  axis.text = text.value;
  axis.where = text.where;
  const Call call = parse_call(axis.text);
  axis.kind = call.function;
  if (std::find(kinds.begin(), kinds.end(), axis.kind) == kinds.end()) {
    field.complain(
        fmt::format("is '{}' (an axis is arm, visit, daily_dose_mg, bins(x, edges…), quartile(x) or tertile(x)){}",
                    text.value, suggest(axis.kind, kinds)));
    return std::nullopt;
  }
  const bool takes_value = axis.kind == "bins" || axis.kind == "quartile" || axis.kind == "tertile";
  if (!takes_value) {
    if (call.function == trimmed(axis.text)) return axis;
    field.complain(fmt::format("is '{}' ({} takes nothing in brackets)", text.value, axis.kind));
    return std::nullopt;
  }
  if (!call.is_complete || call.arguments.empty() || call.arguments[0].text.empty()) {
    field.complain(fmt::format("is '{}' (the brackets hold a value); write for instance {}(trough @ 'day 29'{})",
                               text.value, axis.kind, axis.kind == "bins" ? ", 1000" : ""));
    return std::nullopt;
  }
  axis.source = {std::string(call.arguments[0].text), text.where};
  if (axis.source.where.column > 0) axis.source.where.column += static_cast<int>(call.arguments[0].offset);
  if (axis.kind == "bins") {
    read_edges(field, call, axis);
    return axis.edges.empty() ? std::nullopt : std::optional(axis);
  }
  if (call.arguments.size() > 1)
    field.complain(fmt::format("has more than one value in the brackets ({} takes one)", axis.kind));
  axis.groups = axis.kind == "quartile" ? 4 : 3;
  axis.kind = "quantile";
  return axis;
}

}  // namespace

void read_range(const Field& range, TallySpec& tally) {
  if (!range) return;
  tally.is_number = true;
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
  if (*low < 0)
    return range.complain(fmt::format("begins at {} (a tally holds numbers from 0 on); shift the score", *low));
  constexpr double most = 1e30;
  if (*high > most || (*low > 0 && *low < 1 / most))
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

void check_group_name(const Field& name) {
  const std::string& text = name.node->text;
  const bool has_bad =
      std::any_of(text.begin(), text.end(), [](char c) { return c == '/' || static_cast<unsigned char>(c) < 0x20; });
  if (has_bad || text == "." || text == "..")
    name.complain(fmt::format("is '{}' (results are stored under this name); take away '/'", text));
}

void read_tally(TableReader& reader, const std::string& name, Scenario& scenario) {
  TallySpec tally;
  tally.name = name;
  tally.where = reader.table().where;
  check_group_name(reader.get("name"));
  tally.title = read_text(reader.get("title")).value;
  tally.score = read_text(reader.need("score", "what is counted or averaged, a formula such as \"bcr_abl_is <= 0.1\""));
  read_range(reader.get("range"), tally);
  tally.at = read_text(reader.need("at", "the visit at which it is taken"));
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
