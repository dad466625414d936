#include "host/study/power/arm_choice.hpp"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <numeric>

namespace vt {

namespace {

using Beta = boost::math::beta_distribution<>;

/// P(the share of `arm` is the largest of those that are open; the smallest, if fewer responses are better).
double chance_to_be_best(const std::vector<Beta>& posterior, const std::vector<bool>& is_open, std::size_t arm,
                         bool fewer_is_better) {
  constexpr double reach = 8;  // standard deviations
  const double mean = boost::math::mean(posterior[arm]), sd = std::sqrt(boost::math::variance(posterior[arm]));
  const double low = std::max(0.0, mean - reach * sd), high = std::min(1.0, mean + reach * sd);
  const auto best_at = [&](double x) {
    double chance = boost::math::pdf(posterior[arm], x);
    for (std::size_t other = 0; other < posterior.size(); ++other) {
      if (other == arm || !is_open[other]) continue;
      chance *= fewer_is_better ? boost::math::cdf(boost::math::complement(posterior[other], x))
                                : boost::math::cdf(posterior[other], x);
    }
    return chance;
  };
  return boost::math::quadrature::gauss<double, 60>::integrate(best_at, low, high);
}

std::vector<double> in_proportion(std::vector<double> chances) {
  const double all = std::accumulate(chances.begin(), chances.end(), 0.0);
  for (double& chance : chances) chance /= all;
  return chances;
}

}  // namespace

std::vector<double> thall_wathen(const std::vector<KnownResponses>& known, const std::vector<bool>& is_open,
                                 bool fewer_is_better, double progress) {
  std::vector<Beta> posterior;
  for (const KnownResponses& arm : known)
    posterior.emplace_back(1 + static_cast<double>(arm.with), 1 + static_cast<double>(arm.without));
  std::vector<double> chances(known.size());
  for (std::size_t arm = 0; arm < known.size(); ++arm)
    if (is_open[arm])
      chances[arm] = std::pow(chance_to_be_best(posterior, is_open, arm, fewer_is_better), progress / 2);
  return in_proportion(std::move(chances));
}

std::vector<double> shares_of_open(const std::vector<std::uint32_t>& shares, const std::vector<bool>& is_open) {
  std::vector<double> chances(shares.size());
  for (std::size_t arm = 0; arm < shares.size(); ++arm) chances[arm] = is_open[arm] ? shares[arm] : 0;
  return in_proportion(std::move(chances));
}

std::uint32_t choose(const std::vector<double>& chances, double u) {
  double below = 0;
  std::uint32_t last = 0;
  for (std::uint32_t arm = 0; arm < chances.size(); ++arm) {
    if (!(chances[arm] > 0)) continue;
    below += chances[arm];
    last = arm;
    if (u < below) break;
  }
  return last;
}

}  // namespace vt
