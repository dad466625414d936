#include "output/qualification/predictive.hpp"

#include <fmt/format.h>

#include <boost/math/distributions/beta.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "output/statistics/over_replicates.hpp"
#include "output/target_cells.hpp"

namespace vt {
namespace {

/// One side as simulated. A study of n patients has `patients`/n times its variance, beside the simulation's own.
struct SideFound {
  double value, variance, patients;
  double variance_of(std::uint64_t size) const { return variance * (patients / static_cast<double>(size) + 1); }
};

SideFound found_of(const Asked& asked) {
  const Pooled pooled = pool_asked(asked);
  const Estimate e = estimate_of(asked);
  const double n = static_cast<double>(e.n) / static_cast<double>(pooled.repeats);
  double variance = e.standard_error * e.standard_error;
  const bool is_between_0_and_1 = is_share(asked.statistic) && asked.statistic.kind != Statistic::Kind::difference;
  if (is_between_0_and_1 && !(variance > 0)) {  // none, or all: the true share is another
    const double share = (e.value * n + 0.5) / (n + 1);
    variance = share * (1 - share) / n;
  }
  return {e.value, variance, n};
}

PredictiveInterval normal_around(double value, double variance, const char* law) {
  const double half = kZ95 * std::sqrt(variance);
  return {{value - half, value + half}, law};
}

PredictiveInterval of_share(const Asked& asked, std::uint64_t size) {
  const SideFound side = found_of(asked);
  const double share = std::clamp(side.value, 0.0, 1.0);
  // Of a curve with patients who leave, as many as would have this error if all had stayed.
  const double patients =
      side.variance > 0 && share > 0 && share < 1 ? share * (1 - share) / side.variance : side.patients;
  const CountInterval counts = predictive_counts(share * patients, patients, size);
  const auto n = static_cast<double>(size);
  return {{static_cast<double>(counts.low) / n, static_cast<double>(counts.high) / n}, "beta-binomial", size};
}

PredictiveInterval of_quantile(const Asked& asked, std::uint64_t size) {
  estimate_of(asked);  // there is one
  const Pooled pooled = pool_asked(asked);
  const Interval ranks = ranks_of_quantile(asked.statistic.p, size);
  const auto at = [&](double share) {
    Statistic quantile = asked.statistic;
    quantile.p = share;
    return value_of(*asked.tally, pooled, quantile);
  };
  const double high = at(ranks.high);  // of times: it may never be reached
  return {{at(ranks.low), std::isnan(high) ? std::numeric_limits<double>::infinity() : high}, "order statistics"};
}

PredictiveInterval of_two(const SideFound& a, const SideFound& b, const std::vector<std::uint64_t>& sizes,
                          bool is_ratio) {
  if (!is_ratio)
    return normal_around(a.value - b.value, a.variance_of(sizes[0]) + b.variance_of(sizes[1]),
                         "normal law, of a difference of independent groups");
  if (!(a.value > 0 && b.value > 0)) return {{kNaN, kNaN}, "no law: a side of the ratio is not above 0"};
  const double variance = a.variance_of(sizes[0]) / (a.value * a.value) + b.variance_of(sizes[1]) / (b.value * b.value);
  PredictiveInterval found =
      normal_around(std::log(a.value / b.value), variance, "log-normal law, of a ratio of independent groups");
  found.interval = {std::exp(found.interval.low), std::exp(found.interval.high)};
  return found;
}

/// Of 39 on the interval holds 95 % of studies on the average over runs; with a hundred one run's holds 90 to 98 %.
constexpr std::size_t kFewestReplicates = 100;

/// Where replicates are studies of other sizes: a share of each from a beta law of their mean and of as much variance
/// as lies between them, by the analysis of variance of events with unequal sizes.
std::optional<PredictiveInterval> of_shares(const Asked& asked, std::uint64_t size) {
  const auto axis = replicate_axis(*asked.tally);
  const bool is_of_patients =
      asked.statistic.kind == Statistic::Kind::proportion || asked.statistic.kind == Statistic::Kind::itt;
  if (!axis || !is_of_patients || asked.where.contains(asked.tally->axes[*axis].name)) return std::nullopt;
  double replicates = 0, patients = 0, squares = 0, events = 0, within = 0, shares = 0;
  for (const double replicate : asked.tally->axes[*axis].values) {
    Asked one = asked;
    one.where[asked.tally->axes[*axis].name] = replicate;
    const Pooled pooled = pool_asked(one);
    const std::int64_t all = asked.statistic.kind == Statistic::Kind::itt ? pooled.randomised : pooled.evaluable;
    if (all == 0) continue;
    const auto n = static_cast<double>(all) / static_cast<double>(pooled.repeats);
    const double x = static_cast<double>(pooled.events) / static_cast<double>(pooled.repeats);
    replicates += 1, patients += n, squares += n * n, events += x, within += x * (1 - x / n), shares += x * x / n;
  }
  if (replicates < kFewestReplicates || patients <= replicates) return std::nullopt;
  const double mean = events / patients, typical = (patients - squares / patients) / (replicates - 1);
  const double between_square = (shares - events * mean) / (replicates - 1);
  const double within_square = within / (patients - replicates);
  const double alike = (between_square - within_square) / (between_square + (typical - 1) * within_square);
  if (!(alike > 0)) return std::nullopt;
  const double weight = (1 - alike) / alike;  // of the beta law, in patients
  const CountInterval counts = predictive_counts(mean * weight - 0.5, weight - 1, size);
  const auto n = static_cast<double>(size);
  return PredictiveInterval{{static_cast<double>(counts.low) / n, static_cast<double>(counts.high) / n},
                            fmt::format("beta-binomial, as {:.0f} replicates differ", replicates),
                            size};
}

/// Whether a cell has, in each of so many replicates, about as many patients as a study.
bool is_of_size(const Asked& asked, std::uint64_t size) {
  const auto axis = replicate_axis(*asked.tally);
  if (!axis || asked.where.contains(asked.tally->axes[*axis].name)) return false;
  const std::size_t replicates = asked.tally->axes[*axis].values.size();
  const double n = found_of(asked).patients / static_cast<double>(replicates), wanted = static_cast<double>(size);
  return replicates >= kFewestReplicates && std::fabs(n - wanted) <= 0.1 * wanted;
}

/// Where replicates are studies of that size they tell by themselves, with all that differs between them.
std::optional<PredictiveInterval> of_replicates(const Runs& runs, const Target& target,
                                                const std::vector<std::uint64_t>& sizes) {
  const OtherSide& other = target.over.empty() ? target.minus : target.over;
  const Asked asked = asked_by(runs, target);
  if (!target.spread.empty() || !is_of_size(asked, sizes[0])) return std::nullopt;
  if (!other.empty()) {
    const Asked there = asked_by(runs, target, other);
    if (sizes.size() < 2 || !is_of_size(there, sizes[1])) return std::nullopt;
    const auto replicates = [](const Asked& side) {
      return side.tally->axes[*replicate_axis(*side.tally)].values.size();
    };
    if (replicates(there) != replicates(asked)) return std::nullopt;
  }
  std::vector<double> values = numbers_in_replicates(runs, target);
  std::erase_if(values, [](double x) { return std::isnan(x); });
  if (values.size() < kFewestReplicates) return std::nullopt;
  return PredictiveInterval{predictive_of_sample(values), fmt::format("{} replicates of the study", values.size())};
}

PredictiveInterval of_target(const Runs& runs, const Target& target, const std::vector<std::uint64_t>& sizes) {
  using Kind = Statistic::Kind;
  const Asked asked = asked_by(runs, target);
  const Kind kind = asked.statistic.kind;
  if (!target.spread.empty()) return {{kNaN, kNaN}, "no law: the largest of several changes"};
  if (!target.over_replicates.empty()) return {{kNaN, kNaN}, "no law: a statistic of replicates"};
  if (const auto found = of_replicates(runs, target, sizes)) return *found;
  if (target.over.empty() && target.minus.empty())
    if (const auto found = of_shares(asked, sizes[0])) return *found;
  if (kind == Kind::n || kind == Kind::number_needed) return {{kNaN, kNaN}, "no law for " + describe(asked.statistic)};
  const OtherSide& other = target.over.empty() ? target.minus : target.over;
  if (!other.empty()) {
    if (sizes.size() < 2) return {{kNaN, kNaN}, "the study's size is of one side"};
    return of_two(found_of(asked), found_of(asked_by(runs, target, other)), sizes, !target.over.empty());
  }
  if (kind == Kind::quantile) return of_quantile(asked, sizes[0]);
  if (is_share(asked.statistic) && kind != Kind::difference) return of_share(asked, sizes[0]);
  const SideFound side = found_of(asked);
  return normal_around(side.value, side.variance_of(sizes[0]), kind == Kind::mean ? "normal law, SD/√n" : "normal law");
}

}  // namespace

bool PredictiveInterval::holds(double published) const {
  if (count == 0) return interval.low <= published && published <= interval.high;
  const auto n = static_cast<double>(count);
  const double events = std::round(published * n);
  return std::round(interval.low * n) <= events && events <= std::round(interval.high * n);
}

PredictiveInterval predictive_interval(const Runs& runs, const Target& target,
                                       const std::vector<std::uint64_t>& sizes) {
  if (sizes.empty()) return {{kNaN, kNaN}, "the study's size is not given"};
  try {
    PredictiveInterval found = of_target(runs, target, sizes);
    if (found.is_known() || std::isnan(found.interval.low)) return found;
    return {{kNaN, kNaN}, "no law: the simulation has no error"};
  } catch (const NotTestable& flaw) {
    return {{kNaN, kNaN}, flaw.what()};
  }
}

CountInterval predictive_counts(double events, double patients, std::uint64_t size) {
  const double alpha = events + 0.5, beta = patients - events + 0.5, n = static_cast<double>(size);
  double log_p = std::lgamma(n + beta) - std::lgamma(beta) + std::lgamma(alpha + beta) - std::lgamma(n + alpha + beta);
  double below = 0;
  CountInterval found{size, size};
  bool has_low = false;
  for (std::uint64_t k = 0; k <= size; ++k) {
    const auto x = static_cast<double>(k);
    below += std::exp(log_p);
    if (!has_low && below >= 0.025) found.low = k, has_low = true;
    if (below >= 0.975) {
      found.high = k;
      break;
    }
    log_p += std::log((n - x) / (x + 1)) + std::log((x + alpha) / (n - x - 1 + beta));
  }
  return found;
}

Interval ranks_of_quantile(double p, std::uint64_t size) {
  const double n = static_cast<double>(size) + 1;
  const boost::math::beta_distribution<> law(p * n, (1 - p) * n);
  return {boost::math::quantile(law, 0.025), boost::math::quantile(law, 0.975)};
}

}  // namespace vt
