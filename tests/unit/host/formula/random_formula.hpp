#pragma once
#include <cstdint>
#include <random>
#include <string>

namespace vt::test {

/// Writes random formulas over v0 … v31 (observables) and k0 … k3 (constants); the same ones on every platform.
class RandomFormula {
 public:
  explicit RandomFormula(std::uint64_t seed) : bits_(seed) {}

  std::string text(int depth) { return expression(depth).text; }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(bits_() % n); }

 private:
  /// binding: 0 logic, 1 comparison, 2 arithmetic, 3 needs no parentheses.
  struct Piece {
    std::string text;
    int binding;
  };

  template <std::size_t N>
  const char* one_of(const char* const (&words)[N]) {
    return words[below(N)];
  }

  Piece leaf() {
    static const char* const numbers[] = {"0", "1", "2", "3", "0.5", "0.1", "1e-6", "1000", "700", "1e300", "4.25"};
    if (below(4) == 0) return {one_of(numbers), 3};
    if (below(8) == 0) return {"k" + std::to_string(below(4)), 3};
    return {"v" + std::to_string(below(32)), 3};
  }
  /// With parentheses where they are needed, and sometimes where they are not.
  static std::string enclosed(const Piece& p, bool is_needed) { return is_needed ? "(" + p.text + ")" : p.text; }
  std::string operand(int depth, int weakest) {
    const Piece p = expression(depth);
    return enclosed(p, p.binding < weakest || (p.binding < 3 && below(2) == 0));
  }

  Piece expression(int depth) {
    if (depth == 0 || below(8) == 0) return leaf();
    static const char* const arithmetic[] = {" + ", " - ", "*", " / ", "^"};
    static const char* const comparisons[] = {" < ", " <= ", " > ", " >= ", " == ", " != "};
    static const char* const one[] = {"exp", "log", "ln", "log10", "sqrt", "abs", "floor", "expit", "logit", "defined"};
    static const char* const two[] = {"min", "max", "otherwise", "otherwise"};
    static const char* const three[] = {"if", "if", "if", "clamp", "min"};
    const int d = depth - 1;
    switch (below(12)) {
      case 0:
      case 1:
      case 2:
        return infix(d, 2, one_of(arithmetic));
      case 3:
        return {"-" + operand(d, 2), 2};
      case 4:
      case 5:
        return {infix(d, 2, one_of(comparisons)).text, 1};
      case 6:
        return {infix(d, 1, below(2) == 0 ? " and " : " or ").text, 0};
      case 7:
        return {"(not " + operand(d, 1) + ")", 3};
      case 8:
        return call(d, one_of(one), 1);
      case 9:
        return call(d, one_of(two), 2);
      default:
        return call(d, one_of(three), 3);
    }
  }
  /// Statement by statement: compilers differ in the order in which they evaluate the sides of a +.
  Piece infix(int depth, int weakest, const char* symbol) {
    std::string text = operand(depth, weakest);
    text += symbol;
    text += operand(depth, weakest);
    return {text, 2};
  }
  Piece call(int depth, const char* function, int n_arguments) {
    std::string text = function;
    for (int i = 0; i < n_arguments; ++i) {
      text += i == 0 ? "(" : ", ";
      text += expression(depth).text;
    }
    return {text + ")", 3};
  }

  std::mt19937_64 bits_;
};

}  // namespace vt::test
