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

/// How z bends away from a line in the tail: −z − (offset + slope·v) for p = e^-(v + 2.25), 0 ≤ v ≤ 35.3 (p from 10^-1
/// down to 2^-54); degree 12/11 (2^-59 of z). A function of the logarithm itself: no square root is needed. Because the
/// line carries most of z, rounding errors of the rational count for little.
inline constexpr double tail_offset = 1.25;
inline constexpr double tail_slope = 0.1875;
VT_HD Ratio bend_in_tail(double v) {
  double n = -0x1.735a7c1a5ba99p-48;
  n = fma(n, v, -0x1.0cbaa3b98256ep-38);
  n = fma(n, v, -0x1.50f911884a750p-31);
  n = fma(n, v, -0x1.c77c3824924aep-26);
  n = fma(n, v, 0x1.6353f7eabe937p-22);
  n = fma(n, v, 0x1.8b9ebbd60d360p-15);
  n = fma(n, v, 0x1.3c83b91ed8fefp-10);
  n = fma(n, v, 0x1.d775946cfd865p-7);
  n = fma(n, v, 0x1.766fbf2a52993p-4);
  n = fma(n, v, 0x1.4394dde04f8e3p-2);
  n = fma(n, v, 0x1.1d984d9eea213p-1);
  n = fma(n, v, 0x1.9236c2a48c0c3p-2);
  double d = 0x1.10f7e278008e1p-45;
  d = fma(d, v, 0x1.fe8b085e59466p-36);
  d = fma(d, v, 0x1.dcc67c7570263p-28);
  d = fma(d, v, 0x1.5efa37c1243fap-21);
  d = fma(d, v, 0x1.f0221e3bb3c0cp-16);
  d = fma(d, v, 0x1.770b12b203c69p-11);
  d = fma(d, v, 0x1.4327da52fbfb7p-7);
  d = fma(d, v, 0x1.48891a8a6b3bap-4);
  d = fma(d, v, 0x1.8d5f0e69a4fbcp-2);
  d = fma(d, v, 0x1.16deb880aef39p+0);
  d = fma(d, v, 0x1.a10fca6a6bfc9p+0);
  return {fma(n, v, 0x1.67e7b59946394p-10), fma(d, v, 0x1.0000000000000p+0)};
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

/// z with Φ(z) = p; p is taken into [2^-54, 1 − 2^-53], beyond every uniform draw, so |z| < 8.3 whatever p.
/// Error ≤ 2.2 ulp for 0.01 ≤ p ≤ 0.99, ≤ 2.6 ulp beyond.
VT_HD double normal_quantile(double p) {
  p = clamp(p, 0x1p-54, 0x1.fffffffffffffp-1);
  const double q = p - 0.5;
  const double square = q * q;
  const bool central = square < 0x1.47ae147ae147bp-3;  // |q| < 0.4
  const normal::Ratio centre = normal::bend_in_centre(0x1.48p-3 - square);
  const double v = -log(lesser(p, 1.0 - p)) - 2.25;
  const normal::Ratio tail = normal::bend_in_tail(v);
  const double side = q < 0.0 ? -1.0 : 1.0;
  const double bend =
      central ? q * fma(square, centre.numerator, normal::root_two_pi_low * centre.denominator) : side * tail.numerator;
  const double line = fma(v, normal::tail_slope, normal::tail_offset);
  return fma(central ? q : side, central ? normal::root_two_pi : line,
             bend / (central ? centre.denominator : tail.denominator));
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

/// The normal variate of a uniform draw u, truncated to where Φ lies in [cdf_low, cdf_low + cdf_span]; 0 < u < 1. A
/// truncation so far out that Φ leaves the range of normal_quantile is cut there.
VT_HD double truncated_normal(double u, double cdf_low, double cdf_span) {
  return normal_quantile(fma(u, cdf_span, cdf_low));
}

}}  // namespace vt
