#include "host/plan/tallies/quantile_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "host/formula/formula.hpp"
#include "host/plan/names/observables.hpp"
#include "host/scenario/sections.hpp"
#include "kernels/people/distributions.hpp"
#include "kernels/vocabulary/distributions.hpp"

namespace vt {
namespace {

constexpr Domain kOfAnyFormula{0x1p-8, 0x1p+17};
constexpr double kOctavesFromZero = 24, kMostOctaves = 48;
constexpr double kFar = 6;           ///< SDs beyond which next to nobody is
constexpr double kRare = 1e-9;       ///< as much is beyond kFar
constexpr double kFewBelowZero = 3;  ///< SDs: one of 740
constexpr double kLeast = 0x1p-1000, kMost = 0x1p+1000;

/// The name that a formula consists of, with or without a time behind it, or "".
std::string only_name(std::string_view text) {
  const std::vector<std::string> names = names_in_formula(text);
  if (names.size() != 1) return "";
  const std::string name = names[0].substr(0, names[0].find('@'));
  for (text = trimmed(text); text.starts_with('(') && text.ends_with(')');)
    text = trimmed(text.substr(1, text.size() - 2));
  if (!text.starts_with(name)) return "";
  const std::string_view rest = trimmed(text.substr(name.size()));
  const bool is_past = rest.starts_with('@') && rest.ends_with('\'') && std::ranges::count(rest, '\'') == 2;
  const bool is_at_event = rest.starts_with('@') && trimmed(rest.substr(1)) == names[0].substr(name.size() + 1);
  return rest.empty() || is_past || is_at_event ? name : "";
}

/// A number of a covariate's distribution; none where it is a formula.
std::optional<double> parameter(const CovariateSpec& spec, std::string_view key) {
  const auto found = spec.parameters.find(std::string(key));
  return found == spec.parameters.end() ? std::nullopt : found->second.number;
}

Domain ends(const std::vector<double>& values) {
  if (values.empty()) return kShare;
  const auto [low, high] = std::ranges::minmax(values);
  return {low, high};
}

/// About the place next to the centre that limits leave, as far as next to nobody is beyond.
Domain about(double centre, double sd, const Domain& limits) {
  const double nearest = std::clamp(centre, limits.low, limits.high);
  return {nearest - kFar * sd, nearest + kFar * sd};
}

/// Of any distribution: its quantiles beyond which next to nobody is.
Domain likely_range(Distribution distribution, double first, double second) {
  Covariate covariate{};
  covariate.distribution = distribution;
  covariate.low = kAnything.low, covariate.high = kAnything.high;
  const auto quantile = [&](double p) {
    double value[1];
    std::uint64_t failure[1] = {0};
    sample<1>(Plan{}, covariate, 1, {p}, {first}, {second}, value, failure);
    return value[0];
  };
  return {quantile(kRare), quantile(1 - kRare)};
}

/// What a covariate's distribution gives, within its limits, or nothing where it has formulas.
std::optional<Domain> range_of(const CovariateSpec& spec, const Scenario& scenario, const Domain& limits) {
  if (spec.distribution == Distribution::table)
    return ends(scenario.table.columns[static_cast<std::size_t>(spec.column)].values);
  const DistributionEntry& entry = *find_distribution(name_of(spec.distribution));
  const std::optional<double> first = parameter(spec, entry.first.key), second = parameter(spec, entry.second.key);
  switch (spec.distribution) {
    case Distribution::categorical:
      return ends(spec.values);
    case Distribution::bernoulli:
      return kShare;
    case Distribution::fixed:
      return first ? std::optional(Domain{*first, *first}) : std::nullopt;
    case Distribution::uniform:
      return first && second ? std::optional(Domain{*first, *second}) : std::nullopt;
    case Distribution::normal: {
      if (!first || !second) return std::nullopt;
      Domain range = about(*first, *second, limits);
      if (*first > kFewBelowZero * *second) range.low = std::max(range.low, 0.0);
      return range;
    }
    case Distribution::lognormal: {
      if (!first || !second) return std::nullopt;
      const Domain logarithms{std::log(std::max(limits.low, kLeast)), std::log(std::clamp(limits.high, kLeast, kMost))};
      const double most = (kMostOctaves / 2 - 1) * std::log(2.0) / kFar;
      const Domain range = about(std::log(*first), std::min(*second, most), logarithms);
      return Domain{std::exp(range.low), std::exp(range.high)};
    }
    default:
      if (entry.support.high < kAnything.high) return entry.support;
      return first && (second || entry.second.key.empty())
                 ? std::optional(likely_range(spec.distribution, *first, second.value_or(0)))
                 : std::nullopt;
  }
}

/// The next number above x > 0 of two digits.
double rounded_up(double x) {
  const double unit = std::pow(10.0, std::floor(std::log10(x)) - 1);
  return std::ceil(x / unit * (1 + 1e-12)) * unit;
}

}  // namespace

Domain quantile_range(const AxisSpec& axis, const Scenario& scenario, Problems& problems) {
  if (axis.high > 0) return {axis.low, axis.high};
  const std::string name = only_name(axis.source.value);
  if (const ObservableName* entry = name.empty() ? nullptr : find_observable(name)) return entry->usual;
  const auto covariate = std::ranges::find(scenario.covariates, name, &CovariateSpec::name);
  if (covariate == scenario.covariates.end()) return kOfAnyFormula;
  const Domain limits{covariate->min.value_or(kAnything.low), covariate->max.value_or(kAnything.high)};
  const Domain all =
      range_of(*covariate, scenario, limits).value_or(Domain{0, std::max(kOfAnyFormula.high, 2 * limits.low)});
  const double low = std::max(all.low, limits.low), high = std::min(all.high, limits.high);
  if (low < 0 || high <= 0) {
    const double added = low < 0 ? rounded_up(-low) * 1.1 : 1;
    problems.add(
        axis.where,
        fmt::format("{} forms groups of '{}', which has values from {:.2g} to {:.2g} (bins lie above 0); add to "
                    "it what makes it positive and say where it then lies, such as {} + {:.2g}, {:.2g}, {:.2g}",
                    axis.text, name, low, high, name, rounded_up(added), rounded_up(added) / 1e3,
                    rounded_up(rounded_up(added) + std::max(high, 0.0))));
    return kOfAnyFormula;
  }
  const double most = std::clamp(2 * high, 2 * kLeast, kMost);  // the end itself lies within the last bin
  const double octaves = low > 0 ? kMostOctaves : kOctavesFromZero;
  return {std::clamp(low / 2, most * std::exp2(-octaves), most / 2), most};
}

}  // namespace vt
