#pragma once

namespace vt {

/// P(X > x) for chi-square with df degrees of freedom; NaN unless df > 0. Relative error below 2e-16 where it is above
/// 1e-300 (df from 0.5 to 5000, against mpmath; long double of 64 bits or more).
double chi_square_above(double x, double df);

/// P(|Z| > |z|) for a standard normal.
double two_sided_p(double z);

}  // namespace vt
