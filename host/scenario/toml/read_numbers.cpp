#include <cmath>

#include <fmt/format.h>

#include "host/scenario/toml/shapes.hpp"
#include "host/scenario/toml/table_reader.hpp"
#include "host/scenario/units/units.hpp"

namespace vt {
namespace {

std::string with_unit(double value, std::string_view unit) {
  return unit.empty() ? fmt::format("{}", value) : fmt::format("{} {}", value, unit);
}

std::string allowed(const Range& range, std::string_view unit) {
  const std::string suffix = unit.empty() ? "" : fmt::format(" {}", unit);
  if (range.high >= 1e300) return fmt::format("{} {}{}", range.above_low ? "above" : "at least", range.low, suffix);
  if (range.above_low) return fmt::format("above {}, at most {}{}", range.low, range.high, suffix);
  return fmt::format("{} to {}{}", range.low, range.high, suffix);
}

bool is_within(double value, const Range& range) {
  return std::isfinite(value) && value <= range.high && (range.above_low ? value > range.low : value >= range.low);
}

std::optional<double> plain_number(const Node& node) {
  if (node.kind == Node::Kind::whole) return static_cast<double>(node.whole);
  if (node.kind == Node::Kind::number) return node.number;
  return std::nullopt;
}

/// The value of a text in the unit asked for; "" takes percent, as hundredths.
std::optional<double> value_in(const Field& field, std::string_view unit) {
  std::string why;
  const std::optional<Quantity> quantity = parse_quantity(field.node->text, why);
  if (!quantity) {
    const std::string expected =
        unit.empty() ? "a plain number is expected" : fmt::format("a quantity in {} is expected", unit);
    const std::size_t hint = why.find(';');
    field.complain(fmt::format("cannot be read: {} ({}){}", why.substr(0, hint), expected,
                               hint == std::string::npos ? "" : why.substr(hint)));
    return std::nullopt;
  }
  if (unit.empty()) {
    if (quantity->unit.text == "%") return quantity->value / 100;
    field.complain(fmt::format("is {} in {} (a plain number without unit is expected)",
                               describe(quantity->unit.dimension), quantity->unit.text));
    return std::nullopt;
  }
  const Unit wanted = *parse_unit(unit);
  if (!(quantity->unit.dimension == wanted.dimension)) {
    field.complain(fmt::format("is {} in {} ({} in {} is expected)", describe(quantity->unit.dimension),
                               quantity->unit.text, describe(wanted.dimension), unit));
    return std::nullopt;
  }
  return convert(quantity->value, quantity->unit, wanted);
}

std::optional<double> number_of(const Field& field, std::string_view unit, const Range& range) {
  if (!field) return std::nullopt;
  std::optional<double> value = plain_number(*field.node);
  if (value && !unit.empty()) {
    field.complain(fmt::format("is {} without a unit ({} in {} is expected); write \"{} {}\"", *value,
                               describe(parse_unit(unit)->dimension), unit, *value, unit));
    return std::nullopt;
  }
  if (!value && field.node->is_text()) {
    value = value_in(field, unit);
    if (!value) return std::nullopt;
  }
  if (!value) {
    const std::string expected = unit.empty() ? "a number" : fmt::format("text such as \"1 {}\"", unit);
    field.complain(fmt::format("is {} ({} is expected)", words_for(field.node->kind), expected));
    return std::nullopt;
  }
  if (is_within(*value, range)) return value;
  field.complain(fmt::format("is {} (allowed: {})", with_unit(*value, unit), allowed(range, unit)));
  return std::nullopt;
}

}  // namespace

std::optional<double> read_number(const Field& field, std::string_view unit, const Range& range) {
  note(field, {.kind = Form::Kind::number, .unit = std::string(unit), .range = range});
  return number_of(field, unit, range);
}

std::optional<double> read_any_number(const Field& field, std::string& unit) {
  unit.clear();
  note(field, {Form::Kind::any_number});
  if (!field) return std::nullopt;
  if (!field.node->is_text()) return number_of(field, "", {});
  std::string why;
  const std::optional<Quantity> quantity = parse_quantity(field.node->text, why);
  if (!quantity) {
    field.complain(fmt::format("cannot be read: {}", why));
    return std::nullopt;
  }
  const Unit kernel = kernel_unit(quantity->unit);
  unit = kernel.text;
  const double value = convert(quantity->value, quantity->unit, kernel);
  if (std::isfinite(value)) return value;
  field.complain("is too large");
  return std::nullopt;
}

std::optional<std::int64_t> read_whole(const Field& field, std::int64_t low, std::int64_t high) {
  note(field, {.kind = Form::Kind::whole, .range = {static_cast<double>(low), static_cast<double>(high)}});
  if (!field) return std::nullopt;
  const Node& node = *field.node;
  constexpr double inexact = 9007199254740992;  // 2^53: from here on several whole numbers are one double
  std::optional<std::int64_t> value;
  if (node.kind == Node::Kind::whole) value = node.whole;
  if (node.kind == Node::Kind::number && std::abs(node.number) < inexact &&
      static_cast<double>(static_cast<std::int64_t>(node.number)) == node.number)
    value = static_cast<std::int64_t>(node.number);
  if (!value) {
    const std::string what =
        node.kind == Node::Kind::number ? fmt::format("{}", node.number) : std::string(words_for(node.kind));
    field.complain(fmt::format("is {} (a whole number from {} to {} is expected)", what, low, high));
    return std::nullopt;
  }
  if (*value >= low && *value <= high) return value;
  field.complain(fmt::format("is {} (allowed: {} to {})", *value, low, high));
  return std::nullopt;
}

std::optional<std::int32_t> read_trial_time(const Field& field) {
  note(field, {Form::Kind::time});
  if (!field) return std::nullopt;
  if (!field.node->is_text()) {
    field.complain(fmt::format("is {} (a time of the trial is expected); write for instance \"day 29\" or \"month 6\"",
                               words_for(field.node->kind)));
    return std::nullopt;
  }
  std::string why;
  const std::optional<TrialTime> time = parse_trial_time(field.node->text, why);
  if (!time) {
    field.complain("cannot be read: " + why);
    return std::nullopt;
  }
  return time->day;
}

std::optional<std::int32_t> read_days(const Field& field, std::int32_t low, std::int32_t high) {
  note(field, {.kind = Form::Kind::duration, .range = {static_cast<double>(low), static_cast<double>(high)}});
  if (!field) return std::nullopt;
  std::string why;
  if (field.node->is_text() && parse_trial_time(field.node->text, why)) {
    field.complain(fmt::format("is '{}', a point in time (a duration is expected); write for instance \"12 month\"",
                               field.node->text));
    return std::nullopt;
  }
  const std::optional<double> days = number_of(field, "day", {-1e6, 1e6});
  if (!days) return std::nullopt;
  const std::int32_t whole = round_half_up(*days);
  if (whole >= low && whole <= high) return whole;
  field.complain(fmt::format("is {} day (allowed: {} to {} day)", whole, low, high));
  return std::nullopt;
}

std::vector<double> read_numbers(const Field& field, const Range& range) {
  std::vector<double> numbers;
  note_items(field, {.kind = Form::Kind::number, .range = range});
  if (!field) return numbers;
  if (!field.node->is_list()) {
    field.complain(fmt::format("is {} (a list of numbers is expected)", words_for(field.node->kind)));
    return numbers;
  }
  for (const Field& item : items_of(field))
    if (const auto number = read_number(item, "", range)) numbers.push_back(*number);
  if (numbers.size() != field.node->items.size()) numbers.clear();
  return numbers;
}

std::vector<std::vector<double>> read_rows(const Field& field, std::size_t columns, const Range& range) {
  std::vector<std::vector<double>> rows;
  note_items({nullptr, field.path + "[1]", field.problems}, {.kind = Form::Kind::number, .range = range});
  if (!field) return rows;
  if (!field.node->is_list() || field.node->items.empty()) {
    field.complain(fmt::format("is {} (a list of rows of {} numbers is expected)",
                               field.node->is_list() ? "an empty list" : words_for(field.node->kind), columns));
    return rows;
  }
  for (const Field& item : items_of(field)) {
    std::vector<double> row = read_numbers(item, range);
    if (item.node->is_list() && item.node->items.size() != columns)
      item.complain(fmt::format("has {} numbers ({} are expected)", item.node->items.size(), columns));
    else if (row.size() == columns)
      rows.push_back(std::move(row));
  }
  if (rows.size() != field.node->items.size()) rows.clear();
  return rows;
}

}  // namespace vt
