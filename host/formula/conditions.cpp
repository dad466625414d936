#include "host/formula/conditions.hpp"

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

}  // namespace

std::vector<NameInCondition> names_in_conditions(const Tree& tree) {
  std::vector<NameInCondition> found;
  collect(tree, tree.root, {}, found);
  return found;
}

}  // namespace vt::formula_text
