#include "output/statistics/survival.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace vt {
namespace {

/// The interval of a probability of not having had it, on the scale log(−log x).
Interval log_log(double survival, double error) {
  if (!(survival > 0 && survival < 1)) return {kNaN, kNaN};
  const double half = kZ95 * error / (survival * std::fabs(std::log(survival)));
  return {std::pow(survival, std::exp(half)), std::pow(survival, std::exp(-half))};
}

void push(TimeCurve& curve, double time, double value, double error, Interval interval) {
  curve.time.push_back(time);
  curve.value.push_back(value);
  curve.standard_error.push_back(error);
  curve.low.push_back(interval.low);
  curve.high.push_back(interval.high);
}

/// Along a straight line within the last 2·earlier days before the time at which the curve is at or beyond p.
double crossing(const TimeCurve& curve, const std::vector<double>& value, double p) {
  const std::vector<double>& time = curve.time;
  const bool falls = curve.falls;
  constexpr double tolerance = 1e-12;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const double beyond = falls ? p - value[i] : value[i] - p;
    if (std::isnan(beyond) || beyond < -tolerance) continue;
    const double early = curve.earlier.empty() ? 0 : curve.earlier[i];
    if (early > 0) {
      const double last = i > 0 && !std::isnan(value[i - 1]) ? value[i - 1] : (falls ? 1.0 : 0.0);
      return time[i] - 2 * early * (value[i] - p) / (value[i] - last);
    }
    if (beyond > tolerance) return time[i];
    for (std::size_t next = i + 1; next < value.size(); ++next)  // a step at p itself lasts until the next event
      if (std::fabs(value[next] - value[i]) > tolerance) return 0.5 * (time[i] + time[next]);
    return time[i];
  }
  return kNaN;
}

}  // namespace

double RiskTable::total_events(std::size_t i) const {
  double sum = 0;
  for (const std::vector<double>& cause : events) sum += cause[i];
  return sum;
}

RiskTable risk_table(std::vector<double> time, std::vector<std::vector<double>> events, std::vector<double> censored) {
  RiskTable table{std::move(time), {}, std::move(events), std::move(censored)};
  const std::size_t n = table.time.size();
  const bool fits = table.censored.size() == n &&
                    std::ranges::all_of(table.events, [n](const auto& cause) { return cause.size() == n; });
  if (!fits) throw std::invalid_argument("the counts of a life table differ in length");
  table.at_risk.assign(n, 0);
  double left = 0;
  for (std::size_t i = n; i-- > 0;) table.at_risk[i] = left += table.total_events(i) + table.censored[i];
  return table;
}

RiskTable risk_table(std::span<const double> time, std::span<const int> cause, int causes) {
  if (time.size() != cause.size()) throw std::invalid_argument("times and causes differ in length");
  std::vector<double> grid(time.begin(), time.end());
  std::ranges::sort(grid);
  grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
  std::vector<std::vector<double>> events(static_cast<std::size_t>(causes), std::vector<double>(grid.size()));
  std::vector<double> censored(grid.size());
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (cause[i] < 0 || cause[i] > causes) throw std::invalid_argument("a patient has a cause that does not exist");
    const auto place = static_cast<std::size_t>(std::ranges::lower_bound(grid, time[i]) - grid.begin());
    (cause[i] == 0 ? censored : events[static_cast<std::size_t>(cause[i] - 1)])[place] += 1;
  }
  return risk_table(std::move(grid), std::move(events), std::move(censored));
}

RiskTable risk_table(const ResultTally& tally, const Pooled& pooled) {
  const std::size_t n = tally.times.size(), causes = tally.outcomes.size() - 1;
  const auto row = [&](std::size_t outcome) {
    const auto first = pooled.counts.begin() + static_cast<std::ptrdiff_t>(outcome * n);
    return std::vector<double>(first, first + static_cast<std::ptrdiff_t>(n));
  };
  std::vector<std::vector<double>> events;
  for (std::size_t cause = 0; cause < causes; ++cause) events.push_back(row(cause));
  RiskTable table = risk_table(tally.times, std::move(events), row(causes));
  for (std::size_t i = 0; i < n; ++i) {
    const double days = i > 0 ? tally.times[i] - tally.times[i - 1] : 0;
    table.earlier.push_back(i == 0 ? 0.0 : 0.5 * (tally.is_within_day ? days : days - 1));
  }
  return table;
}

