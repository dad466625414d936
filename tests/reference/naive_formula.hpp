#pragma once
/// \file A second, slow reading of the Formula language (host/formula/README.md): recursive descent to closures, no
/// registers, no folding, errors as flags. It shares nothing with the compiler and the machine but exp, log and pow.

#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "kernels/formula/program.hpp"
#include "kernels/numerics/elementary.hpp"

namespace vt::reference {

/// What an expression is for one patient; `value` means nothing unless it is defined and no error.
struct Outcome {
  bool is_defined = true;
  bool is_error = false;
  double value = 0.0;
};

/// The observables of one patient.
struct Inputs {
  const double* values;
  std::uint64_t defined;
};

struct Expression {
  std::function<Outcome(const Inputs&)> evaluate;
  bool is_constant = false;
};

inline Outcome finite(const std::vector<Outcome>& from, double value) {
  Outcome result;
  for (const Outcome& x : from) result.is_defined &= x.is_defined, result.is_error |= x.is_error;
  result.is_error |= !std::isfinite(value);
  result.value = result.is_error ? 0.0 : value;
  return result;
}

inline constexpr double none = HUGE_VAL;  ///< where a function has no value

inline double naive_log(double x) {
  if (!(x > 0)) return none;
  return x < 0x1p-1022 ? vt::log(x * 0x1p54) - 54 * 0.6931471805599453 : vt::log(x);
}
inline double naive_exp(double x) {
  if (x > 709.0) return none;
  return x < -708.0 ? 0.0 : vt::exp(x);
}
inline double naive_pow(double x, double y) {
  if (y == 0) return 1;
  if (x == 0) return y > 0 ? 0 : none;
  if (x < 0) {
    if (std::fmod(y, 1.0) != 0) return none;
    const double p = naive_pow(-x, y);
    return std::fmod(y, 2.0) != 0 ? -p : p;
  }
  const double p = x < 0x1p-1022 ? vt::pow(x * 0x1p54, y) * vt::pow(0x1p54, -y) : vt::pow(x, y);
  if (p <= vt::exp(-708.0)) return 0;
  return p >= vt::exp(709.0) ? none : p;
}
inline double naive_expit(double x) {
  const double e = naive_exp(-std::fabs(x));
  return x >= 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
}

/// Throws std::runtime_error on any text that is not a Formula.
class NaiveFormula {
 public:
  NaiveFormula(std::string text, std::map<std::string, int> slots, std::map<std::string, double> constants)
      : text_(std::move(text)), slots_(std::move(slots)), constants_(std::move(constants)) {
    root_ = disjunction();
    skip();
    if (at_ != text_.size()) throw std::runtime_error("left over: " + text_.substr(at_));
  }

  std::pair<double, FormulaStatus> operator()(const Inputs& inputs) const {
    const Outcome x = root_.evaluate(inputs);
    if (!x.is_defined) return {0.0, FormulaStatus::undefined};
    if (x.is_error) return {0.0, FormulaStatus::domain_error};
    return {x.value == 0.0 ? 0.0 : x.value, FormulaStatus::value};
  }

 private:
  template <class F>
  static Expression make(std::vector<Expression> from, F f) {
    bool is_constant = true;
    for (const Expression& e : from) is_constant &= e.is_constant;
    return {[from, f](const Inputs& inputs) {
              std::vector<Outcome> x;
              for (const Expression& e : from) x.push_back(e.evaluate(inputs));
              return f(x);
            },
            is_constant};
  }
  template <class F>
  static Expression make_plain(std::vector<Expression> from, F f) {
    return make(std::move(from), [f](const std::vector<Outcome>& x) {
      std::vector<double> v;
      for (const Outcome& o : x) v.push_back(o.value);
      return finite(x, f(v));
    });
  }

  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(const std::string& symbol) {
    skip();
    if (text_.compare(at_, symbol.size(), symbol) != 0) return false;
    const char after = at_ + symbol.size() < text_.size() ? text_[at_ + symbol.size()] : ' ';
    if (std::isalpha(static_cast<unsigned char>(symbol[0])) &&
        (std::isalnum(static_cast<unsigned char>(after)) || after == '_'))
      return false;
    if ((symbol == "<" || symbol == ">") && after == '=') return false;
    at_ += symbol.size();
    return true;
  }
  void need(const std::string& symbol) {
    if (!take(symbol)) throw std::runtime_error("no " + symbol);
  }

