#include "output/study/power/power.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <functional>

#include "output/sha256.hpp"

namespace vt {

namespace {

using Trials = std::vector<PlayedTrial>;

Estimate share_where(const Trials& trials, const std::function<bool(const PlayedTrial&)>& holds) {
  return share_of(std::ranges::count_if(trials, holds), std::ssize(trials), 1);
}

Estimate mean_of(const Trials& trials, const std::function<double(const PlayedTrial&)>& value) {
  double sum = 0, squares = 0;
  const auto n = static_cast<double>(trials.size());
  for (const PlayedTrial& trial : trials) sum += value(trial);
  for (const PlayedTrial& trial : trials) squares += (value(trial) - sum / n) * (value(trial) - sum / n);
  return with_error(sum / n, n > 1 ? std::sqrt(squares / (n - 1) / n) : kNaN, std::ssize(trials));
}

/// A line through points with weights.
struct Line {
  double intercept = kNaN, slope = kNaN, centre = 0;
  double of_centre = 0, of_slope = 0,
         of_both = 0;  ///< variances of its value at the centre and of its slope; covariance
};

/// \param covariance  [i][j] of y
Line fit(const std::vector<double>& x, const std::vector<double>& y, const std::vector<double>& weight,
         const std::vector<std::vector<double>>& covariance) {
  Line line;
  double all = 0, y_mean = 0, xx = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    all += weight[i], line.centre += weight[i] * x[i], y_mean += weight[i] * y[i];
  line.centre /= all, y_mean /= all;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += weight[i] * (x[i] - line.centre) * (x[i] - line.centre);
    xy += weight[i] * (x[i] - line.centre) * (y[i] - y_mean);
  }
  line.slope = xy / xx, line.intercept = y_mean - line.slope * line.centre;
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double both = weight[i] * weight[j] * covariance[i][j];
      line.of_centre += both / (all * all);
      line.of_slope += both * (x[i] - line.centre) * (x[j] - line.centre) / (xx * xx);
      line.of_both += both * (x[j] - line.centre) / (all * xx);
    }
  return line;
}

/// Where line + sign·1.96·error is `wanted`, at or above 0: the band is narrowest in the middle, so by bisection.
double where_band_is(const Line& line, double sign, double wanted) {
  const auto band = [&](double x) {
    const double off = x - line.centre;
    const double variance = line.of_centre + 2 * off * line.of_both + off * off * line.of_slope;
    return line.intercept + line.slope * x + sign * kZ95 * std::sqrt(std::max(0.0, variance));
  };
  constexpr double most = 1e5;  // a root of 10¹⁰ patients
  double low = 0, high = most;
  if (!(band(high) > wanted) || !(band(low) < wanted)) return kNaN;
  for (int i = 0; i < 200; ++i) (band(0.5 * (low + high)) < wanted ? low : high) = 0.5 * (low + high);
  return 0.5 * (low + high);
}

/// Of the shares of replicates that both designs find better: sizes have the same patients.
double covariance_of(const PowerResult& one, const PowerResult& other) {
  const auto n = static_cast<double>(one.trials.size());
  double of_one = 0, of_other = 0, of_both = 0;
  for (std::size_t r = 0; r < one.trials.size(); ++r) {
    const bool first = one.trials[r].ending == TrialEnding::better,
               second = other.trials[r].ending == TrialEnding::better;
    of_one += first, of_other += second, of_both += first && second;
  }
  return (of_both / n - of_one / n * (of_other / n)) / n;
}

double normal_quantile_of(double p) { return boost::math::quantile(boost::math::normal(), p); }

WantedSize wanted_size(const std::vector<const PowerResult*>& curve) {
  WantedSize size{curve[0]->curve, curve[0]->point, curve[0]->wanted_power};
  std::vector<double> x, y, weight, slopes;
  for (const PowerResult* one : curve) {
    const auto n = static_cast<double>(one->trials.size());
    const double found = summary_of(*one).better.value, share = (found * n + 0.5) / (n + 1);
    const double z = normal_quantile_of(share);
    const double slope = boost::math::pdf(boost::math::normal(), z);  // of the share by its quantile
    x.push_back(std::sqrt(static_cast<double>(one->planned)));
    y.push_back(z);
    weight.push_back(slope * slope * n / (share * (1 - share)));
    slopes.push_back(slope);
  }
  std::vector<std::vector<double>> covariance(x.size(), std::vector<double>(x.size()));
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j)
      covariance[i][j] = i == j ? 1 / weight[i] : covariance_of(*curve[i], *curve[j]) / (slopes[i] * slopes[j]);
  size.smallest = std::ranges::min(x) * std::ranges::min(x);
  size.largest = std::ranges::max(x) * std::ranges::max(x);
  const Line line = fit(x, y, weight, covariance);
  const double wanted = normal_quantile_of(size.power);
  if (!(line.slope > 0)) return size;
  const auto squared = [](double root) { return root * root; };
  size.patients = squared((wanted - line.intercept) / line.slope);
  size.low = squared(where_band_is(line, 1, wanted));
  size.high = squared(where_band_is(line, -1, wanted));
  return size;
}

