#pragma once
#include "kernels/numerics/beta.hpp"
#include "kernels/vocabulary/domain.hpp"
#include "kernels/vocabulary/named.hpp"

/// \file Distributions of covariates, as scenarios write them.

namespace vt {

enum class Distribution : std::uint32_t {
  fixed,
  bernoulli,
  normal,
  lognormal,
  uniform,
  categorical,
  beta,
  table,
  gamma
};

struct DistributionParameter {
  std::string_view key;  ///< "": none
  Domain domain;
  bool lies_above = false;  ///< the lower end itself is not allowed
};

struct DistributionEntry {
  Distribution distribution;
  std::string_view name;
  DistributionParameter first, second;
  bool may_be_truncated = false;
  Domain support = kAnything;
  std::string_view where = "";  ///< the support, in words
};
inline constexpr DistributionEntry kDistributions[] = {
    {Distribution::fixed, "fixed", {"value", kAnything}, {}},
    {Distribution::bernoulli, "bernoulli", {"p", kShare}, {}},
    {Distribution::normal, "normal", {"mean", kAnything}, {"sd", kFromZero, true}, true},
    {Distribution::lognormal,
     "lognormal",
     {"median", kFromZero, true},
     {"sd_log", kFromZero, true},
     true,
     kFromZero,
     "above 0"},
    {Distribution::uniform, "uniform", {"low", kAnything}, {"high", kAnything}},
    {Distribution::categorical, "categorical", {}, {}},
    {Distribution::beta,
     "beta",
     {"a", {kLeastShape, kMostShape}},
     {"b", {kLeastShape, kMostShape}},
     true,
     kShare,
     "between 0 and 1"},
    {Distribution::gamma,
     "gamma",
     {"shape", {kLeastShape, kMostShape}},
     {"scale", kFromZero, true},
     true,
     kFromZero,
     "above 0"},
};

constexpr const DistributionEntry* find_distribution(std::string_view name) { return find_named(kDistributions, name); }

/// What scenarios call it; a column of the user's table has no other name.
constexpr std::string_view name_of(Distribution distribution) {
  for (const DistributionEntry& one : kDistributions)
    if (one.distribution == distribution) return one.name;
  return "table";
}

}  // namespace vt