  Expression disjunction() {
    Expression left = conjunction();
    while (take("or"))
      left = make_plain({left, conjunction()},
                        [](const std::vector<double>& v) { return v[0] != 0 || v[1] != 0 ? 1.0 : 0.0; });
    return left;
  }
  Expression conjunction() {
    Expression left = negation();
    while (take("and"))
      left = make_plain({left, negation()},
                        [](const std::vector<double>& v) { return v[0] != 0 && v[1] != 0 ? 1.0 : 0.0; });
    return left;
  }
  Expression negation() {
    if (take("not"))
      return make_plain({negation()}, [](const std::vector<double>& v) { return v[0] == 0 ? 1.0 : 0.0; });
    return comparison();
  }
  Expression comparison() {
    const Expression left = sum();
    for (const std::string symbol : {"<=", ">=", "==", "!=", "<", ">"}) {
      if (!take(symbol)) continue;
      return make_plain({left, sum()}, [symbol](const std::vector<double>& v) {
        const bool holds = symbol == "<="   ? v[0] <= v[1]
                           : symbol == ">=" ? v[0] >= v[1]
                           : symbol == "==" ? v[0] == v[1]
                           : symbol == "!=" ? v[0] != v[1]
                           : symbol == "<"  ? v[0] < v[1]
                                            : v[0] > v[1];
        return holds ? 1.0 : 0.0;
      });
    }
    return left;
  }
  Expression sum() {
    Expression left = product();
    for (;;) {
      if (take("+"))
        left = make_plain({left, product()}, [](const std::vector<double>& v) { return v[0] + v[1]; });
      else if (take("-"))
        left = make_plain({left, product()}, [](const std::vector<double>& v) { return v[0] - v[1]; });
      else
        return left;
    }
  }
  Expression product() {
    Expression left = minus();
    for (;;) {
      if (take("*"))
        left = make_plain({left, minus()}, [](const std::vector<double>& v) { return v[0] * v[1]; });
      else if (take("/"))
        left = make_plain({left, minus()}, [](const std::vector<double>& v) { return v[1] == 0 ? none : v[0] / v[1]; });
      else
        return left;
    }
  }
  Expression minus() {
    if (take("-")) return make_plain({minus()}, [](const std::vector<double>& v) { return -v[0]; });
    return power();
  }
  Expression power() {
    const Expression base = atom();
    if (!take("^")) return base;
    const Expression exponent = minus();
    const double number = exponent.is_constant ? written_number(exponent) : none;
    if (number == 2.0) return make_plain({base}, [](const std::vector<double>& v) { return v[0] * v[0]; });
    if (number == 3.0) return make_plain({base}, [](const std::vector<double>& v) { return v[0] * v[0] * v[0]; });
    if (number == 0.5)
      return make_plain({base}, [](const std::vector<double>& v) { return v[0] < 0 ? none : std::sqrt(v[0]); });
    return make_plain({base, exponent}, [](const std::vector<double>& v) { return naive_pow(v[0], v[1]); });
  }
  static double written_number(const Expression& e) {
    const Outcome x = e.evaluate({nullptr, 0});
    return x.is_error ? none : x.value;
  }

  Expression atom() {
    if (take("(")) {
      Expression inside = disjunction();
      need(")");
      return inside;
    }
    skip();
    if (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_]))) return number();
    const std::string word = name();
    if (take("(")) return call(word);
    if (const auto constant = constants_.find(word); constant != constants_.end()) {
      const double value = constant->second;
      return {[value](const Inputs&) { return Outcome{true, false, value}; }, true};
    }
    const int slot = slots_.at(word);
    return {[slot](const Inputs& in) {
              return Outcome{slot > 63 || (in.defined >> slot & 1) == 1, false, in.values[slot]};
            },
            false};
  }
  Expression number() {
    const char* start = text_.c_str() + at_;
    char* end = nullptr;
    const double value = std::strtod(start, &end);
    at_ += static_cast<std::size_t>(end - start);
    return {[value](const Inputs&) { return Outcome{true, false, value}; }, true};
  }
  std::string name() {
    const std::size_t start = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_' || text_[at_] == '.'))
      ++at_;
    if (start == at_) throw std::runtime_error("no value at: " + text_.substr(at_));
    return text_.substr(start, at_ - start);
  }

  Expression call(const std::string& function) {
    std::vector<Expression> x{disjunction()};
    while (take(",")) x.push_back(disjunction());
    need(")");
    if (function == "defined")
      return make(x, [](const std::vector<Outcome>& o) { return Outcome{true, false, o[0].is_defined ? 1.0 : 0.0}; });
    if (function == "otherwise")
      return make(x, [](const std::vector<Outcome>& o) { return o[0].is_defined ? o[0] : o[1]; });
    if (function == "if") return make(x, branch);
    using V = std::vector<double>;
    if (function == "exp") return make_plain(x, [](const V& v) { return naive_exp(v[0]); });
    if (function == "log" || function == "ln") return make_plain(x, [](const V& v) { return naive_log(v[0]); });
    if (function == "log10") return make_plain(x, [](const V& v) { return naive_log(v[0]) * 0.4342944819032518; });
    if (function == "sqrt") return make_plain(x, [](const V& v) { return v[0] < 0 ? none : std::sqrt(v[0]); });
    if (function == "abs") return make_plain(x, [](const V& v) { return std::fabs(v[0]); });
    if (function == "floor") return make_plain(x, [](const V& v) { return std::floor(v[0]); });
    if (function == "expit") return make_plain(x, [](const V& v) { return naive_expit(v[0]); });
    if (function == "logit")
      return make_plain(x, [](const V& v) { return v[0] > 0 && v[0] < 1 ? naive_log(v[0] / (1 - v[0])) : none; });
    if (function == "min")
      return make_plain(x, [](const V& v) {
        double m = v[0];
        for (double y : v) m = y < m ? y : m;
        return m;
      });
    if (function == "max")
      return make_plain(x, [](const V& v) {
        double m = v[0];
        for (double y : v) m = y > m ? y : m;
        return m;
      });
    if (function == "clamp")
      return make_plain(x, [](const V& v) {
        const double y = v[0] > v[1] ? v[0] : v[1];
        return y < v[2] ? y : v[2];
      });
    throw std::runtime_error("no function " + function);
  }

  static Outcome branch(const std::vector<Outcome>& x) {
    const Outcome& condition = x[0];
    if (!condition.is_defined) return {false, false, 0.0};
    if (condition.is_error) return {x[1].is_defined, true, 0.0};
    return condition.value != 0.0 ? x[1] : x[2];
  }

  std::string text_;
  std::map<std::string, int> slots_;
  std::map<std::string, double> constants_;
  std::size_t at_ = 0;
  Expression root_;
};

}  // namespace vt::reference
