#include "host/formula/parser.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace vt::formula_text {
namespace {

struct Function {
  std::string_view name;
  Verb verb;
  std::size_t fewest, most;
  std::string_view usage;
};
constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();
constexpr std::array<Function, 15> functions{{
    {"exp", Verb::exp, 1, 1, "exp(x)"},
    {"log", Verb::log, 1, 1, "log(x)"},
    {"ln", Verb::log, 1, 1, "ln(x)"},
    {"log10", Verb::log10, 1, 1, "log10(x)"},
    {"sqrt", Verb::sqrt, 1, 1, "sqrt(x)"},
    {"abs", Verb::abs, 1, 1, "abs(x)"},
    {"floor", Verb::floor, 1, 1, "floor(x)"},
    {"expit", Verb::expit, 1, 1, "expit(x)"},
    {"logit", Verb::logit, 1, 1, "logit(p)"},
    {"min", Verb::minimum, 2, any_number, "min(x, y, ...)"},
    {"max", Verb::maximum, 2, any_number, "max(x, y, ...)"},
    {"clamp", Verb::clamp, 3, 3, "clamp(x, low, high)"},
    {"if", Verb::choose, 3, 3, "if(condition, x, y)"},
    {"defined", Verb::defined, 1, 1, "defined(x)"},
    {"otherwise", Verb::otherwise, 2, 2, "otherwise(x, y)"},
}};

struct Infix {
  std::string_view symbol;
  Verb verb;
  int binding;  ///< the larger, the tighter
};
constexpr int binding_not = 3, binding_comparison = 4, binding_minus = 7, binding_power = 8;
constexpr std::array<Infix, 13> infixes{{
    {"or", Verb::logical_or, 1},
    {"and", Verb::logical_and, 2},
    {"<", Verb::less, binding_comparison},
    {"<=", Verb::at_most, binding_comparison},
    {">", Verb::greater, binding_comparison},
    {">=", Verb::at_least, binding_comparison},
    {"==", Verb::equal, binding_comparison},
    {"!=", Verb::unequal, binding_comparison},
    {"+", Verb::add, 5},
    {"-", Verb::subtract, 5},
    {"*", Verb::multiply, 6},
    {"/", Verb::divide, 6},
    {"^", Verb::power, binding_power},
}};

template <class Table>
auto find_named(const Table& table, std::string_view name, std::string_view Table::value_type::*member) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.*member == name; });
  return found == table.end() ? nullptr : &*found;
}

constexpr const char* kArm = "arm";

/// Deeper or longer formulas are refused, so that recursion over the tree is safe.
constexpr int deepest_nesting = 200;
constexpr int greatest_height = 1000;

/// After a mistake behind which nothing can be understood.
struct Stop {};

class Parser {
 public:
  Parser(std::string_view text, const Lookup& lookup, const KnownNames& known_names, Mistakes& mistakes)
      : text_(text), lookup_(lookup), known_names_(known_names), mistakes_(mistakes) {}

  Tree parse() {
    Tokens tokens = split_formula(text_, mistakes_);
    if (!tokens.is_readable) return std::move(tree_);
    tokens_ = std::move(tokens.list);
    if (tokens_.size() == 1) {
      mistakes_.add(0, "the formula is empty; write a number or an expression");
      return std::move(tree_);
    }
    try {
      const int root = expression(0);
      if (current().kind != Token::Kind::end) refuse_current();
      tree_.root = root;
    } catch (const Stop&) {
    }
    return std::move(tree_);
  }

 private:
  const Token& current() const { return tokens_[at_]; }
  const Token& next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  Node& node(int index) { return tree_.nodes[static_cast<std::size_t>(index)]; }

  [[noreturn]] void stop(std::size_t offset, std::string text) {
    mistakes_.add(offset, std::move(text));
    throw Stop{};
  }

  int add(Node n) {
    int heaviest = 0;
    for (const int argument : n.arguments) {
      const Node& child = node(argument);
      n.height = std::max(n.height, child.height + 1);
      n.is_constant &= child.is_constant;
      n.weight = std::max({n.weight, child.weight, 1});
      if (child.weight == heaviest && heaviest > 0) n.weight = std::max(n.weight, heaviest + 1);
      heaviest = std::max(heaviest, child.weight);
    }
    if (n.height > greatest_height)
      stop(n.offset, "the formula is too long (over 1000 steps); name a part of it as a parameter");
    tree_.nodes.push_back(std::move(n));
    return static_cast<int>(tree_.nodes.size()) - 1;
  }
  int add(Verb verb, std::size_t offset, std::vector<int> arguments) {
    Node n;
    n.verb = verb;
    n.offset = offset;
    n.arguments = std::move(arguments);
    return add(std::move(n));
  }
  int add_number(double number, std::size_t offset) {
    Node n;
    n.number = number;
    n.offset = offset;
    return add(std::move(n));
  }

