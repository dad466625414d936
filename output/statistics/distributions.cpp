#include "output/statistics/distributions.hpp"

#include <cmath>

#include <boost/math/special_functions/gamma.hpp>

#include "kernels/numerics/normal.hpp"

namespace vt {

double chi_square_above(double x, double df) {
  using namespace boost::math::policies;
  using NoThrow = policy<domain_error<ignore_error>, overflow_error<ignore_error>, evaluation_error<ignore_error>>;
  if (!(df > 0) || std::isnan(x)) return std::nan("");
  return x > 0 ? boost::math::gamma_q(df / 2, x / 2, NoThrow()) : 1;
}

double two_sided_p(double z) { return std::erfc(std::fabs(z) / std::sqrt(2.0)); }

double normal_above(double z) { return normal_cdf(-z); }

double z_above(double p) {
  constexpr double far = 8, p_of_far = 6.220960574271784e-16;  // below which normal_quantile comes to its end
  if (!(p > 0 && p < 1)) return std::nan("");
  return p < p_of_far ? far + further_out(far, log(p_of_far / p)) : -normal_quantile(p);
}

}  // namespace vt
