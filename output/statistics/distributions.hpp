#pragma once

namespace vt {

/// P(X > x) for chi-square with df degrees of freedom; NaN unless df > 0. Relative error below 2e-16 where it is above
/// 1e-300 (df from 0.5 to 5000, against mpmath; long double of 64 bits or more).
double chi_square_above(double x, double df);

/// P(|Z| > |z|) for a standard normal.
double two_sided_p(double z);

/// P(Z > z) for a standard normal; the z with P(Z > z) = p, NaN unless 0 < p < 1. By kernels/numerics: the same bits on
/// every machine. P has a relative error below 1e-15 for z ≤ 37.5 and is 4.6e-308 beyond; z has one below 1e-15 for p
/// from 1e-300 to 0.4 (against scipy and mpmath).
double normal_above(double z);
double z_above(double p);

}  // namespace vt