  int expression(int weakest) {
    if (++nesting_ > deepest_nesting)
      stop(current().offset, "the formula is nested too deeply (over 200 levels); name a part of it as a parameter");
    int left = prefix(weakest);
    for (;;) {
      const Infix* infix =
          current().kind == Token::Kind::symbol ? find_named(infixes, current().text, &Infix::symbol) : nullptr;
      if (infix == nullptr || infix->binding < weakest) break;
      const std::size_t offset = current().offset;
      if (infix->binding == binding_comparison && is_open_comparison(left))
        mistakes_.add(offset, "comparisons do not chain (each has one left and one right side); write a < b and b < c");
      ++at_;
      const int right = expression(infix->verb == Verb::power ? binding_power : infix->binding + 1);
      left = add(infix->verb, offset, {left, right});
    }
    --nesting_;
    return left;
  }

  bool is_open_comparison(int index) {
    const Node& n = node(index);
    return !n.is_enclosed && n.verb >= Verb::less && n.verb <= Verb::unequal;
  }

  int prefix(int weakest) {
    const Token token = current();
    if (token.kind == Token::Kind::number) return number();
    if (token.kind == Token::Kind::name && token.text == kArm && lookup_(kArm)) return arm(weakest);
    if (token.kind == Token::Kind::name) return next().is("(") ? call() : symbol();
    if (token.kind == Token::Kind::text) refuse_text(token);
    if (token.is("-")) return ++at_, add(Verb::negate, token.offset, {expression(binding_minus)});
    if (token.is("not") && weakest <= binding_not)
      return ++at_, add(Verb::logical_not, token.offset, {expression(binding_not)});
    if (token.is("not")) stop(token.offset, "'not' stands after an operator that binds tighter; write (not ...)");
    if (token.is("(")) return parentheses();
    if (token.kind == Token::Kind::end) stop(token.offset, "the formula ends where a value is expected");
    stop(token.offset, in_quotes(token.text) + " stands where a value is expected");
  }

  int parentheses() {
    const std::size_t open = current().offset;
    ++at_;
    const int inside = expression(0);
    if (current().kind == Token::Kind::end) stop(open, "'(' is never closed; add ')'");
    if (!current().is(")")) refuse_current();
    ++at_;
    node(inside).is_enclosed = true;
    return inside;
  }

  int number() {
    const Token token = current();
    ++at_;
    if (current().kind == Token::Kind::name && !is_known(current().text)) refuse_unit(token);
    return add_number(token.number, token.offset);
  }

  bool is_known(const std::string& name) const { return is_function(name) || lookup_(name).has_value(); }

  /// Reports "1000 ng/mL" and steps over it.
  void refuse_unit(const Token& number) {
    std::size_t end = 0;
    do {
      end = current().offset + current().text.size();
      ++at_;
      if (current().is("/") && next().kind == Token::Kind::name && !is_known(next().text)) ++at_;
    } while (current().kind == Token::Kind::name && !is_known(current().text));
    mistakes_.add(number.offset,
                  in_quotes(text_.substr(number.offset, end - number.offset)) +
                      " has a unit (numbers in formulas are plain, in the units of the observable table); write " +
                      number.text);
  }

  int symbol() {
    const Token token = current();
    ++at_;
    const std::optional<Symbol> found = lookup_(token.text);
    if (!found) {
      mistakes_.add(token.offset, unknown_name(token.text));
      return add_number(0.0, token.offset);
    }
    const auto known = std::find(tree_.names.begin(), tree_.names.end(), token.text);
    const auto name = static_cast<int>(known - tree_.names.begin());
    if (known == tree_.names.end()) tree_.names.push_back(token.text);
    if (found->kind == Symbol::Kind::constant) return add_number(found->value, token.offset);
    Node n;
    n.verb = Verb::slot;
    n.offset = token.offset;
    n.slot = found->slot;
    n.name = name;
    n.is_constant = false;
    return add(std::move(n));
  }

  /// arm == 'NAME', arm != 'NAME': names of arms have a number each, which is asked for as "arm=NAME".
  int arm(int weakest) {
    const Token sign = next(), name = tokens_[std::min(at_ + 2, tokens_.size() - 1)];
    const bool is_equal = sign.is("==");
    if ((!is_equal && !sign.is("!=")) || name.kind != Token::Kind::text)
      stop(current().offset,
           "'arm' is not compared with the name of an arm (it has no other value); write arm == '400 mg'");
    if (weakest > binding_comparison)
      stop(current().offset, "'arm' stands after an operator that binds tighter; write (arm == ...)");
    const int which = symbol();
    at_ += 2;
    const std::string prefix = std::string(kArm) + "=";
    const std::optional<Symbol> number = lookup_(prefix + name.text);
    if (!number) {
      std::vector<std::string> arms;
      for (const std::string& known : known_names_ ? known_names_() : std::vector<std::string>())
        if (known.starts_with(prefix)) arms.push_back(known.substr(prefix.size()));
      mistakes_.add(name.offset, "unknown arm " + in_quotes(name.text) + " (no [[arm]] has this name)" +
                                     did_you_mean(name.text, arms));
    }
    return add(is_equal ? Verb::equal : Verb::unequal, sign.offset,
               {which, add_number(number ? number->value : 0.0, name.offset)});
  }

