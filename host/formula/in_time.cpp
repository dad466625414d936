#include "host/formula/formula.hpp"

#include <algorithm>
#include <utility>

#include "host/formula/parser.hpp"

namespace vt {
namespace formula_text { namespace {

InTime turned(InTime one) {
  return one == InTime::never_falls ? InTime::never_rises : one == InTime::never_rises ? InTime::never_falls : one;
}

/// Of what falls with neither of two values.
InTime both(InTime a, InTime b) {
  if (a == InTime::constant) return b;
  return b == InTime::constant || a == b ? a : InTime::varies;
}

InTime together(const Tree& tree, const Node& node, const std::function<Going(std::string_view)>& of_name);

InTime at(const Tree& tree, int index, const std::function<Going(std::string_view)>& of_name) {
  return together(tree, tree.nodes[static_cast<std::size_t>(index)], of_name);
}

bool is_condition(Verb verb) {
  return verb == Verb::less || verb == Verb::at_most || verb == Verb::greater || verb == Verb::at_least ||
         verb == Verb::equal || verb == Verb::unequal || verb == Verb::logical_and || verb == Verb::logical_or ||
         verb == Verb::logical_not;
}

/// Is the value never below 0? By its form: what cannot be told is not.
bool is_from_zero(const Tree& tree, int index, const std::function<Going(std::string_view)>& of_name) {
  const Node& node = tree.nodes[static_cast<std::size_t>(index)];
  const auto is = [&](int argument) { return is_from_zero(tree, argument, of_name); };
  switch (node.verb) {
    case Verb::number:
      return node.number >= 0;
    case Verb::slot:
      return node.name >= 0 && of_name(tree.names[static_cast<std::size_t>(node.name)]).domain.low >= 0;
    case Verb::add:
    case Verb::multiply:
    case Verb::minimum:
    case Verb::otherwise:
      return std::ranges::all_of(node.arguments, is);
    case Verb::maximum:
      return std::ranges::any_of(node.arguments, is);
    case Verb::defined:
    case Verb::exp:
    case Verb::sqrt:
    case Verb::abs:
    case Verb::expit:
      return true;
    case Verb::floor:
      return is(node.arguments[0]);
    default:
      return is_condition(node.verb);
  }
}

/// How it goes whether a value is true, which is anything but 0. A value that rises from below 0 through 0 is true,
/// false, and true again.
InTime truth(const Tree& tree, int index, const std::function<Going(std::string_view)>& of_name) {
  const InTime value = at(tree, index, of_name);
  return value == InTime::constant || is_from_zero(tree, index, of_name) ? value : InTime::varies;
}

/// otherwise(condition, 0): what has a value keeps it, so that it may come to hold, once.
bool is_condition_or_0(const Tree& tree, const Node& node) {
  const Node &first = tree.nodes[static_cast<std::size_t>(node.arguments[0])],
             &second = tree.nodes[static_cast<std::size_t>(node.arguments[1])];
  return is_condition(first.verb) && second.verb == Verb::number && second.number == 0;
}

/// A name that equals a number: at an end of its domain as "at least", or "at most".
InTime of_equality(const Tree& tree, const Node& node, const std::function<Going(std::string_view)>& of_name) {
  const Node* name = &tree.nodes[static_cast<std::size_t>(node.arguments[0])];
  const Node* number = &tree.nodes[static_cast<std::size_t>(node.arguments[1])];
  if (name->verb == Verb::number) std::swap(name, number);
  if (name->verb != Verb::slot || name->name < 0 || number->verb != Verb::number) return InTime::varies;
  const Going going = of_name(tree.names[static_cast<std::size_t>(name->name)]);
  if (going.in_time == InTime::constant || number->number == going.domain.high) return going.in_time;
  return number->number == going.domain.low ? turned(going.in_time) : InTime::varies;
}

/// A tree is at most 1000 nodes high (parser.cpp).
InTime together(const Tree& tree, const Node& node, const std::function<Going(std::string_view)>& of_name) {
  if (node.verb == Verb::slot)
    return node.name < 0 ? InTime::varies : of_name(tree.names[static_cast<std::size_t>(node.name)]).in_time;
  const bool is_of_truths =
      node.verb == Verb::logical_and || node.verb == Verb::logical_or || node.verb == Verb::logical_not;
  std::vector<InTime> below;
  for (const int argument : node.arguments)
    below.push_back(is_of_truths ? truth(tree, argument, of_name) : at(tree, argument, of_name));
  switch (node.verb) {
    case Verb::add:
    case Verb::minimum:
    case Verb::maximum:
    case Verb::logical_and:
    case Verb::logical_or: {
      InTime all = InTime::constant;
      for (const InTime one : below) all = both(all, one);
      return all;
    }
    case Verb::subtract:
    case Verb::greater:
    case Verb::at_least:
      return both(below[0], turned(below[1]));
    case Verb::less:
    case Verb::at_most:
      return both(turned(below[0]), below[1]);
    case Verb::equal:
      return both(below[0], below[1]) == InTime::constant ? InTime::constant : of_equality(tree, node, of_name);
    case Verb::unequal:
      return both(below[0], below[1]) == InTime::constant ? InTime::constant : turned(of_equality(tree, node, of_name));
    case Verb::negate:
    case Verb::logical_not:
      return turned(below[0]);
    case Verb::defined:  // what nothing changes may have no value at first: of a visit to come
      return below[0] == InTime::constant ? InTime::never_falls : InTime::varies;
    case Verb::otherwise:
      return is_condition_or_0(tree, node) ? both(below[0], InTime::never_falls) : InTime::varies;
    case Verb::exp:
    case Verb::log:
    case Verb::log10:
    case Verb::sqrt:
    case Verb::floor:
      return below[0];
    default: {
      for (const InTime one : below)
        if (one != InTime::constant) return InTime::varies;
      return InTime::constant;
    }
  }
}

}  // namespace
}  // namespace formula_text

InTime in_time(std::string_view text, const std::function<Going(std::string_view)>& of_name) {
  Problems unwanted;
  formula_text::Mistakes mistakes({}, unwanted);
  const auto any = [](std::string_view) { return std::optional(Symbol{Symbol::Kind::slot, 0.0, 0}); };
  const formula_text::Tree tree = formula_text::parse_formula(
      text, any, [] { return std::vector<std::string>(); }, mistakes);
  return tree.root < 0 || mistakes.any() ? InTime::varies : formula_text::truth(tree, tree.root, of_name);
}

}  // namespace vt
