#include "host/plan/tallies/quantile_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "host/formula/formula.hpp"
#include "host/plan/names/observables.hpp"
#include "kernels/vocabulary/distributions.hpp"

namespace vt {
namespace {

constexpr Domain kOfAnyFormula{0x1p-8, 0x1p+17};
constexpr double kMostOctaves = 24;  ///< where there is no least value above 0
constexpr double kFar = 9;           ///< SDs beyond which next to nobody is
constexpr double kFewBelowZero = 3;  ///< SDs: one of 740

/// The name that a formula consists of, with or without a time behind it, or "".
std::string only_name(std::string_view text) {
  const std::vector<std::string> names = names_in_formula(text);
  if (names.size() != 1) return "";
  const std::string name = names[0].substr(0, names[0].find('@'));
  const std::size_t begin = text.find_first_not_of(' ');
  if (!text.substr(begin).starts_with(name)) return "";
  const std::string_view rest = text.substr(begin + name.size());
  const std::size_t more = rest.find_first_not_of(' ');
  const bool is_alone = more == std::string_view::npos;
  const bool is_past = !is_alone && rest[more] == '@' && rest.substr(0, rest.find_last_not_of(' ') + 1).ends_with('\'');
  return is_alone || is_past ? name : "";
}

/// A number of a covariate's distribution; none where it is a formula.
std::optional<double> parameter(const CovariateSpec& spec, std::string_view key) {
  const auto found = spec.parameters.find(std::string(key));
  return found == spec.parameters.end() ? std::nullopt : found->second.number;
}

/// What a covariate can have; below 0 only where it matters.
std::optional<Domain> range_of(const CovariateSpec& spec, const Scenario& scenario) {
  const auto ends = [](const std::vector<double>& values) -> std::optional<Domain> {
    if (values.empty()) return std::nullopt;
    const auto [low, high] = std::ranges::minmax(values);
    return Domain{low, high};
  };
  if (spec.distribution == Distribution::table)
    return ends(scenario.table.columns[static_cast<std::size_t>(spec.column)].values);
  const DistributionEntry& entry = *find_distribution(name_of(spec.distribution));
  const std::optional<double> first = parameter(spec, entry.first.key), second = parameter(spec, entry.second.key);
  switch (spec.distribution) {
    case Distribution::categorical:
      return ends(spec.values);
    case Distribution::bernoulli:
    case Distribution::beta:
      return kShare;
    case Distribution::fixed:
      return first ? std::optional(Domain{*first, *first}) : std::nullopt;
    case Distribution::uniform:
      return first && second ? std::optional(Domain{*first, *second}) : std::nullopt;
    case Distribution::normal:
      if (!first || !second) return std::nullopt;
      return Domain{*first > kFewBelowZero * *second ? std::max(0.0, *first - kFar * *second) : *first - kFar * *second,
                    *first + kFar * *second};
    case Distribution::lognormal: {
      if (!first || !second) return std::nullopt;
      const double most = 0.5 * (kMostOctaves - 2) * std::log(2.0), far = std::exp(std::min(kFar * *second, most));
      return Domain{*first / far, *first * far};
    }
    case Distribution::table:
      break;
  }
  return std::nullopt;
}

}  // namespace

Domain quantile_range(const AxisSpec& axis, const Scenario& scenario, Problems& problems) {
  if (axis.high > 0) return {axis.low, axis.high};
  const std::string name = only_name(axis.source.value);
  if (const ObservableName* entry = name.empty() ? nullptr : find_observable(name)) return entry->usual;
  const auto covariate = std::ranges::find(scenario.covariates, name, &CovariateSpec::name);
  if (covariate == scenario.covariates.end()) return kOfAnyFormula;
  std::optional<Domain> range = range_of(*covariate, scenario);
  if (!range) range = {0, kOfAnyFormula.high};
  const double low = std::max(range->low, covariate->min.value_or(range->low));
  const double high = std::min(range->high, covariate->max.value_or(range->high));
  if (low < 0) {
    problems.add(axis.where, fmt::format("{} forms groups of '{}', which has values below 0 (bins lie above it); add "
                                         "to it what makes it positive, such as {} + {:g}",
                                         axis.text, name, name, std::ceil(-low)));
    return kOfAnyFormula;
  }
  const double most = high > 0 ? 2 * high : 1;  // the end itself lies within the last bin
  return {std::max(low / 2, most * std::exp2(-kMostOctaves)), most};
}

}  // namespace vt
