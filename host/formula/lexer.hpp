#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "host/problems.hpp"

namespace vt::formula_text {

/// 'text'
std::string lower_case(std::string_view word);
std::string in_quotes(std::string_view text);

/// and, or, not, in any case: words that are no names.
bool is_operator_word(std::string_view word);

/// Reports problems at places inside one Formula.
class Mistakes {
 public:
  Mistakes(const Position& quote, Problems& problems) : quote_(quote), problems_(problems), before_(problems.size()) {}
  /// offset: bytes from the start of the Formula.
  void add(std::size_t offset, std::string text) {
    Position where = quote_;
    if (where.column > 0) where.column += 1 + static_cast<int>(offset);
    problems_.add(where, std::move(text));
  }
  bool any() const { return problems_.size() > before_; }

 private:
  Position quote_;
  Problems& problems_;
  std::size_t before_;
};

struct Token {
  enum class Kind { number, name, text, symbol, end };
  Kind kind = Kind::end;
  std::string text;  ///< of a name: canonical, "trough@day 29"; of a text: without its quotes
  double number = 0.0;
  std::size_t offset = 0;

  bool is(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
};

struct Tokens {
  std::vector<Token> list;  ///< ends with Kind::end
  bool is_readable = true;  ///< false: something was left out, a parser would only find consequences
};

/// Splits a Formula. What another language would write (&&, =, ≤, AND) is reported and read as what was meant.
Tokens split_formula(std::string_view text, Mistakes&);

}  // namespace vt::formula_text
