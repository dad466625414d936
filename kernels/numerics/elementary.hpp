#pragma once
/// \file exp, log and their relatives from + − × ÷ and fma alone: the same bits on every compiler, CPU and GPU.
///
/// Every function is straight-line code without tables, so that a loop over lanes becomes vector instructions.
/// Arguments are numbers (no NaN). An error is the largest found against tests/reference/elementary_table.txt and
/// against MPFR at 1.5 million random arguments or more per function, rounded up; 1 ulp is the distance of neighbouring
/// doubles at the exact result.

#include "kernels/numerics/real.hpp"

namespace vt { inline namespace VT_ISA {

/// The unevaluated sum high + low with |low| ≤ ½ ulp(high): about 106 bits.
struct TwoWords {
  double high, low;
};

/// a + b exactly, for |a| ≥ |b| or a = 0 (Dekker 1971).
VT_HD TwoWords ordered_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

/// a + b exactly, in any order (Knuth, TAOCP 2, 4.2.2).
VT_HD TwoWords exact_sum(double a, double b) {
  const double sum = a + b;
  const double b_seen = sum - a;
  return {sum, (a - (sum - b_seen)) + (b - b_seen)};
}

/// a · b exactly, short of underflow.
VT_HD TwoWords exact_product(double a, double b) {
  const double product = a * b;
  return {product, fma(a, b, -product)};
}

namespace elementary {

/// ln 2 in two words; the first has 42 bits, so that its product with an exponent is exact.
inline constexpr double ln2_high = 0x1.62e42fefa3800p-1;
inline constexpr double ln2_low = 0x1.ef35793c76730p-45;

/// Adding it rounds |x| < 2^51 to an integer, left in two's complement in the low bits of the sum.
inline constexpr double rounder = 0x1.8p52;

/// Bits of 1.0, and of the largest double below √½.
inline constexpr std::uint64_t one_bits = 0x3ff0000000000000u;
inline constexpr std::uint64_t root_half_bits = 0x3fe6a09e667f3bccu;
inline constexpr std::uint64_t fraction_mask = 0x000fffffffffffffu;

/// x + x_low = k·ln 2 + (r + r_low) with |r| ≤ 0.3466; k_shifted holds k in the exponent field.
struct Reduced {
  double r, r_low;
  std::uint64_t k_shifted;
};
VT_HD Reduced reduce(double x, double x_low) {
  const double shifted = fma(x, 0x1.71547652b82fep+0, rounder);
  const double k = shifted - rounder;
  const double coarse = fma(k, -ln2_high, x);  // exact
  const double fine = fma(k, -ln2_low, x_low);
  const TwoWords r = ordered_sum(coarse, fine);
  return {r.high, r.low, bits_of(shifted) << 52};
}

/// (e^r − 1 − r)/r² for |r| ≤ 0.3466, degree 9, minimax in the relative error of e^r − 1 (2^-58).
VT_HD double exp_tail(double r) {
  double p = 0x1.af86c91763c8ep-26;
  p = fma(p, r, 0x1.28b04f13ad213p-22);
  p = fma(p, r, 0x1.71dddefa3af22p-19);
  p = fma(p, r, 0x1.a019968feb749p-16);
  p = fma(p, r, 0x1.a01a01bb41fc1p-13);
  p = fma(p, r, 0x1.6c16c185a76cdp-10);
  p = fma(p, r, 0x1.111111110d520p-7);
  p = fma(p, r, 0x1.5555555550037p-5);
  p = fma(p, r, 0x1.5555555555561p-3);
  return fma(p, r, 0x1.000000000000bp-1);
}

/// The ends of exp: 3.3e-308 stands for what is less, and the largest x whose e^x is a number is 1024·ln 2.
inline constexpr double least_exponent = -708.0, most_exponent = 0x1.62e42fefa39efp+9;
inline constexpr double infinity = __builtin_huge_val();

/// e^(x + x_low) for −708 ≤ x ≤ 1024·ln 2 and |x_low| ≤ ulp(x).
VT_HD double exp_two_words(double x, double x_low) {
  const Reduced a = reduce(x, x_low);
  const double minus_one = a.r + fma(a.r * a.r, exp_tail(a.r), a.r_low);
  return from_bits(bits_of(1.0 + minus_one) + a.k_shifted);
}

/// x = 2^k·m with √½ ≤ m < √2; x positive and normal. `scale` is 2^-k; 0 for k = 1023, no number for
/// k = 1024.
struct Split {
  double k, m, scale;
};
VT_HD Split split(double x) {
  const std::uint64_t moved = bits_of(x) + (one_bits - root_half_bits);
  const std::uint64_t k_biased = moved >> 52;
  return {from_bits(k_biased | 0x4330000000000000u) - 0x1.00000000003ffp52,
          from_bits((moved & fraction_mask) + root_half_bits), from_bits((2046 - k_biased) << 52)};
}

/// R(z) in log(1 + f) = 2s + s·z·R(z), s = f/(2 + f), z = s², for −0.293 ≤ f ≤ 0.415; degree 6, minimax (2^-59).
VT_HD double log_tail(double z) {
  double p = 0x1.2f07062078d4bp-3;
  p = fma(p, z, 0x1.39a1932d7bed4p-3);
  p = fma(p, z, 0x1.7466405bff027p-3);
  p = fma(p, z, 0x1.c71c5202b3b21p-3);
  p = fma(p, z, 0x1.24924941f8cdfp-2);
  p = fma(p, z, 0x1.999999997fd37p-2);
  return fma(p, z, 0x1.5555555555592p-1);
}

/// k·ln 2 + log(1 + f) + correction for f and s as above, with 2s = f − f²/2 + s·f²/2: the shape of Sun's fdlibm
/// e_log.c, in which errors of s count for little.
VT_HD double log_near_one(double k, double f, double s, double correction) {
  const double z = s * s;
  const double half_square = 0.5 * f * f;
  const double small = fma(s, fma(z, log_tail(z), half_square), fma(k, ln2_low, correction));
  return fma(k, ln2_high, f - (half_square - small));
}

/// log x in two words, relative error below 2^-63; x positive and normal.
///
/// log m = 2s + s·z·(2/3 + z·Q(z)) with s = (m − 1)/(m + 1) and 2/3 in two words; Q minimax of degree 7 (2^-73).
VT_HD TwoWords log_two_words(double x) {
  const Split a = split(x);
  const double f = a.m - 1.0;
  const double d = a.m + 1.0;
  const double d_low = a.m - (d - 1.0);
  const double reciprocal = 1.0 / d;
  const double s = f * reciprocal;
  const double s_low = reciprocal * fma(-s, d_low, fma(-s, d, f));
  const TwoWords z = exact_product(s, s);
  double q = 0x1.eb13626ad68fbp-4;
  q = fma(q, z.high, 0x1.de332be16edcfp-4);
  q = fma(q, z.high, 0x1.1120b74f6f4bdp-3);
  q = fma(q, z.high, 0x1.3b1362ab00cb2p-3);
  q = fma(q, z.high, 0x1.745d18327b73cp-3);
  q = fma(q, z.high, 0x1.c71c71c58015bp-3);
  q = fma(q, z.high, 0x1.2492492493037p-2);
  q = fma(q, z.high, 0x1.9999999999996p-2);
  const TwoWords p = ordered_sum(0x1.5555555555555p-1, z.high * q);
  const double p_low = p.low + 0x1.5555555555555p-55;
  const TwoWords cube = exact_product(s, z.high);
  const double cube_low = fma(s, z.low, fma(3.0 * z.high, s_low, cube.low));
  const TwoWords term = exact_product(cube.high, p.high);
  const double term_low = fma(cube.high, p_low, fma(cube_low, p.high, term.low));
  const TwoWords whole = ordered_sum(a.k * ln2_high, 2.0 * s);
  const TwoWords sum = ordered_sum(whole.high, term.high);
  const double low = fma(a.k, ln2_low, sum.low) + (fma(2.0, s_low, whole.low) + term_low);
  return ordered_sum(sum.high, low);
}

}  // namespace elementary

/// e^x, any x: infinite where it would overflow, from x = 709.79 on; below x = −708 it is 3.3e-308, which stands for 0.
/// Error ≤ 0.9 ulp.
VT_HD double exp(double x) {
  const double power = elementary::exp_two_words(greater(elementary::least_exponent, x), 0.0);
  return x > elementary::most_exponent ? elementary::infinity : power;
}

/// log x for normal x > 0 (2.3e-308 and above). Error ≤ 0.85 ulp.
VT_HD double log(double x) {
  const elementary::Split a = elementary::split(x);
  const double f = a.m - 1.0;
  return elementary::log_near_one(a.k, f, f / (2.0 + f), 0.0);
}

/// e^x − 1, any x; infinite from x = 709 on. Error ≤ 1.9 ulp.
VT_HD double expm1(double x) {
  const elementary::Reduced a = elementary::reduce(greater(elementary::least_exponent, x), 0.0);
  const double minus_one = a.r + fma(a.r * a.r, elementary::exp_tail(a.r), a.r_low);
  const double power = from_bits(elementary::one_bits + a.k_shifted);
  return x > 709.0 ? elementary::infinity : fma(power, minus_one, power - 1.0);
}

/// log(1 + x) for −1 < x ≤ 2^1023. Error ≤ 0.85 ulp.
VT_HD double log1p(double x) {
  const TwoWords u = exact_sum(1.0, x);
  const elementary::Split a = elementary::split(u.high);
  const double low = u.low * a.scale;
  const TwoWords f = exact_sum(a.m - 1.0, low);
  return elementary::log_near_one(a.k, f.high, f.high / (2.0 + f.high), f.low);
}

/// base^exponent = e^(exponent · log base) with the logarithm in two words; base normal and > 0. Infinite where it
/// would overflow, 3.3e-308 where it would be less. Error ≤ 0.95 ulp.
VT_HD double pow(double base, double exponent) {
  const TwoWords l = elementary::log_two_words(base);
  const double high = exponent * l.high;
  const double low = fma(exponent, l.low, fma(exponent, l.high, -high));
  const double held = greater(elementary::least_exponent, high);
  const double power = elementary::exp_two_words(held, high == held ? low : 0.0);
  return high >= elementary::most_exponent ? elementary::infinity : power;
}

/// (e^x − 1)/x, 1 at x = 0: the mean of e^t over [0, x], for differences of nearly equal rates. Any x; infinite
/// from x = 709 on.
/// Error ≤ 1.9 ulp.
VT_HD double expm1_over(double x) { return x == 0.0 ? 1.0 : expm1(x) / (x == 0.0 ? 1.0 : x); }

namespace elementary {

/// (2^r − 1)/r for |r| ≤ ½; degree 6, minimax in the relative error of 2^r (4.7e-11).
VT_HD double coarse_exp2_slope(double r) {
  double p = 0x1.fde61056f6cefp-17;
  p = fma(p, r, 0x1.445c85090e429p-13);
  p = fma(p, r, 0x1.5d8a85ec4664bp-10);
  p = fma(p, r, 0x1.3b29f39bcc6a2p-7);
  p = fma(p, r, 0x1.c6b08ac08292dp-5);
  p = fma(p, r, 0x1.ebfbe0778939bp-3);
  return fma(p, r, 0x1.62e42ff0e182dp-1);
}

/// log2(1 + f)/f for −0.293 ≤ f ≤ 0.415; degree 10, minimax in the logarithm (1.7e-10). Even and odd powers apart, so
/// that they do not wait for each other.
VT_HD double coarse_log2_over(double f) {
  const double square = f * f;
  double even = 0x1.8cf986e9172cap-4;
  even = fma(even, square, 0x1.639906dcd4cb2p-3);
  even = fma(even, square, 0x1.a34652fa48dfbp-3);
  even = fma(even, square, 0x1.2786516801d59p-2);
  even = fma(even, square, 0x1.ec70582d58671p-2);
  double odd = -0x1.5f5bebd61b52ep-3;
  odd = fma(odd, square, -0x1.6daa7b9624edbp-3);
  odd = fma(odd, square, -0x1.ec8001c958ab1p-3);
  odd = fma(odd, square, -0x1.71549d64ebec1p-2);
  odd = fma(odd, square, -0x1.715475ed3025bp-1);
  return fma(square, even, fma(f, odd, 0x1.7154766840c0bp+0));
}

}  // namespace elementary

/// 2^x to a relative error of 5e-11, half the cost of exp; x is taken as −1021 below that and as 1023 above. For models
/// that are coarser than that. 1 for x = 0.
VT_HD double coarse_exp2(double x) {
  const double within = clamp(x, -1021.0, 1023.0);
  const double shifted = within + elementary::rounder;
  const double r = within - (shifted - elementary::rounder);
  return from_bits(bits_of(fma(elementary::coarse_exp2_slope(r), r, 1.0)) + (bits_of(shifted) << 52));
}

/// e^x as coarse_exp2 gives it.
VT_HD double coarse_exp(double x) { return coarse_exp2(0x1.71547652b82fep+0 * x); }

/// log2 x to an error of 2e-10, for normal x > 0. 0 for x = 1.
VT_HD double coarse_log2(double x) {
  const elementary::Split a = elementary::split(x);
  const double f = a.m - 1.0;
  return fma(f, elementary::coarse_log2_over(f), a.k);
}

}}  // namespace vt
