#include "host/formula/formula.hpp"

#include <algorithm>
#include <utility>

#include "host/formula/conditions.hpp"
#include "host/formula/generator.hpp"
#include "host/formula/lexer.hpp"
#include "host/formula/parser.hpp"

namespace vt {
namespace formula_text { namespace {

struct Comparing {
  Verb verb;
  std::string_view text, mirrored;
};
constexpr Comparing kComparing[] = {{Verb::less, "<", ">"},    {Verb::at_most, "<=", ">="},
                                    {Verb::greater, ">", "<"}, {Verb::at_least, ">=", "<="},
                                    {Verb::equal, "==", "=="}, {Verb::unequal, "!=", "!="}};

std::optional<double> number_of(const Tree& tree, const Node& node) {
  if (node.verb == Verb::number) return node.number;
  if (node.verb != Verb::negate) return std::nullopt;
  const Node& inner = tree.nodes[static_cast<std::size_t>(node.arguments[0])];
  return inner.verb == Verb::number ? std::optional(-inner.number) : std::nullopt;
}

std::vector<ComparedName> comparisons_of(const Tree& tree) {
  std::vector<ComparedName> found;
  for (const Node& node : tree.nodes)
    for (const Comparing& sign : kComparing) {
      if (node.verb != sign.verb) continue;
      const Node& left = tree.nodes[static_cast<std::size_t>(node.arguments[0])];
      const Node& right = tree.nodes[static_cast<std::size_t>(node.arguments[1])];
      const bool is_mirrored = right.name >= 0;
      const Node& named = is_mirrored ? right : left;
      const std::optional<double> number = number_of(tree, is_mirrored ? left : right);
      if (named.name >= 0 && number)
        found.push_back({tree.names[static_cast<std::size_t>(named.name)], is_mirrored ? sign.mirrored : sign.text,
                         *number, node.offset});
    }
  return found;
}

}  // namespace
}  // namespace formula_text

std::optional<CompiledFormula> compile_formula(std::string_view text, const Position& where, const Lookup& lookup,
                                               const KnownNames& known_names, int first_temporary, int slots,
                                               Problems& problems) {
  if (text.empty() && where.file.empty()) return std::nullopt;  // a key that was needed: its reader has said so
  formula_text::Mistakes mistakes(where, problems);
  formula_text::Tree tree = formula_text::parse_formula(text, lookup, known_names, mistakes);
  if (tree.root < 0 || mistakes.any()) return std::nullopt;
  CompiledFormula formula = formula_text::generate(tree, first_temporary, slots, mistakes);
  if (mistakes.any()) return std::nullopt;
  formula.comparisons = formula_text::comparisons_of(tree);
  formula.in_conditions = formula_text::names_in_conditions(tree);
  formula.names = std::move(tree.names);
  return formula;
}

Implied implied_by(std::string_view text) {
  Problems unwanted;
  formula_text::Mistakes mistakes({}, unwanted);
  const auto any = [](std::string_view) { return std::optional(Symbol{Symbol::Kind::slot, 0.0, 0}); };
  return formula_text::names_implied_by(formula_text::parse_formula(
      text, any, [] { return std::vector<std::string>(); }, mistakes));
}

std::optional<std::size_t> offset_in_formula(std::string_view text, std::string_view name) {
  Problems unwanted;
  formula_text::Mistakes mistakes({}, unwanted);
  for (const formula_text::Token& token : formula_text::split_formula(text, mistakes).list)
    if (token.kind == formula_text::Token::Kind::name && token.text == name) return token.offset;
  return std::nullopt;
}

std::vector<std::string> names_in_formula(std::string_view text) {
  Problems unwanted;
  formula_text::Mistakes mistakes({}, unwanted);
  const std::vector<formula_text::Token> tokens = formula_text::split_formula(text, mistakes).list;
  std::vector<std::string> names;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const bool is_name = tokens[i].kind == formula_text::Token::Kind::name && !tokens[i + 1].is("(");
    if (is_name && std::find(names.begin(), names.end(), tokens[i].text) == names.end())
      names.push_back(tokens[i].text);
  }
  return names;
}

}  // namespace vt
