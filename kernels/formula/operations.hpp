#pragma once
/// \file What each operation of a Formula does to numbers (the language: host/formula/README.md).
///
/// An *error* (log of 0, division by 0, overflow) travels as a value: anything that is not finite. Every operation with
/// an erroneous operand yields an error, except `chosen`, which looks only at the operand it picks. Operations that
/// would turn an infinity or a NaN back into a number add `error_of` their operands. Signs and payloads of NaN differ
/// between CPU and GPU, so the machine replaces an erroneous result before it leaves.

#include "kernels/numerics/elementary.hpp"
#include "kernels/numerics/real.hpp"

namespace vt { inline namespace VT_ISA { namespace formula {

/// The ends of the domain of formulas: e^x for −708 ≤ x ≤ 709, log x for normal x. What is smaller than the smallest
/// power counts as 0; smaller arguments are moved into the domain.
inline constexpr double largest_exponent = 709.0, smallest_exponent = -708.0;
inline constexpr double largest_power = 0x1.d422d2be5dc9bp+1022;   ///< vt::exp(709)
inline constexpr double smallest_power = 0x1.7c8ab2288c9abp-1022;  ///< vt::exp(−708), where vt::pow ends, too
inline constexpr double smallest_normal = 0x1p-1022;
inline constexpr double to_normal = 0x1p54, log_to_normal = 37.42994775023705;

VT_HD double error() { return from_bits(0x7ff8000000000000u); }
/// 0 for a number, an error for an error.
VT_HD double error_of(double x) { return x - x; }
VT_HD double error_of(double x, double y) { return (x - x) + (y - y); }
VT_HD bool is_number(double x) { return x - x == 0.0; }
VT_HD double truth(bool x) { return x ? 1.0 : 0.0; }

VT_HD double quotient(double a, double b) { return a / b + error_of(b); }
VT_HD double magnitude(double x) { return from_bits(bits_of(x) & 0x7fffffffffffffffu); }
/// Largest integer ≤ x. Beyond 2^52 every double is one.
VT_HD double whole(double x) {
  const double shift = x < 0.0 ? -0x1p52 : 0x1p52;
  const double nearest = (x + shift) - shift;
  const double below = nearest > x ? nearest - 1.0 : nearest;
  return magnitude(x) < 0x1p52 ? below : x;
}
/// base^exponent for base > 0; 0 or an error where the power is out of range.
VT_HD double power_of_positive(double base, double exponent) {
  const bool is_small = base < smallest_normal;
  const double p = pow(is_small ? base * to_normal : base, exponent) * pow(is_small ? to_normal : 1.0, -exponent);
  return p > smallest_power ? (p < largest_power ? p : error()) : 0.0;
}
/// Also of 0, and whole powers of negative numbers.
VT_HD double power(double base, double exponent) {
  const bool is_whole = whole(exponent) == exponent;
  const bool is_odd = is_whole & (2.0 * whole(0.5 * exponent) != exponent);
  const double p = power_of_positive(magnitude(base), exponent);
  const double of_zero = exponent > 0.0 ? 0.0 : error();
  const double of_negative = is_whole ? (is_odd ? -p : p) : error();
  const double found = base > 0.0 ? p : (base < 0.0 ? of_negative : of_zero);
  return (exponent == 0.0 ? 1.0 : found) + error_of(base, exponent);
}
VT_HD double exponential(double x) {
  const double e = x >= smallest_exponent ? exp(x) : 0.0;
  return (x <= largest_exponent ? e : error()) + error_of(x);
}
VT_HD double logarithm(double x) {
  const bool is_small = x < smallest_normal;
  const double moved = log(is_small ? x * to_normal : x) - (is_small ? log_to_normal : 0.0);
  return (x > 0.0 ? moved : error()) + error_of(x);
}
VT_HD double root(double x) { return x >= 0.0 ? square_root(x) : error(); }
/// 1/(1 + e^-x) without overflow.
VT_HD double logistic(double x) {
  const double e = exponential(-magnitude(x));
  return (x >= 0.0 ? 1.0 : e) / (1.0 + e) + error_of(x);
}
VT_HD double minimum(double a, double b) { return (a < b ? a : b) + error_of(a, b); }
VT_HD double maximum(double a, double b) { return (a > b ? a : b) + error_of(a, b); }

VT_HD double is_less(double a, double b) { return truth(a < b) + error_of(a, b); }
VT_HD double is_at_most(double a, double b) { return truth(a <= b) + error_of(a, b); }
VT_HD double is_equal(double a, double b) { return truth(a == b) + error_of(a, b); }
VT_HD double is_unequal(double a, double b) { return truth(a != b) + error_of(a, b); }
VT_HD double is_zero(double x) { return truth(x == 0.0) + error_of(x); }
VT_HD double are_both(double a, double b) { return truth((a != 0.0) & (b != 0.0)) + error_of(a, b); }
VT_HD double is_either(double a, double b) { return truth((a != 0.0) | (b != 0.0)) + error_of(a, b); }
/// `yes` where the condition is not 0; an error of the operand not chosen does no harm.
VT_HD double chosen(double condition, double yes, double no) {
  return (condition != 0.0 ? yes : no) + error_of(condition);
}

}}}  // namespace vt::formula