  [[noreturn]] void refuse_text(const Token& token) {
    stop(token.offset,
         "quoted text stands alone (quotes name the visit of a past value, or an arm); write trough @ 'day 29' or arm "
         "== '400 mg'");
  }

  std::string unknown_name(const std::string& name) const {
    if (const Function* function = find_named(functions, name, &Function::name))
      return in_quotes(name) + " is a function; write " + std::string(function->usage);
    return "unknown name " + in_quotes(name) + " (nothing of that name can be used in this formula)" +
           did_you_mean(name, known_names_ ? known_names_() : std::vector<std::string>());
  }

  int call() {
    const Token token = current();
    const Function* function = find_named(functions, token.text, &Function::name);
    if (function == nullptr) stop(token.offset, unknown_function(token.text));
    at_ += 2;
    std::vector<int> arguments;
    if (!current().is(")")) arguments.push_back(expression(0));
    while (current().is(",")) ++at_, arguments.push_back(expression(0));
    if (current().kind == Token::Kind::end)
      stop(token.offset, "the parenthesis of " + in_quotes(token.text) + " is never closed; add ')'");
    if (!current().is(")")) refuse_current();
    ++at_;
    if (arguments.size() < function->fewest || arguments.size() > function->most) {
      const bool has_base = function->verb == Verb::log && arguments.size() == 2;
      mistakes_.add(token.offset, in_quotes(token.text) + " does not take " + count(arguments.size()) + "; write " +
                                      (has_base ? "log(x)/log(base)" : std::string(function->usage)));
      return add_number(0.0, token.offset);
    }
    if (function->most != any_number) return add(function->verb, token.offset, std::move(arguments));
    int left = arguments[0];
    for (std::size_t i = 1; i < arguments.size(); ++i) left = add(function->verb, token.offset, {left, arguments[i]});
    return left;
  }

  static std::string count(std::size_t n) { return std::to_string(n) + (n == 1 ? " argument" : " arguments"); }

  std::string unknown_function(const std::string& name) const {
    if (lookup_(name)) return in_quotes(name) + " is a value, not a function; write " + name + " * (...)";
    static constexpr std::pair<std::string_view, std::string_view> elsewhere[] = {{"ifelse", "if(condition, x, y)"},
                                                                                  {"iif", "if(condition, x, y)"},
                                                                                  {"where", "if(condition, x, y)"},
                                                                                  {"pow", "x^y"},
                                                                                  {"power", "x^y"},
                                                                                  {"inv_logit", "expit(x)"},
                                                                                  {"plogis", "expit(x)"},
                                                                                  {"qlogis", "logit(p)"},
                                                                                  {"pmin", "min(x, y, ...)"},
                                                                                  {"pmax", "max(x, y, ...)"},
                                                                                  {"coalesce", "otherwise(x, y)"},
                                                                                  {"round", "floor(x + 0.5)"},
                                                                                  {"int", "floor(x)"},
                                                                                  {"ceil", "-floor(-x)"},
                                                                                  {"ceiling", "-floor(-x)"},
                                                                                  {"log2", "log(x)/log(2)"},
                                                                                  {"log1p", "log(1 + x)"},
                                                                                  {"expm1", "exp(x) - 1"},
                                                                                  {"isna", "not defined(x)"},
                                                                                  {"is.na", "not defined(x)"},
                                                                                  {"square", "x^2"}};
    for (const auto& [theirs, ours] : elsewhere)
      if (theirs == lower_case(name)) return "unknown function " + in_quotes(name) + "; write " + std::string(ours);
    std::vector<std::string> names;
    for (const Function& function : functions) names.emplace_back(function.name);
    return "unknown function " + in_quotes(name) + did_you_mean(name, names);
  }

  [[noreturn]] void refuse_current() {
    const Token& token = current();
    if (token.kind == Token::Kind::text) refuse_text(token);
    if (token.is(")")) stop(token.offset, "')' closes nothing; remove it");
    if (token.is(","))
      stop(token.offset,
           "',' stands outside of a function (numbers have a point, groups of digits an underscore); write 0.5 or "
           "1_000");
    stop(token.offset, "an operator is missing before " + in_quotes(token.text) + "; write for instance * or and");
  }

  std::string_view text_;
  const Lookup& lookup_;
  const KnownNames& known_names_;
  Mistakes& mistakes_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int nesting_ = 0;
  Tree tree_;
};

}  // namespace

bool is_function(std::string_view name) { return find_named(functions, name, &Function::name) != nullptr; }

Tree parse_formula(std::string_view text, const Lookup& lookup, const KnownNames& known_names, Mistakes& mistakes) {
  return Parser(text, lookup, known_names, mistakes).parse();
}

}  // namespace vt::formula_text
