#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "host/formula/formula.hpp"
#include "host/formula/lexer.hpp"

namespace vt::formula_text {

/// What a Node does with its arguments.
enum class Verb {
  number,
  slot,
  add,
  subtract,
  multiply,
  divide,
  power,
  negate,
  less,
  at_most,
  greater,
  at_least,
  equal,
  unequal,
  logical_and,
  logical_or,
  logical_not,
  exp,
  log,
  log10,
  sqrt,
  abs,
  floor,
  expit,
  logit,
  minimum,
  maximum,
  clamp,
  choose,
  defined,
  otherwise
};

struct Node {
  Verb verb = Verb::number;
  std::size_t offset = 0;      ///< of the operator or the name in the text
  std::vector<int> arguments;  ///< indices of nodes
  double number = 0.0;
  int slot = 0;
  int name = -1;             ///< of a slot: its place among the names of the Tree
  int height = 0;            ///< of the tree below
  int weight = 0;            ///< temporaries its evaluation needs (Sethi and Ullman 1970)
  bool is_constant = true;   ///< no observable below
  bool is_enclosed = false;  ///< in parentheses
};

/// A parsed Formula. No pointers, so that a long one cannot overflow the stack when it is destroyed.
struct Tree {
  std::vector<Node> nodes;
  int root = -1;                   ///< -1: the text could not be read
  std::vector<std::string> names;  ///< that were found, in order of appearance
};

/// Reads a Formula; every problem found goes to `mistakes`.
Tree parse_formula(std::string_view text, const Lookup&, const KnownNames& known_names, Mistakes&);

/// exp, min, if, ...: every word that may stand before a parenthesis.
bool is_function(std::string_view name);

}  // namespace vt::formula_text
