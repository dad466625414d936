#include "output/statistics/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

#include "output/statistics/survival.hpp"
#include "output/text.hpp"

namespace vt {
namespace {

using Kind = Statistic::Kind;

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Estimate share(std::int64_t events, std::int64_t n, std::int64_t repeats) {
  if (n <= 0) return {kNaN, kNaN, {kNaN, kNaN}, 0};
  const double p = static_cast<double>(events) / static_cast<double>(n);
  const double independent = static_cast<double>(n) / static_cast<double>(repeats);
  return {p, std::sqrt(p * (1 - p) / independent), wilson(p, independent), n};
}

/// The numbers of one octave: how many, their mean, Σ(x − mean)².
struct Octave {
  long double n, mean, squares;
};

/// n, Σ q and Σ q² of integers, in `unit`.
Octave octave_of(Int128 n, Int128 sum, Int128 sum_of_squares, long double unit) {
  Int128 whole = sum / n, rest = sum % n;
  if (rest < 0) rest += n, whole -= 1;
  const auto count = static_cast<long double>(n), remainder = static_cast<long double>(rest);
  Octave octave{count, (static_cast<long double>(whole) + remainder / count) * unit, kNaN};
  Int128 shift = 0, about = 0;  // Σ(q − whole)² = Σq² − whole·(Σq + rest)
  if (!__builtin_mul_overflow(whole, sum + rest, &shift) && !__builtin_sub_overflow(sum_of_squares, shift, &about))
    octave.squares = std::max(0.0L, static_cast<long double>(about) - remainder * remainder / count) * unit * unit;
  return octave;
}

std::vector<Octave> octaves_of(const ResultTally& tally, const Pooled& pooled) {
  std::vector<Octave> octaves;
  const std::size_t each = pooled.histogram.size() / pooled.sum.size();
  for (std::size_t o = 0; o < pooled.sum.size(); ++o) {
    const auto first = pooled.histogram.begin() + static_cast<std::ptrdiff_t>(o * each);
    const std::int64_t n = std::accumulate(first, first + static_cast<std::ptrdiff_t>(each), std::int64_t{0});
    if (n > 0) octaves.push_back(octave_of(n, pooled.sum[o], pooled.squares[o], tally.step(o)));
  }
  return octaves;
}

long double pooled_mean(const std::vector<Octave>& octaves) {
  long double n = 0, sum = 0;
  for (const Octave& o : octaves) n += o.n, sum += o.n * o.mean;
  return sum / n;
}

/// SE of an SD = √((μ₄ − σ⁴)/n) / 2σ, μ₄ from the middles of the histogram's bins.
double sd_error(const ResultTally& tally, const Pooled& pooled, double independent) {
  const double centre = mean(tally, pooled), sd = standard_deviation(tally, pooled);
  double fourth = 0;
  for (std::size_t b = 0; b < pooled.histogram.size(); ++b) {
    if (pooled.histogram[b] == 0) continue;
    const double off = 0.5 * (tally.binning.edge(b) + tally.binning.edge(b + 1)) - centre;
    fourth += static_cast<double>(pooled.histogram[b]) * off * off * off * off;
  }
  fourth /= static_cast<double>(pooled.evaluable);
  return std::sqrt(std::max(0.0, fourth - sd * sd * sd * sd) / independent) / (2 * sd);
}

/// Within the tally's range.
double clamped_quantile(const ResultTally& tally, const Pooled& pooled, double share) {
  const double q = quantile(pooled.histogram, tally.binning, std::clamp(share, 0.0, 1.0));
  return std::clamp(q, tally.low, tally.high);
}

/// Half the distance between the quantiles one standard error of p below and above; and the 95 % interval likewise.
Estimate quantile_estimate(const ResultTally& tally, const Pooled& pooled, double p, double independent) {
  const auto at = [&](double share) { return clamped_quantile(tally, pooled, share); };
  const double error = std::sqrt(p * (1 - p) / independent);
  return {at(p), 0.5 * (at(p + error) - at(p - error)), {at(p - kZ95 * error), at(p + kZ95 * error)}, pooled.evaluable};
}

/// Of the shares with the outcome in one life and in the other: both, first alone, second alone, neither.
Estimate paired_difference(const Pooled& pooled) {
  const double n = static_cast<double>(pooled.evaluable);
  if (pooled.counts.size() != 4 || !(n > 0)) return {kNaN, kNaN, {kNaN, kNaN}, 0};
  const double first = static_cast<double>(pooled.counts[1]), second = static_cast<double>(pooled.counts[2]);
  const double difference = (second - first) / n;
  return with_error(difference, std::sqrt(std::max(0.0, (first + second) / n - difference * difference) / n),
                    pooled.evaluable);
}

Estimate time_to_event(const ResultTally& tally, const Pooled& pooled, const Statistic& statistic) {
  const RiskTable table = risk_table(tally, pooled);
  const double day = std::min(statistic.day, tally.times.back());
  Estimate found{kNaN, kNaN, {kNaN, kNaN}, 0};
  if (statistic.kind == Kind::incidence) {
    const auto cause = cause_of(tally, statistic.cause);
    if (cause) found = at_time(cumulative_incidence(table, *cause), day);
  } else if (statistic.kind == Kind::rmst) {
    found = restricted_mean(table, day);
  } else {
    const TimeCurve curve = kaplan_meier(table);
    found = statistic.kind == Kind::survival ? at_time(curve, day) : time_at(curve, 1 - statistic.p);
  }
  found.n = pooled.evaluable;
  return found;
}

std::string by_day(const Statistic& s) { return s.day == Statistic::kWhole ? "" : " by day " + short_number(s.day); }

}  // namespace

Estimate with_error(double value, double error, std::int64_t n) {
  return {value, error, {value - kZ95 * error, value + kZ95 * error}, n};
}

Interval wilson(double p, double n) {
  if (!(n > 0)) return {kNaN, kNaN};
  const double z2 = kZ95 * kZ95;
  const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kZ95 / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return {p <= 0 ? 0 : std::max(0.0, centre - half), p >= 1 ? 1 : std::min(1.0, centre + half)};
}

std::optional<Statistic> parse_statistic(std::string_view text) {
  if (text == "proportion") return Statistic{Kind::proportion};
  if (text == "itt") return Statistic{Kind::itt};
  if (text == "evaluable") return Statistic{Kind::evaluable};
  if (text == "n") return Statistic{Kind::n};
  if (text == "mean") return Statistic{Kind::mean};
  if (text == "sd") return Statistic{Kind::sd};
  if (text == "median") return Statistic{Kind::quantile, 0.5};
  if (text == "survival") return Statistic{Kind::survival};
  if (text == "cumulative_incidence") return Statistic{Kind::incidence};
  if (text == "rmst") return Statistic{Kind::rmst};
  if (text == "difference") return Statistic{Kind::difference};
  if (text == "number_needed") return Statistic{Kind::number_needed};
  if (text.starts_with("above=")) {
    const auto threshold = parse_number(text.substr(6));
    return threshold ? std::optional(Statistic{Kind::above, *threshold}) : std::nullopt;
  }
  const bool in_percent = !text.empty() && text[0] == 'p';
  if (!in_percent && text.rfind("quantile=", 0) != 0) return std::nullopt;
  const auto number = parse_number(text.substr(in_percent ? 1 : 9));
  const double p = number ? (in_percent ? *number / 100 : *number) : -1;
  return p > 0 && p < 1 ? std::optional(Statistic{Kind::quantile, p}) : std::nullopt;
}

std::string describe(const Statistic& statistic) {
  switch (statistic.kind) {
    case Kind::proportion:
      return "share of evaluable patients";
    case Kind::itt:
      return "share of randomised patients";
    case Kind::evaluable:
      return "share evaluable";
    case Kind::n:
      return "patients evaluable";
    case Kind::mean:
      return "mean";
    case Kind::sd:
      return "SD";
    case Kind::above:
      return "share at or above " + short_number(statistic.p);
    case Kind::survival:
      return "share without event" + by_day(statistic);
    case Kind::incidence:
      return "cumulative incidence" + (statistic.cause.empty() ? "" : " of " + statistic.cause) + by_day(statistic);
    case Kind::rmst:
      return "mean time without event" + by_day(statistic);
    case Kind::difference:
      return "difference within patients";
    case Kind::number_needed:
      return "number needed to treat";
    case Kind::quantile:
      break;
  }
  return statistic.p == 0.5 ? "median" : short_number(100 * statistic.p) + "th percentile";
}

bool is_share(const Statistic& s) {
  constexpr Kind shares[] = {Kind::proportion, Kind::itt,       Kind::evaluable, Kind::above,
                             Kind::survival,   Kind::incidence, Kind::difference};
  return std::ranges::find(shares, s.kind) != std::end(shares);
}

bool applies(const Statistic& s, ResultKind kind) {
  switch (s.kind) {
    case Kind::evaluable:
    case Kind::n:
      return true;
    case Kind::proportion:
    case Kind::itt:
    case Kind::number_needed:
      return kind == ResultKind::proportion;
    case Kind::mean:
    case Kind::sd:
    case Kind::above:
      return kind == ResultKind::number;
    case Kind::quantile:
      return kind == ResultKind::number || kind == ResultKind::time_to_event;
    case Kind::survival:
    case Kind::incidence:
    case Kind::rmst:
      return kind == ResultKind::time_to_event;
    case Kind::difference:
      break;
  }
  return kind == ResultKind::paired;
}

double mean(const ResultTally& tally, const Pooled& pooled) {
  if (pooled.evaluable <= 0) return kNaN;
  return static_cast<double>(pooled_mean(octaves_of(tally, pooled)));
}

double standard_deviation(const ResultTally& tally, const Pooled& pooled) {
  if (pooled.evaluable < 2) return kNaN;
  const std::vector<Octave> octaves = octaves_of(tally, pooled);
  const long double centre = pooled_mean(octaves);
  long double squares = 0;
  for (const Octave& o : octaves) squares += o.squares + o.n * (o.mean - centre) * (o.mean - centre);
  return static_cast<double>(std::sqrt(squares / static_cast<long double>(pooled.evaluable - 1)));
}

double quantile(const std::vector<std::int64_t>& histogram, const Binning& binning, double p) {
  std::int64_t total = 0;
  for (const std::int64_t count : histogram) total += count;
  if (total <= 0) return kNaN;
  const double wanted = p * static_cast<double>(total);
  double below = 0;
  std::size_t last = 0;
  for (std::size_t b = 0; b < histogram.size(); ++b) {
    const double count = static_cast<double>(histogram[b]);
    if (count <= 0) continue;
    last = b;
    if (below + count >= wanted) {
      if (b == 0 && binning.linear > 0) return 0;
      return binning.edge(b) + (wanted - below) / count * (binning.edge(b + 1) - binning.edge(b));
    }
    below += count;
  }
  return binning.edge(last + 1);
}

Estimate estimate(const ResultTally& tally, const Pooled& pooled, const Statistic& statistic) {
  const double independent = static_cast<double>(pooled.evaluable) / static_cast<double>(pooled.repeats);
  switch (statistic.kind) {
    case Kind::proportion:
      return share(pooled.events, pooled.evaluable, pooled.repeats);
    case Kind::itt:
      return share(pooled.events, pooled.randomised, pooled.repeats);
    case Kind::evaluable:
      return share(pooled.evaluable, pooled.randomised, pooled.repeats);
    case Kind::n:
      return {static_cast<double>(pooled.evaluable), kNaN, {kNaN, kNaN}, pooled.evaluable};
    case Kind::mean: {
      const double error = standard_deviation(tally, pooled) / std::sqrt(independent);
      return with_error(mean(tally, pooled), error, pooled.evaluable);
    }
    case Kind::sd: {
      const double sd = standard_deviation(tally, pooled);
      return with_error(sd, sd > 0 ? sd_error(tally, pooled, independent) : kNaN, pooled.evaluable);
    }
    case Kind::above:
      for (std::size_t i = 0; i < pooled.above.size(); ++i)
        if (tally.thresholds[i] == statistic.p) return share(pooled.above[i], pooled.evaluable, pooled.repeats);
      return {kNaN, kNaN, {kNaN, kNaN}, 0};
    case Kind::difference:
      return paired_difference(pooled);
    case Kind::number_needed:  // of two groups: compare.cpp
      return {kNaN, kNaN, {kNaN, kNaN}, 0};
    case Kind::survival:
    case Kind::incidence:
    case Kind::rmst:
    case Kind::quantile:
      break;
  }
  if (pooled.evaluable <= 0) return {kNaN, kNaN, {kNaN, kNaN}, 0};
  if (tally.kind == ResultKind::time_to_event) return time_to_event(tally, pooled, statistic);
  return quantile_estimate(tally, pooled, statistic.p, independent);
}

double value_of(const ResultTally& tally, const Pooled& pooled, const Statistic& statistic) {
  if (tally.kind == ResultKind::number && statistic.kind == Kind::quantile)
    return pooled.evaluable > 0 ? clamped_quantile(tally, pooled, statistic.p) : kNaN;
  if (statistic.kind == Kind::sd) return standard_deviation(tally, pooled);
  return estimate(tally, pooled, statistic).value;
}

}  // namespace vt