std::optional<std::size_t> cause_of(const ResultTally& tally, std::string_view name) {
  for (std::size_t cause = 0; cause + 1 < tally.outcomes.size(); ++cause)
    if (name.empty() || tally.outcomes[cause] == name) return cause;
  return std::nullopt;
}

TimeCurve kaplan_meier(const RiskTable& table) {
  TimeCurve curve{.falls = true, .earlier = table.earlier};
  double survival = 1, greenwood = 0;
  for (std::size_t i = 0; i < table.time.size(); ++i) {
    const double n = table.at_risk[i], d = table.total_events(i);
    if (n > 0) survival *= (n - d) / n;
    if (d > 0) greenwood += d < n ? d / (n * (n - d)) : kNaN;
    const double error = survival > 0 ? survival * std::sqrt(greenwood) : (n > 0 && d > 0 ? 0.0 : kNaN);
    push(curve, table.time[i], survival, error, log_log(survival, error));
  }
  return curve;
}

TimeCurve cumulative_incidence(const RiskTable& table, std::size_t cause) {
  // Covariance of (S, F) is carried through each step: p → p(1 − q, q_c), with multinomial increments.
  TimeCurve curve{.earlier = table.earlier};
  double s = 1, f = 0, var_s = 0, var_f = 0, cov = 0;
  for (std::size_t i = 0; i < table.time.size(); ++i) {
    const double n = table.at_risk[i];
    const double all = n > 0 ? table.total_events(i) / n : 0, one = n > 0 ? table.events[cause][i] / n : 0;
    const double from_s = var_s, from_cov = cov, scale = n > 0 ? s * s / n : 0;
    var_f += 2 * one * from_cov + one * one * from_s + scale * one * (1 - one);
    cov = (1 - all) * (from_cov + one * from_s) - scale * one * (1 - all);
    var_s = (1 - all) * (1 - all) * from_s + scale * all * (1 - all);
    f += s * one;
    s *= 1 - all;
    const double error = std::sqrt(std::max(0.0, var_f));
    const Interval outside = log_log(1 - f, error);
    push(curve, table.time[i], f, error, {1 - outside.high, 1 - outside.low});
  }
  return curve;
}

Estimate at_time(const TimeCurve& curve, double time) {
  const auto next = std::ranges::upper_bound(curve.time, time);
  if (next == curve.time.begin()) return {curve.falls ? 1.0 : 0.0, 0, {kNaN, kNaN}, 0};
  const auto i = static_cast<std::size_t>(next - curve.time.begin()) - 1;
  return {curve.value[i], curve.standard_error[i], {curve.low[i], curve.high[i]}, 0};
}

Estimate time_at(const TimeCurve& curve, double p) {
  const double early = crossing(curve, curve.falls ? curve.low : curve.high, p);
  const double late = crossing(curve, curve.falls ? curve.high : curve.low, p);
  return {crossing(curve, curve.value, p), kNaN, {early, late}, 0};
}

Estimate restricted_mean(const RiskTable& table, double until) {
  const TimeCurve curve = kaplan_meier(table);
  std::vector<double> tail(curve.time.size());  // area from time[i] to `until`
  double area = 0;
  double end = until;
  for (std::size_t i = curve.time.size(); i-- > 0;) {
    if (curve.time[i] < until) {
      area += curve.value[i] * (end - curve.time[i]);
      end = curve.time[i];
    }
    if (curve.time[i] <= until) area -= ((i > 0 ? curve.value[i - 1] : 1) - curve.value[i]) * table.before(i);
    tail[i] = area;
  }
  double variance = 0;
  for (std::size_t i = 0; i < curve.time.size() && curve.time[i] < until; ++i) {
    const double n = table.at_risk[i], d = table.total_events(i);
    if (d > 0 && d < n) variance += tail[i] * tail[i] * d / (n * (n - d));
  }
  const bool is_followed = !curve.time.empty() && (curve.time.back() >= until || curve.value.back() == 0);
  const double mean = is_followed ? area + std::min(end, until) : kNaN,
               error = is_followed ? std::sqrt(variance) : kNaN;
  const auto patients = static_cast<std::int64_t>(table.at_risk.empty() ? 0 : table.at_risk[0]);
  return {mean, error, {mean - kZ95 * error, mean + kZ95 * error}, patients};
}

}  // namespace vt
