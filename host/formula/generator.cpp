#include "host/formula/generator.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "host/formula/registers.hpp"
#include "kernels/formula/machine.hpp"

namespace vt::formula_text {
namespace {

/// When a value is defined: all observables of the mask are, and the register holds 1.
struct Definedness {
  std::uint64_t mask = 0;
  Register also;

  bool is_certain() const { return mask == 0 && also == nullptr; }
  bool operator==(const Definedness&) const = default;
};

/// A value during compilation: a constant, an observable's slot or a temporary.
struct Operand {
  bool is_constant = false;
  double value = 0.0;
  int slot = 0;
  Register owned;  ///< of a temporary
  Definedness defined;
};

/// An operation on constants that failed.
struct FoldingError {
  std::size_t offset;
  std::string reason;
};

struct Translation {
  Verb verb;
  Op op;
};
constexpr Translation translations[] = {
    {Verb::add, Op::add},           {Verb::subtract, Op::subtract}, {Verb::multiply, Op::multiply},
    {Verb::divide, Op::divide},     {Verb::power, Op::power},       {Verb::negate, Op::negate},
    {Verb::less, Op::less},         {Verb::at_most, Op::at_most},   {Verb::greater, Op::greater},
    {Verb::at_least, Op::at_least}, {Verb::equal, Op::equal},       {Verb::unequal, Op::unequal},
    {Verb::minimum, Op::minimum},   {Verb::maximum, Op::maximum},   {Verb::logical_and, Op::logical_and},
    {Verb::exp, Op::exp},           {Verb::log, Op::log},           {Verb::logical_or, Op::logical_or},
    {Verb::sqrt, Op::sqrt},         {Verb::abs, Op::abs},           {Verb::logical_not, Op::logical_not},
    {Verb::floor, Op::floor},       {Verb::expit, Op::expit},
};
Op operation_of(Verb verb) {
  for (const Translation& t : translations)
    if (t.verb == verb) return t.op;
  return Op::load;
}

/// The operation that does the same with its operands exchanged.
Op exchanged(Op op) {
  switch (op) {
    case Op::subtract:
      return Op::subtract_from;
    case Op::divide:
      return Op::divide_from;
    case Op::power:
      return Op::power_from;
    case Op::less:
      return Op::greater;
    case Op::at_most:
      return Op::at_least;
    case Op::greater:
      return Op::less;
    case Op::at_least:
      return Op::at_most;
    default:
      return op;
  }
}

std::string reason_for_error(Op op) {
  switch (op) {
    case Op::divide:
      return "division by 0 or a quotient that is too large";
    case Op::log:
      return "the logarithm of a number that is not positive";
    case Op::sqrt:
      return "the square root of a negative number";
    case Op::power:
      return "0 to a negative power, a negative number to a power that is not whole, or a power that is too large";
    default:
      return "a result that is too large";
  }
}

/// One operation on numbers, by the machine itself.
double compute(Op op, double a, double b) {
  Values<1, 1> values{{{a}}, {0}};
  const std::uint8_t code = static_cast<std::uint8_t>(static_cast<int>(op) | kConstantOperand);
  formula::execute_instruction(Instruction{code, 0, 0, 0}, &b, values);
  return values.value[0][0];
}

class Generator {
 public:
  Generator(const Tree& tree, int first_temporary, int slots, Mistakes& mistakes)
      : tree_(tree), slots_(slots), first_(std::max(first_temporary, 1)), registers_(first_), mistakes_(mistakes) {}

  CompiledFormula generate() {
    Operand result = evaluate(tree_.root);
    if (result.is_constant && !formula::is_number(result.value)) {
      const FoldingError error = error_.value_or(FoldingError{0, "a number in it is not finite"});
      mistakes_.add(error.offset, "the formula never has a value (" + error.reason + ")");
    } else {
      if (result.is_constant && result.defined.is_certain()) formula_.constant = result.value + 0.0;
      if (result.is_constant) load(result);
      formula_.result_slot = result.slot;
      formula_.needs = result.defined.mask;
      formula_.defined_slot = result.defined.also ? *result.defined.also : 0;
    }
    refuse_too_much();
    return std::move(formula_);
  }

 private:
  void refuse_too_much() {
    if (registers_.most() > slots_ - first_)
      mistakes_.add(0, "the formula needs " + std::to_string(registers_.most()) + " temporaries (there are " +
                           std::to_string(slots_ - first_) + "); name a part of it as a parameter");
    if (formula_.constants.size() > 256)
      mistakes_.add(0, "the formula has " + std::to_string(formula_.constants.size()) +
                           " different constants (at most 256); name a part of it as a parameter");
  }

