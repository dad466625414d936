#include "host/formula/formula.hpp"

#include <algorithm>
#include <utility>

#include "host/formula/generator.hpp"
#include "host/formula/lexer.hpp"
#include "host/formula/parser.hpp"

namespace vt {

std::optional<CompiledFormula> compile_formula(std::string_view text, const Position& where, const Lookup& lookup,
                                               const std::vector<std::string>& known_names, int first_temporary,
                                               int slots, Problems& problems) {
  formula_text::Mistakes mistakes(where, problems);
  formula_text::Tree tree = formula_text::parse_formula(text, lookup, known_names, mistakes);
  if (tree.root < 0 || mistakes.any()) return std::nullopt;
  CompiledFormula formula = formula_text::generate(tree, first_temporary, slots, mistakes);
  if (mistakes.any()) return std::nullopt;
  formula.names = std::move(tree.names);
  return formula;
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
