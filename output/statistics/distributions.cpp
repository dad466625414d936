#include "output/statistics/distributions.hpp"

#include <cmath>

#include <boost/math/special_functions/gamma.hpp>

namespace vt {

double chi_square_above(double x, double df) {
  using namespace boost::math::policies;
  using NoThrow = policy<domain_error<ignore_error>, overflow_error<ignore_error>, evaluation_error<ignore_error>>;
  if (!(df > 0) || std::isnan(x)) return std::nan("");
  return x > 0 ? boost::math::gamma_q(df / 2, x / 2, NoThrow()) : 1;
}

double two_sided_p(double z) { return std::erfc(std::fabs(z) / std::sqrt(2.0)); }

}  // namespace vt
