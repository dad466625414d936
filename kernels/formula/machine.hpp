#pragma once
/// \file Runs compiled formulas: a register machine over value[slot][lane], the same text for 64 lanes and for one.

#include "kernels/formula/operations.hpp"
#include "kernels/formula/program.hpp"
#include "kernels/numerics/real.hpp"

namespace vt { inline namespace VT_ISA {

/// What an Instruction does. Unless said otherwise: value[dst] = op(value[a], second), where `second` is value[b], or
/// constant[b] if bit `kConstantOperand` of the code is set. `*_from`: the operands change places.
enum class Op : std::uint8_t {
  load,     ///< second
  choose,   ///< value[a] ≠ 0 ? value[dst] : second
  pick,     ///< as choose, but an erroneous value[a] counts as 1. For what is defined, not for values
  defined,  ///< 1 if observable a (a slot below 64) holds a value, else 0
  add,
  subtract,
  subtract_from,
  multiply,
  divide,
  divide_from,
  power,
  power_from,
  minimum,
  maximum,
  less,
  at_most,
  greater,
  at_least,
  equal,
  unequal,
  logical_and,
  logical_or,
  both,    ///< 1 unless value[a] or second is 0; an error counts as 1. For what is defined, not for truth
  either,  ///< 0 only if both are 0; an error counts as 1
  negate,
  logical_not,
  exp,
  log,
  sqrt,
  abs,
  floor,
  expit,  ///< of value[a]
};
inline constexpr std::uint8_t kConstantOperand = 0x80;

/// The register file of L patients: observables in the first slots, temporaries after them.
template <int L, int Slots>
struct Values {
  alignas(L == 1 ? 8 : 64) double value[Slots][L];
  std::uint64_t defined[L];  ///< bit k: observable slot k holds a value; slots above 63 always do
};

namespace formula {

template <int L, int Slots, class F>
VT_HD void unary(const Instruction& i, Values<L, Slots>& values, F f) {
  const double* a = values.value[i.a];
  double* result = values.value[i.dst];
  VT_LANES
  for (int lane = 0; lane < L; ++lane) result[lane] = f(a[lane]);
}

template <int L, int Slots, class F>
VT_HD void binary(const Instruction& i, const double* constants, Values<L, Slots>& values, F f) {
  const double* a = values.value[i.a];
  double* result = values.value[i.dst];
  if (i.op & kConstantOperand) {
    const double b = constants[i.b];
    VT_LANES
    for (int lane = 0; lane < L; ++lane) result[lane] = f(a[lane], b);
  } else {
    const double* b = values.value[i.b];
    VT_LANES
    for (int lane = 0; lane < L; ++lane) result[lane] = f(a[lane], b[lane]);
  }
}

/// f(condition, value[dst], second)
template <int L, int Slots, class F>
VT_HD void ternary(const Instruction& i, const double* constants, Values<L, Slots>& values, F f) {
  const double* a = values.value[i.a];
  double* result = values.value[i.dst];
  if (i.op & kConstantOperand) {
    const double b = constants[i.b];
    VT_LANES
    for (int lane = 0; lane < L; ++lane) result[lane] = f(a[lane], result[lane], b);
  } else {
    const double* b = values.value[i.b];
    VT_LANES
    for (int lane = 0; lane < L; ++lane) result[lane] = f(a[lane], result[lane], b[lane]);
  }
}

template <int L, int Slots>
VT_HD void look_up_defined(const Instruction& i, Values<L, Slots>& values) {
  const std::uint64_t bit = std::uint64_t{1} << (i.a & 63);
  double* result = values.value[i.dst];
  VT_LANES
  for (int lane = 0; lane < L; ++lane) result[lane] = truth((values.defined[lane] & bit) != 0);
}

template <int L, int Slots>
VT_HD void execute_unary(const Instruction& i, Values<L, Slots>& v) {
  switch (static_cast<Op>(i.op & ~kConstantOperand)) {
    case Op::negate:
      return unary(i, v, [](double x) VT_INLINE { return -x; });
    case Op::logical_not:
      return unary(i, v, [](double x) VT_INLINE { return is_zero(x); });
    case Op::exp:
      return unary(i, v, [](double x) VT_INLINE { return exponential(x); });
    case Op::log:
      return unary(i, v, [](double x) VT_INLINE { return logarithm(x); });
    case Op::sqrt:
      return unary(i, v, [](double x) VT_INLINE { return root(x); });
    case Op::abs:
      return unary(i, v, [](double x) VT_INLINE { return magnitude(x); });
    case Op::floor:
      return unary(i, v, [](double x) VT_INLINE { return whole(x); });
    case Op::expit:
      return unary(i, v, [](double x) VT_INLINE { return logistic(x); });
    default:
      return;
  }
}

template <int L, int Slots>
VT_HD void execute_arithmetic(const Instruction& i, const double* c, Values<L, Slots>& v) {
  switch (static_cast<Op>(i.op & ~kConstantOperand)) {
    case Op::load:
      return binary(i, c, v, [](double, double b) VT_INLINE { return b; });
    case Op::add:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return a + b; });
    case Op::subtract:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return a - b; });
    case Op::subtract_from:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return b - a; });
    case Op::multiply:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return a * b; });
    case Op::divide:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return quotient(a, b); });
    case Op::divide_from:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return quotient(b, a); });
    case Op::power:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return power(a, b); });
    case Op::power_from:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return power(b, a); });
    case Op::minimum:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return minimum(a, b); });
    case Op::maximum:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return maximum(a, b); });
    default:
      return;
  }
}

