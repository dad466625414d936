#pragma once

namespace vt {

/// P(X > x) for chi-square with df degrees of freedom; relative error below 1e-12 where it is above 1e-300.
double chi_square_above(double x, double df);

/// P(|Z| > |z|) for a standard normal.
double two_sided_p(double z);

}  // namespace vt