void hash_trial(Sha256& hash, const PlayedTrial& trial) {
  hash.integer(static_cast<std::uint64_t>(trial.ending));
  hash.integer(trial.look);
  hash.integer(trial.better);
  hash.number(trial.days);
  hash.number(trial.z);
  hash.number(trial.estimate);
  hash.integers(trial.patients);
  hash.integers(trial.events);
  hash.integer(trial.is_short);
}

}  // namespace

std::string content_hash(std::span<const PowerResult> of_point) {
  Sha256 hash;
  hash.text("vtrial-power-1");
  hash.integer(of_point.size());
  for (const PowerResult& result : of_point) {
    hash.text(result.design);
    hash.integer(result.is_null);
    hash.integer(result.planned);
    hash.numbers(result.looks);
    hash.integer(result.trials.size());
    for (const PlayedTrial& trial : result.trials) hash_trial(hash, trial);
  }
  return hash.hex();
}

std::string truth_words(const PowerResult& result) {
  if (!result.is_null) return "as simulated";
  return result.margin > 0 ? "equal arms, not inferior" : "equal arms";
}

PowerSummary summary_of(const PowerResult& result) {
  const Trials& trials = result.trials;
  const auto ended = [&](TrialEnding ending) {
    return share_where(trials, [=](const PlayedTrial& trial) { return trial.ending == ending; });
  };
  PowerSummary summary;
  summary.better = ended(TrialEnding::better);
  summary.worse = ended(TrialEnding::worse);
  summary.futile = ended(TrialEnding::futile);
  for (std::size_t look = 0; look < result.looks.size(); ++look)
    summary.stopped.push_back(share_where(trials, [=](const PlayedTrial& trial) { return trial.look == look; }));
  const auto entered = [](const PlayedTrial& trial) {
    double all = 0;
    for (const std::int64_t n : trial.patients) all += static_cast<double>(n);
    return all;
  };
  summary.patients = mean_of(trials, entered);
  summary.days = mean_of(trials, [](const PlayedTrial& trial) { return trial.days; });
  summary.estimate = mean_of(trials, [](const PlayedTrial& trial) { return trial.estimate; });
  for (std::size_t arm = 0; arm < trials[0].patients.size(); ++arm) {
    summary.arm_found.push_back(
        share_where(trials, [=](const PlayedTrial& trial) { return (trial.better >> arm & 1) != 0; }));
    summary.patients_in.push_back(
        mean_of(trials, [=](const PlayedTrial& trial) { return static_cast<double>(trial.patients[arm]); }));
    summary.events_in.push_back(
        mean_of(trials, [=](const PlayedTrial& trial) { return static_cast<double>(trial.events[arm]); }));
  }
  summary.is_short = std::ranges::count(trials, true, &PlayedTrial::is_short);
  return summary;
}

std::vector<WantedSize> wanted_sizes(const std::vector<PowerResult>& results) {
  std::vector<WantedSize> sizes;
  std::vector<const PowerResult*> curve;
  const auto belongs = [&](const PowerResult& one) {
    return !one.is_null && one.curve == curve[0]->curve && one.point == curve[0]->point;
  };
  for (const PowerResult& first : results) {
    if (first.is_null || std::isnan(first.wanted_power)) continue;
    const bool is_known = std::ranges::any_of(
        sizes, [&](const WantedSize& size) { return size.curve == first.curve && size.point == first.point; });
    if (is_known) continue;
    curve = {&first};
    for (const PowerResult& other : results)
      if (&other != &first && belongs(other)) curve.push_back(&other);
    sizes.push_back(wanted_size(curve));
  }
  return sizes;
}

}  // namespace vt