template <int L, int Slots>
VT_HD void execute_logic(const Instruction& i, const double* c, Values<L, Slots>& v) {
  switch (static_cast<Op>(i.op & ~kConstantOperand)) {
    case Op::less:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return is_less(a, b); });
    case Op::at_most:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return is_at_most(a, b); });
    case Op::greater:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return is_less(b, a); });
    case Op::at_least:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return is_at_most(b, a); });
    case Op::equal:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return is_equal(a, b); });
    case Op::unequal:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return is_unequal(a, b); });
    case Op::logical_and:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return are_both(a, b); });
    case Op::logical_or:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return is_either(a, b); });
    case Op::both:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return truth((a != 0.0) & (b != 0.0)); });
    case Op::either:
      return binary(i, c, v, [](double a, double b) VT_INLINE { return truth((a != 0.0) | (b != 0.0)); });
    default:
      return;
  }
}

template <int L, int Slots>
VT_HD void execute_instruction(const Instruction& i, const double* constants, Values<L, Slots>& values) {
  const Op op = static_cast<Op>(i.op & ~kConstantOperand);
  if (op == Op::choose)
    return ternary(i, constants, values, [](double a, double yes, double no) VT_INLINE { return chosen(a, yes, no); });
  if (op == Op::pick)
    return ternary(i, constants, values, [](double a, double yes, double no) VT_INLINE { return a != 0.0 ? yes : no; });
  if (op == Op::defined) return look_up_defined(i, values);
  if (op <= Op::maximum) return execute_arithmetic(i, constants, values);
  if (op <= Op::either) return execute_logic(i, constants, values);
  execute_unary(i, values);
}

}  // namespace formula

/// Runs one Formula for L patients; its is_set must be 1, and its temporaries are overwritten.
///
/// instructions, constants: the tables that Program's offsets point into.
/// status[lane]: a FormulaStatus. Something undefined goes before an error; result[lane] is 0 unless there is a value,
/// and never -0.
template <int L, int Slots>
VT_COLD void execute(const Program& program, const Instruction* instructions, const double* constants,
                     Values<L, Slots>& values, double (&result)[L], std::uint64_t (&status)[L]) {
  const double* own_constants = constants + program.first_constant;
  for (std::uint32_t k = 0; k < program.n_instructions; ++k)
    formula::execute_instruction(instructions[program.first_instruction + k], own_constants, values);
  const std::uint64_t needs = program.needs;
  const double* value = values.value[program.result_slot];
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const double x = value[lane];
    const bool is_defined = (values.defined[lane] & needs) == needs;
    const bool is_value = is_defined & formula::is_number(x);
    result[lane] = is_value ? x + 0.0 : 0.0;
    status[lane] = static_cast<std::uint64_t>(!is_defined ? FormulaStatus::undefined
                                              : is_value  ? FormulaStatus::value
                                                          : FormulaStatus::domain_error);
  }
  if (program.defined_slot == 0) return;
  const double* defined = values.value[program.defined_slot];
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    const bool is_undefined = defined[lane] == 0.0;
    result[lane] = is_undefined ? 0.0 : result[lane];
    status[lane] = is_undefined ? static_cast<std::uint64_t>(FormulaStatus::undefined) : status[lane];
  }
}

}}  // namespace vt
