#include "host/formula/conditions.hpp"

#include <utility>

namespace vt::formula_text {
namespace {

/// Where in a formula one is.
struct Place {
  bool in_condition = false, is_alternative = false, is_negated = false;
};

Place below(const Node& node, Place place) {
  switch (node.verb) {
    case Verb::logical_not:
      return {true, true, true};
    case Verb::logical_or:
      return {true, true, place.is_negated};
    case Verb::logical_and:
    case Verb::less:
    case Verb::at_most:
    case Verb::greater:
    case Verb::at_least:
    case Verb::equal:
    case Verb::unequal:
      return {true, place.is_alternative, place.is_negated};
    default:
      return place;
  }
}

/// A tree is at most 1000 nodes high (parser.cpp).
void collect(const Tree& tree, int index, Place place, std::vector<NameInCondition>& found) {
  const Node& node = tree.nodes[static_cast<std::size_t>(index)];
  if (node.verb == Verb::slot && node.name >= 0 && place.in_condition)
    found.push_back(
        {tree.names[static_cast<std::size_t>(node.name)], node.offset, place.is_alternative, place.is_negated});
  if (node.verb == Verb::defined || node.verb == Verb::otherwise) return;
  if (node.verb == Verb::choose) return collect(tree, node.arguments[0], {true, true, place.is_negated}, found);
  for (const int argument : node.arguments) collect(tree, argument, below(node, place), found);
}

bool holds(Verb verb, double a, double b) {
  switch (verb) {
    case Verb::less:
      return a < b;
    case Verb::at_most:
      return a <= b;
    case Verb::greater:
      return a > b;
    case Verb::at_least:
      return a >= b;
    case Verb::equal:
      return a == b;
    case Verb::unequal:
      return a != b;
    default:
      return true;
  }
}

/// Collects what is certain where a condition holds.
class Certain {
 public:
  explicit Certain(const Tree& tree) : tree_(tree) {}

  /// `index`: a condition of which it is known that it holds.
  void condition(int index) {
    const Node& n = node(index);
    if (n.verb == Verb::logical_and) return condition(n.arguments[0]), condition(n.arguments[1]);
    if (n.verb == Verb::slot && n.name >= 0) implied.not_zero.push_back(name(n));
    if (n.verb == Verb::defined) return value(n.arguments[0]);
    if (n.verb == Verb::otherwise && is_number(n.arguments[1], 0)) return condition(n.arguments[0]);
    if (n.arguments.size() == 2) compare(n);
    value(index);
  }

  Implied implied;

 private:
  const Node& node(int index) const { return tree_.nodes[static_cast<std::size_t>(index)]; }
  const std::string& name(const Node& n) const { return tree_.names[static_cast<std::size_t>(n.name)]; }
  bool is_number(int index, double x) const { return node(index).verb == Verb::number && node(index).number == x; }

  /// `index`: what has a value.
  void value(int index) {
    const Node& n = node(index);
    if (n.verb == Verb::slot && n.name >= 0) implied.known.push_back(name(n));
    if (n.verb == Verb::defined || n.verb == Verb::otherwise) return;
    if (n.verb == Verb::choose) return value(n.arguments[0]);
    for (const int argument : n.arguments) value(argument);
  }

  /// A comparison with a number that would not hold for 0, or for what stands in the place of a value.
  void compare(const Node& n) {
    const Node &left = node(n.arguments[0]), &right = node(n.arguments[1]);
    const bool is_mirrored = left.verb == Verb::number;
    const Node &compared = is_mirrored ? right : left, &other = is_mirrored ? left : right;
    if (other.verb != Verb::number) return;
    const auto would_hold = [&](double x) {
      return is_mirrored ? holds(n.verb, other.number, x) : holds(n.verb, x, other.number);
    };
    if (compared.verb == Verb::slot && compared.name >= 0 && !would_hold(0)) implied.not_zero.push_back(name(compared));
    if (compared.verb != Verb::otherwise) return;
    const Node& instead = node(compared.arguments[1]);
    if (instead.verb == Verb::number && !would_hold(instead.number)) value(compared.arguments[0]);
  }

  const Tree& tree_;
};

}  // namespace

Implied names_implied_by(const Tree& tree) {
  Certain certain(tree);
  if (tree.root >= 0) certain.condition(tree.root);
  return std::move(certain.implied);
}

std::vector<NameInCondition> names_in_conditions(const Tree& tree) {
  std::vector<NameInCondition> found;
  collect(tree, tree.root, {}, found);
  return found;
}

}  // namespace vt::formula_text
