#include "output/statistics/statistic.hpp"

#include <charconv>

#include "output/text.hpp"

namespace vt {
namespace {

using Kind = Statistic::Kind;

using Takes = StatisticEntry::Takes;

const StatisticEntry& entry_of(const Statistic& statistic) {
  return entry_with(kStatistics, &StatisticEntry::kind, statistic.kind);
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Statistic> quantile_at(double p) {
  return p > 0 && p < 1 ? std::optional(Statistic{Kind::quantile, p}) : std::nullopt;
}

}  // namespace

std::optional<Statistic> parse_statistic(std::string_view text) {
  if (text == "median") return quantile_at(0.5);
  const std::size_t equals = text.find('=');
  const bool has_number = equals != text.npos;
  const StatisticEntry* entry = find_named(kStatistics, text.substr(0, equals));
  if (entry == nullptr && text.starts_with('p')) {
    const auto percentile = parse_number(text.substr(1));
    return percentile ? quantile_at(*percentile / 100) : std::nullopt;
  }
  if (entry == nullptr || has_number != (entry->takes == Takes::share || entry->takes == Takes::threshold))
    return std::nullopt;
  if (!has_number) return Statistic{entry->kind};
  const auto number = parse_number(text.substr(equals + 1));
  if (!number) return std::nullopt;
  return entry->takes == Takes::share ? quantile_at(*number) : Statistic{entry->kind, *number};
}

std::string statistics_known() {
  std::string list;
  for (const StatisticEntry& entry : kStatistics) list.append(list.empty() ? "" : ", ").append(entry.examples);
  return list;
}

std::string describe(const Statistic& statistic) {
  const StatisticEntry& entry = entry_of(statistic);
  if (entry.takes == Takes::share)
    return statistic.p == 0.5 ? "median" : short_number(100 * statistic.p) + "th percentile";
  std::string words(entry.words);
  if (entry.takes == Takes::threshold) words += " " + short_number(statistic.p);
  if (entry.takes == Takes::day_and_cause && !statistic.cause.empty()) words += " of " + statistic.cause;
  const bool has_day = entry.takes == Takes::day || entry.takes == Takes::day_and_cause;
  return has_day && statistic.day != Statistic::kWhole ? words + " by day " + short_number(statistic.day) : words;
}

bool is_share(const Statistic& statistic) { return entry_of(statistic).is_share; }

}  // namespace vt