  static Operand constant(double value, Definedness defined = {}) {
    Operand x;
    x.is_constant = true;
    x.value = value;
    x.defined = std::move(defined);
    return x;
  }
  Operand temporary() {
    Operand x;
    x.owned = registers_.take();
    x.slot = *x.owned;
    return x;
  }
  static Operand observable(int slot) {
    Operand x;
    x.slot = slot;
    if (slot < 64) x.defined.mask = std::uint64_t{1} << slot;
    return x;
  }

  int index_of_constant(double value) {
    const auto same = [&](double other) { return bits_of(other) == bits_of(value); };
    const auto found = std::find_if(formula_.constants.begin(), formula_.constants.end(), same);
    const auto index = found - formula_.constants.begin();
    if (found == formula_.constants.end()) formula_.constants.push_back(value);
    return static_cast<int>(index);
  }
  void emit(Op op, int dst, int a, const Operand& second) {
    const int b = second.is_constant ? index_of_constant(second.value) : second.slot;
    const int code = static_cast<int>(op) | (second.is_constant ? kConstantOperand : 0);
    const auto byte = [](int x) { return static_cast<std::uint8_t>(x); };
    formula_.instructions.push_back({byte(code), byte(dst), byte(a), byte(b)});
  }
  /// Moves a value to a temporary that nothing else reads.
  void load(Operand& x) {
    if (x.owned.use_count() == 1) return;
    Operand moved = temporary();
    emit(Op::load, moved.slot, moved.slot, x);
    moved.defined = std::move(x.defined);
    x = std::move(moved);
  }

  Operand folded(Op op, double a, double b, Definedness defined, std::size_t offset) {
    double value = compute(op, a, b);
    if (!formula::is_number(value)) {
      value = formula::error();
      if (!error_) error_ = {offset, reason_for_error(op)};
    }
    return constant(value, std::move(defined));
  }
  static bool is_error(const Operand& x) { return x.is_constant && !formula::is_number(x.value); }

  Operand unary(Op op, Operand x, std::size_t offset) {
    if (is_error(x)) return x;
    if (x.is_constant) return folded(op, x.value, 0.0, std::move(x.defined), offset);
    Operand unused;
    const int a = unused.slot = x.slot;
    x.owned.reset();
    Operand result = temporary();
    emit(op, result.slot, a, unused);
    result.defined = std::move(x.defined);
    return result;
  }

  Operand binary(Op op, Operand x, Operand y, std::size_t offset) {
    Definedness defined = both(x.defined, y.defined);
    if (is_error(x) || is_error(y)) return constant(formula::error(), std::move(defined));
    if (x.is_constant && y.is_constant) return folded(op, x.value, y.value, std::move(defined), offset);
    if (x.is_constant) op = exchanged(op), std::swap(x, y);
    const int a = x.slot;
    x.owned.reset();
    y.owned.reset();
    Operand result = temporary();
    emit(op, result.slot, a, y);
    result.defined = std::move(defined);
    return result;
  }

  Definedness both(const Definedness& x, const Definedness& y) {
    Definedness result{x.mask | y.mask, x.also ? x.also : y.also};
    if (!x.also || !y.also || x.also == y.also) return result;
    result.also = registers_.take();
    Operand second;
    second.slot = *y.also;
    emit(Op::both, *result.also, *x.also, second);
    return result;
  }

  /// Definedness as a value: 1 or 0.
  Operand value_of(const Definedness& defined) {
    Operand result = constant(1.0);
    if (defined.also) result.is_constant = false, result.owned = defined.also, result.slot = *defined.also;
    for (int slot = 0; slot < 64; ++slot) {
      if ((defined.mask >> slot & 1) == 0) continue;
      Operand bit = temporary();
      emit(Op::defined, bit.slot, slot, bit);
      result = result.is_constant ? std::move(bit) : binary(Op::both, std::move(result), std::move(bit), 0);
    }
    return result;
  }

  /// The value only: what is defined is the caller's affair.
  Operand choose(Op op, const Operand& condition, Operand yes, Operand no) {
    load(yes);
    emit(op, yes.slot, condition.slot, no);
    return yes;
  }

