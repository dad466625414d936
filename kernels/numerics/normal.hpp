#pragma once
/// \file The normal distribution, both ways, by minimax rationals of our own (weighted least squares, reweighted to
/// level the error, 60 digits); branch-free like elementary.hpp. Errors were measured as told there, at 1 million
/// arguments.

#include "kernels/numerics/elementary.hpp"

namespace vt { inline namespace VT_ISA {

namespace normal {

/// A value as numerator/denominator, so that one division serves whichever branch is selected.
struct Ratio {
  double numerator, denominator;
};

/// √(2π), the slope of z at p = ½, in two words.
inline constexpr double root_two_pi = 0x1.40d931ff62706p+1;
inline constexpr double root_two_pi_low = -0x1.a6a0d6f814637p-53;

/// How z bends away from √(2π)·q in the centre: (z/q − √(2π))/q² for q = p − ½, |q| ≤ 0.4, as a function of
/// r = 0.16015625 − q²; degree 6/7 (2^-58 of z).
///
/// The variable r, not q², makes every coefficient positive (Wichura, AS 241, Applied Statistics 37, 1988).
VT_HD Ratio bend_in_centre(double r) {
  double n = 0x1.7e5dc311254d2p+11;
  n = fma(n, r, 0x1.a603bbed929d2p+13);
  n = fma(n, r, 0x1.dafc5d5bb9e4cp+13);
  n = fma(n, r, 0x1.a5a9d088b7bd1p+12);
  n = fma(n, r, 0x1.55e1a5165937ep+10);
  n = fma(n, r, 0x1.fb68537cb05dcp+6);
  double d = 0x1.755352062d609p+10;
  d = fma(d, r, 0x1.2282072499a8cp+13);
  d = fma(d, r, 0x1.cce0221316482p+13);
  d = fma(d, r, 0x1.26563b35461e1p+13);
  d = fma(d, r, 0x1.685120aa219f4p+11);
  d = fma(d, r, 0x1.c0070b7fe9df1p+8);
  d = fma(d, r, 0x1.102cdac81d494p+5);
  return {fma(n, r, 0x1.171d81f526c78p+2), fma(d, r, 0x1.0000000000000p+0)};
}

/// The slope of z at the worst p of the centre, for the bits of p that p − ½ has no room for.
inline constexpr double centre_slope = 4.25;

/// How z bends away from a line in the tail: −z − (offset + slope·v) for p = e^-(v + 2.25), 0 ≤ v ≤ 35.3 (p from 10^-1
/// down to 2^-54); degree 12/11 (2^-58 of z). A function of the logarithm itself: no square root is needed. The line
/// leaves at most 0.23 of z to the rational, so that rounding errors of that count for little.
inline constexpr double tail_offset = 1.5625;
inline constexpr double tail_slope = 0.21875;
VT_HD Ratio bend_in_tail(double v) {
  double n = -0x1.2c24c63aecc6bp-47;
  n = fma(n, v, -0x1.c6a38de75419fp-38);
  n = fma(n, v, -0x1.3a51007825a6ap-30);
  n = fma(n, v, -0x1.1f39e43f0683dp-24);
  n = fma(n, v, -0x1.22e7098bf5122p-20);
  n = fma(n, v, 0x1.6441f87401036p-16);
  n = fma(n, v, 0x1.e213f6241f6fap-11);
  n = fma(n, v, 0x1.880263db5166ap-7);
  n = fma(n, v, 0x1.2dbba726a8e55p-4);
  n = fma(n, v, 0x1.becb49877f1c6p-3);
  n = fma(n, v, 0x1.ce77e8c2a9b98p-3);
  n = fma(n, v, -0x1.9a8c148bc2d68p-3);
  double d = 0x1.74c31fbb67c16p-45;
  d = fma(d, v, 0x1.5c5658201f70cp-35);
  d = fma(d, v, 0x1.450e3eb4938d5p-27);
  d = fma(d, v, 0x1.de3a24f33e600p-21);
  d = fma(d, v, 0x1.51c4179e05b29p-15);
  d = fma(d, v, 0x1.fe50da2bbc4e5p-11);
  d = fma(d, v, 0x1.b7714875d165fp-7);
  d = fma(d, v, 0x1.be826aa44f70dp-4);
  d = fma(d, v, 0x1.0de5c76e51f18p-1);
  d = fma(d, v, 0x1.7aa7b6521e9e4p+0);
  d = fma(d, v, 0x1.1b09d1e14a392p+1);
  return {fma(n, v, -0x1.b0480c16a4a68p-2), fma(d, v, 0x1.5b59e7a59d2a8p+0)};
}

/// How the inverse of Mills' ratio bends away from its asymptote: e^(-a²/2)/Φ(−a) − √(2π)·a for 0 ≤ a ≤ 38, from 2 down
/// to √(2π)/a; degree 9/10 (2^-57 of the whole), every coefficient positive.
VT_HD Ratio bend_of_mills(double a) {
  double n = 0x1.80f6d07fe97cbp-20;
  n = fma(n, a, 0x1.690a81eeb6b8fp-15);
  n = fma(n, a, 0x1.4cda1474cef97p-11);
  n = fma(n, a, 0x1.8742f43a9ef25p-8);
  n = fma(n, a, 0x1.415ee560e79b7p-5);
  n = fma(n, a, 0x1.7e188fa021b89p-3);
  n = fma(n, a, 0x1.49b1ee62c2cb6p-1);
  n = fma(n, a, 0x1.9125275fe976ep+0);
  n = fma(n, a, 0x1.3cdb8938624b9p+1);
  double d = 0x1.33282c5e3504dp-21;
  d = fma(d, a, 0x1.2011aeef815a4p-16);
  d = fma(d, a, 0x1.0ac6f6ddcb8e2p-12);
  d = fma(d, a, 0x1.3caebfe0865cap-9);
  d = fma(d, a, 0x1.08a8e798bb3a8p-6);
  d = fma(d, a, 0x1.43f52a20a82c6p-4);
  d = fma(d, a, 0x1.259473799f8eep-2);
  d = fma(d, a, 0x1.8554dfc1746b1p-1);
  d = fma(d, a, 0x1.6b00b2fe518e2p+0);
  d = fma(d, a, 0x1.b172919923093p+0);
  return {fma(n, a, 0x1.0000000000000p+1), fma(d, a, 0x1.0000000000000p+0)};
}

}  // namespace normal

/// z with Φ(z) = p; p is taken into [2^-54, 1 − 2^-54], beyond every uniform draw, so |z| < 8.3 whatever p.
/// Error ≤ 1.6 ulp (5 million arguments, most of them where it is worst: just below |z| = 1, 4 and 8, around p = 0.1).
///
/// Either formula is a product or a line, known in two words, plus a bend much smaller than it.
VT_HD double normal_quantile(double p) {
  const bool lower = p < 0.5;
  const double m = greater(lower ? p : 1.0 - p, 0x1p-54);
  const bool central = m > 0.1;

  const double q = 0.5 - m;
  const double q_low = (0.5 - q) - m;
  const double square = q * q;
  const normal::Ratio centre = normal::bend_in_centre(0x1.48p-3 - square);
  const double centre_low = fma(q_low, normal::centre_slope, q * normal::root_two_pi_low);

  // log m = k·ln2_high + rest; what is exact in k stays exact in the line.
  const elementary::Split a = elementary::split(m);
  const double f = a.m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double rest = fma(s * z, elementary::log_tail(z), fma(a.k, elementary::ln2_low, s + s));
  const double whole = fma(a.k, -elementary::ln2_high, -2.25);
  const normal::Ratio tail = normal::bend_in_tail(whole - rest);
  const double start = fma(whole, normal::tail_slope, normal::tail_offset);
  const double line = fma(-rest, normal::tail_slope, start);
  const double line_low = fma(-rest, normal::tail_slope, start - line);

  const double numerator = select(central, centre.numerator, tail.numerator);
  const double denominator = select(central, centre.denominator, tail.denominator);
  const double low = select(central, centre_low, line_low) * denominator;
  const double bend = fma(select(central, q * square, 1.0), numerator, low) / denominator;
  const double size = fma(select(central, q, 1.0), select(central, normal::root_two_pi, line), bend);
  return lower ? -size : size;
}

namespace normal {

/// −log(4m) for 1 ≤ m < 2; degree 7, minimax (1.9e-7, absolute), the same error at either end.
VT_HD double minus_log_of_4_times(double m) {
  double n = -0x1.578af5d9d7b8cp-7;
  n = fma(n, m, 0x1.051d3ee552794p-3);
  n = fma(n, m, -0x1.5b1e06015b905p-1);
  n = fma(n, m, 0x1.08d6e76848afap+1);
  n = fma(n, m, -0x1.007908babca4ap+2);
  n = fma(n, m, 0x1.4c73408e76348p+2);
  n = fma(n, m, -0x1.3c7916aefde63p+2);
  return fma(n, m, 0x1.ba07d506242b8p-1);
}

/// z/q for q = p − ½ as a function of w = −log(1 − 4q²), 0 ≤ w ≤ 21.5; degree 6/5, minimax in z (2.4e-8), every
/// coefficient positive.
VT_HD Ratio slope_of_quantile(double w) {
  double n = 0x1.c133ec7605264p-22;
  n = fma(n, w, 0x1.0482ec530e8b5p-13);
  n = fma(n, w, 0x1.2bc7ffaf519acp-9);
  n = fma(n, w, 0x1.9ac64dc2e3bf1p-6);
  n = fma(n, w, 0x1.74291a98684f8p-3);
  n = fma(n, w, 0x1.c8f0804dddd69p-1);
  double d = 0x1.0c28621751ab0p-18;
  d = fma(d, w, 0x1.0b9bd27507eb9p-12);
  d = fma(d, w, 0x1.2ca0f6ad7aa22p-9);
  d = fma(d, w, 0x1.1d0cab937d56ep-5);
  d = fma(d, w, 0x1.8200cf454758ap-4);
  return {fma(n, w, 0x1.40d92ed19bfd1p+1), fma(d, w, 0x1.0000000000000p+0)};
}

}  // namespace normal

/// normal_quantile to an absolute error of 9e-8, at a quarter of its cost, for 0 ≤ p ≤ 1; p is taken into
/// [2^-33, 1 − 2^-33], where the uniforms of a word end, so |z| < 6.4. For errors of time, which nobody knows to a
/// millisecond.
VT_HD double coarse_normal_quantile(double p) {
  constexpr double last_w = 0x1.57cd0e7026820p+4;     // −log(4·2^-33)
  const std::uint64_t bits = bits_of(fma(-p, p, p));  // of (1 − 4q²)/4, which is 2^k·m
  const double m = from_bits((bits & elementary::fraction_mask) | elementary::one_bits);
  const double k = from_bits(bits >> 52 | 0x4330000000000000u) - 0x1.00000000003ffp52;
  const double w = fma(k, -0x1.62e42fefa39efp-1, normal::minus_log_of_4_times(m));
  const normal::Ratio slope = normal::slope_of_quantile(lesser(w, last_w));
  return (p - 0.5) * (slope.numerator / slope.denominator);
}

/// Φ(x), accurate relative to itself in the lower tail: error ≤ 4.5 ulp for −37.5 ≤ x; below that Φ(−37.5),
/// which is 4.6e-308.
VT_HD double normal_cdf(double x) {
  const double a = lesser(x < 0.0 ? -x : x, 37.5);
  const TwoWords square = exact_product(a, a);
  const double fall = elementary::exp_two_words(-0.5 * square.high, -0.5 * square.low);
  const normal::Ratio bend = normal::bend_of_mills(a);
  const double tail = fall * bend.denominator / fma(normal::root_two_pi * a, bend.denominator, bend.numerator);
  return x < 0.0 ? tail : 1.0 - tail;
}

/// e^(−a²/2)/Φ(−a), the inverse of Mills' ratio times √(2π), for any a ≥ 0: beyond 38 by its continued fraction.
VT_HD double inverse_mills(double a) {
  const normal::Ratio bend = normal::bend_of_mills(lesser(a, 38.0));
  const double far = greater(a, 38.0);
  const double fraction = 1.0 / (far + 2.0 / (far + 3.0 / (far + 4.0 / (far + 5.0 / far))));
  return fma(normal::root_two_pi, a, a < 38.0 ? bend.numerator / bend.denominator : normal::root_two_pi * fraction);
}

/// log Φ(x), any |x| ≤ 1e150. Error ≤ 2e-15 relative to the larger of 1 and the logarithm.
VT_HD double log_normal_cdf(double x) {
  const double a = x < 0.0 ? -x : x;
  const double fall = -0.5 * a * a, mills = inverse_mills(a);
  return x < 0.0 ? fall - log(mills) : log1p(-exp(fall) / mills);
}

/// Its derivative, φ(x)/Φ(x). Relative error ≤ 1e-15 for x ≤ 0, of φ above.
VT_HD double log_normal_cdf_slope(double x) {
  const double a = x < 0.0 ? -x : x;
  const double mills = inverse_mills(a), fall = exp(-0.5 * a * a);
  return (x < 0.0 ? mills : fall / (1.0 - fall / mills)) / normal::root_two_pi;
}

/// −log(Φ(−a − x)/Φ(−a)): how much rarer it is to lie x further out than a; a, x ≥ 0.
VT_HD double rarer_by(double a, double x) {
  return fma(x, fma(0.5, x, a), log(inverse_mills(a + x) / inverse_mills(a)));
}

/// The x with rarer_by(a, x) = t, 0 ≤ t, any a from 0 to 1e100: Newton's method, which for a convex function comes down
/// from an upper bound. Error ≤ 1e-13 of 1/a for a ≥ 1.
VT_COLD double further_out(double a, double t) {
  constexpr int most_steps = 60;
  double x = normal::root_two_pi * t / inverse_mills(a);
  for (int i = 0; i < most_steps; ++i) {
    const double step = normal::root_two_pi * (rarer_by(a, x) - t) / inverse_mills(a + x);
    x = greater(x - step, 0.0);
    if (step <= 1e-15 * x) break;
  }
  return x;
}

/// The normal variate of a uniform draw u, truncated to where Φ lies in [cdf_low, cdf_low + cdf_span]; 0 < u < 1. A
/// truncation so far out that Φ leaves the range of normal_quantile is cut there.
VT_HD double truncated_normal(double u, double cdf_low, double cdf_span) {
  return normal_quantile(fma(u, cdf_span, cdf_low));
}

/// As above, by coarse_normal_quantile.
VT_HD double coarse_truncated_normal(double u, double cdf_low, double cdf_span) {
  return coarse_normal_quantile(fma(u, cdf_span, cdf_low));
}

}}  // namespace vt
