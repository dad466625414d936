#include <fmt/format.h>

#include <unordered_map>

#include "host/formula/formula.hpp"
#include "host/scenario/sections.hpp"
#include "host/scenario/toml/shapes.hpp"
#include "host/scenario/units/units.hpp"

namespace vt {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view to_text(Basis basis) {
  switch (basis) {
    case Basis::published:
      return "published";
    case Basis::derived:
      return "derived";
    case Basis::calibrated:
      return "calibrated";
    case Basis::assumed:
      return "assumed";
    case Basis::none:
      break;
  }
  return "";
}
namespace {

std::string text_of(const Node& node) {
  if (node.kind == Node::Kind::whole) return fmt::format("{}", node.whole);
  if (node.kind == Node::Kind::number) return fmt::format("{}", node.number);
  return node.text;
}

/// The number that a formula without names is. Studies ask for the same formulas again and again.
std::optional<double> constant_of(const std::string& formula) {
  constexpr std::size_t most = 4096;
  thread_local std::unordered_map<std::string, std::optional<double>> known;
  if (const auto found = known.find(formula); found != known.end()) return found->second;
  Problems unread;  // mistakes are reported where the formula is used
  const auto compiled = compile_formula(
      formula, {}, [](std::string_view) { return std::optional<Symbol>(); }, {}, kPatientObservables, kPatientSlots,
      unread);
  if (known.size() >= most) known.clear();
  return known[formula] = compiled ? compiled->constant : std::nullopt;
}

/// A formula without names is a number, and lies where a number would have to.
void check_constant(const Field& field, const ExpressionRule& rule, const std::string& formula) {
  const std::optional<double> constant = constant_of(formula);
  if (!constant) return;
  const double value = *constant;
  const auto& [low, high, above_low] = rule.range;
  if (value > high || value < low || (above_low && value == low))
    field.complain(fmt::format("is {} (allowed: {}{:g}{})", value, above_low ? "above " : "", low,
                               high < 1e300 ? fmt::format(" to {:g}", high) : ""));
}

void read_value(const Field& field, const ExpressionRule& rule, Expression& expression) {
  std::string unused;
  if (field.node->is_text() && !parse_quantity(field.node->text, unused) && rule.is_text_formula) {
    expression.formula = read_text(field).value;
    return check_constant(field, rule, expression.formula);
  }
  const bool looks_like_formula = field.node->is_text() && field.node->text.find_first_of("*+(^") != std::string::npos;
  if (looks_like_formula && !parse_quantity(field.node->text, unused)) {
    const std::string unit = rule.unit.empty() ? "" : fmt::format(", unit = \"{}\"", rule.unit);
    field.complain(rule.may_be_formula
                       ? fmt::format("looks like a formula (a value is expected); write {{ formula = \"{}\"{} }}",
                                     field.node->text, unit)
                       : std::string("looks like a formula (one number for all patients is expected)"));
    return;
  }
  expression.number = read_number(field, rule.unit, rule.range);
}

void read_formula(const Field& formula, const Field& unit, const ExpressionRule& rule, Expression& expression) {
  if (!rule.may_be_formula) {
    formula.complain("cannot be a formula (it is one number for all patients); write value = …");
    return;
  }
  expression.formula = read_text(formula).value;
  check_constant(formula, rule, expression.formula);
  const std::string given = read_text(unit).value;
  if (!unit && !rule.unit.empty()) {
    formula.complain(fmt::format("has no unit beside it (its result is {} in {}); add unit = \"{}\"",
                                 describe(parse_unit(rule.unit)->dimension), rule.unit, rule.unit));
  } else if (unit && !given.empty() && given != rule.unit) {
    const std::optional<Unit> known = parse_unit(given);
    const std::optional<Unit> wanted = rule.unit.empty() ? std::nullopt : parse_unit(rule.unit);
    const bool is_same = known && wanted && known->dimension == wanted->dimension && convert(1, *known, *wanted) == 1;
    if (!is_same)
      unit.complain(
          fmt::format("is '{}' ({}); write the formula so that it gives {}", given,
                      rule.unit.empty() ? "this has no unit" : fmt::format("a formula here gives {}", rule.unit),
                      rule.unit.empty() ? "a plain number and leave the unit out" : fmt::format("{}", rule.unit)));
  }
}

}  // namespace

Expression read_expression(const Field& field, const ExpressionRule& rule) {
  Expression expression;
  note(field, {.kind = Form::Kind::expression,
               .unit = std::string(rule.unit),
               .range = rule.range,
               .may_be_formula = rule.may_be_formula,
               .is_text_formula = rule.is_text_formula});
  if (!field) return expression;
  expression.unit = rule.unit;
  expression.where = field.node->where;
  if (!field.node->is_table()) {
    expression.text = text_of(*field.node);
    read_value(field, rule, expression);
    return expression;
  }
  TableReader reader(*field.node, field.path, *field.problems);
  const Field value = reader.get("value");
  const Field formula = reader.get("formula");
  const Field unit = reader.get("unit");
  expression.origin = read_origin(reader, false);
  if (value && formula) {
    formula.complain("stands beside a value (only one of them can count); take one away");
  } else if (value) {
    expression.where = value.node->where;
    expression.text = text_of(*value.node);
    read_value(value, rule, expression);
    if (unit) unit.complain("stands beside a value (a value carries its unit: \"400 mg\"); take it away");
  } else if (formula) {
    expression.where = formula.node->where;
    expression.text = text_of(*formula.node);
    read_formula(formula, unit, rule, expression);
  } else {
    reader.complain("has neither value nor formula");
  }
  reader.finish();
  return expression;
}

}  // namespace vt