  Operand branch(Operand condition, Operand yes, Operand no) {
    Definedness defined = both(condition.defined, definedness_of_branch(condition, yes.defined, no.defined));
    yes.defined = no.defined = {};
    Operand result = is_error(condition)     ? constant(formula::error())
                     : condition.is_constant ? (condition.value != 0.0 ? std::move(yes) : std::move(no))
                                             : choose(Op::choose, condition, std::move(yes), std::move(no));
    result.defined = std::move(defined);
    return result;
  }

  /// That of the branch taken; of the first where the condition is an error.
  Definedness definedness_of_branch(const Operand& condition, Definedness yes, Definedness no) {
    if (yes == no) return yes;
    if (condition.is_constant) return condition.value != 0.0 ? yes : no;
    const std::uint64_t common = yes.mask & no.mask;
    yes.mask &= ~common;
    no.mask &= ~common;
    Operand yes_value = value_of(yes);
    return {common, choose(Op::pick, condition, std::move(yes_value), value_of(no)).owned};
  }

  Operand otherwise(Operand x, Operand y) {
    if (x.defined.is_certain()) return x;
    const Operand is_defined = value_of(x.defined);
    Definedness defined;
    if (!y.defined.is_certain()) defined.also = binary(Op::either, is_defined, value_of(y.defined), 0).owned;
    x.defined = y.defined = {};
    Operand result = choose(Op::choose, is_defined, std::move(x), std::move(y));
    result.defined = std::move(defined);
    return result;
  }

  Operand power(Operand base, Operand exponent, const Node& n) {
    const bool is_written = tree_.nodes[static_cast<std::size_t>(n.arguments[1])].is_constant;
    if (is_written && exponent.value == 2.0) return binary(Op::multiply, base, base, n.offset);
    if (is_written && exponent.value == 3.0)
      return binary(Op::multiply, binary(Op::multiply, base, base, n.offset), base, n.offset);
    if (is_written && exponent.value == 0.5) return unary(Op::sqrt, std::move(base), n.offset);
    return binary(Op::power, std::move(base), std::move(exponent), n.offset);
  }

  /// log(p / (1 − p))
  Operand logit(const Operand& p, std::size_t offset) {
    Operand rest = binary(Op::subtract, constant(1.0), p, offset);
    return unary(Op::log, binary(Op::divide, p, std::move(rest), offset), offset);
  }

  /// The arguments in their order; the one that needs most temporaries is computed first.
  std::vector<Operand> arguments_of(const Node& n) {
    std::vector<std::size_t> order(n.arguments.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto weight = [&](std::size_t i) { return tree_.nodes[static_cast<std::size_t>(n.arguments[i])].weight; };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return weight(i) > weight(j); });
    std::vector<Operand> values(n.arguments.size());
    for (const std::size_t i : order) values[i] = evaluate(n.arguments[i]);
    return values;
  }

  Operand evaluate(int index) {
    const Node& n = tree_.nodes[static_cast<std::size_t>(index)];
    if (n.verb == Verb::number) return constant(n.number);
    if (n.verb == Verb::slot) return observable(n.slot);
    std::vector<Operand> x = arguments_of(n);
    switch (n.verb) {
      case Verb::choose:
        return branch(std::move(x[0]), std::move(x[1]), std::move(x[2]));
      case Verb::defined:
        return value_of(x[0].defined);
      case Verb::otherwise:
        return otherwise(std::move(x[0]), std::move(x[1]));
      case Verb::power:
        return power(std::move(x[0]), std::move(x[1]), n);
      case Verb::logit:
        return logit(x[0], n.offset);
      case Verb::log10:
        return binary(Op::multiply, unary(Op::log, std::move(x[0]), n.offset), constant(0x1.bcb7b1526e50ep-2),
                      n.offset);
      case Verb::clamp:
        return binary(Op::minimum, binary(Op::maximum, std::move(x[0]), std::move(x[1]), n.offset), std::move(x[2]),
                      n.offset);
      default:
        break;
    }
    if (x.size() == 1) return unary(operation_of(n.verb), std::move(x[0]), n.offset);
    return binary(operation_of(n.verb), std::move(x[0]), std::move(x[1]), n.offset);
  }

  const Tree& tree_;
  int slots_;
  int first_;
  Registers registers_;
  Mistakes& mistakes_;
  CompiledFormula formula_;
  std::optional<FoldingError> error_;  ///< the first
};

}  // namespace

CompiledFormula generate(const Tree& tree, int first_temporary, int slots, Mistakes& mistakes) {
  return Generator(tree, first_temporary, slots, mistakes).generate();
}

}  // namespace vt::formula_text
