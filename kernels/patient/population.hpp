#pragma once
#include "kernels/formula/machine.hpp"
#include "kernels/lanes.hpp"
#include "kernels/numerics/beta.hpp"
#include "kernels/numerics/normal.hpp"
#include "kernels/patient/streams.hpp"
#include "kernels/tables.hpp"

/// \file Who the patients are: covariates, random effects, individual parameters. Everything is a pure function of the
/// Plan and the patient's identity.

namespace vt { inline namespace VT_ISA {

/// The values of the patient phase, by slot.
template <int L>
using PatientValues = Values<L, kPatientSlots>;

/// Runs a formula of the patient phase; one that has no value is a failure of the patient.
template <int L>
VT_COLD void evaluate(const Plan& plan, const Program& program, PatientValues<L>& values, double (&result)[L],
                      std::uint64_t (&failure)[L]) {
  std::uint64_t status[L];
  execute(program, begin(plan, plan.instructions), begin(plan, plan.constants), values, result, status);
  VT_LANES
  for (int lane = 0; lane < L; ++lane)
    failure[lane] = status[lane] == 0 ? failure[lane] : static_cast<std::uint64_t>(Failure::formula_domain);
}

/// Normal about `mean`, truncated to [low, high]. Without truncation the bounds are ±1e300.
VT_HD double truncated_value(double u, double mean, double sd, double low, double high) {
  if (!(sd > 0.0)) return clamp(mean, low, high);
  const double cdf_low = normal_cdf((low - mean) / sd);
  const double cdf_high = normal_cdf((high - mean) / sd);
  return clamp(fma(sd, truncated_normal(u, cdf_low, cdf_high - cdf_low), mean), low, high);
}

/// The logarithm of a bound; a bound that is not positive is none.
VT_HD double log_bound(double bound) { return bound > 0.0 ? log(bound) : -1e300; }

VT_HD double category(const Plan& plan, const Covariate& covariate, std::uint32_t word) {
  double value = at(plan, covariate.values, covariate.values.count - 1);
  for (std::uint32_t i = covariate.below.count; i-- > 0;)
    value = std::uint64_t{word} < at(plan, covariate.below, i) ? at(plan, covariate.values, i) : value;
  return value;
}

/// Beta with shapes a and b, truncated to [low, high].
VT_COLD double beta_value(double u, double a, double b, double low, double high) {
  const double cdf_low = beta_cdf(low, a, b);
  const double cdf_high = beta_cdf(high, a, b);
  return clamp(beta_quantile(fma(u, cdf_high - cdf_low, cdf_low), a, b), low, high);
}

/// Whether there is a distribution with these parameters.
VT_HD bool is_possible(const Covariate& covariate, double first, double second) {
  return covariate.distribution != Distribution::beta || (is_shape(first) && is_shape(second));
}

/// One patient's value of a covariate; `first` and `second` are the parameters of its distribution.
VT_COLD double sample(const Plan& plan, const Covariate& covariate, double first, double second, const Words& words) {
  const double u = uniform(words.w[0], words.w[1]);
  switch (covariate.distribution) {
    case Distribution::fixed:
      return first;
    case Distribution::bernoulli:
      return u < first ? 1.0 : 0.0;
    case Distribution::normal:
      return truncated_value(u, first, second, covariate.low, covariate.high);
    case Distribution::lognormal:
      return exp(truncated_value(u, log(first), second, log_bound(covariate.low), log_bound(covariate.high)));
    case Distribution::uniform:
      return fma(second - first, u, first);
    case Distribution::categorical:
      return category(plan, covariate, words.w[0]);
    case Distribution::beta:
      return beta_value(u, first, second, covariate.low, covariate.high);
  }
  return 0.0;
}

template <int L>
VT_COLD void sample_covariates(const Plan& plan, const Lanes<Id, L>& patient, PatientValues<L>& values,
                               std::uint64_t (&failure)[L]) {
  for (std::uint32_t c = 0; c < plan.covariates.count; ++c) {
    const Covariate& covariate = at(plan, plan.covariates, c);
    double first[L], second[L];
    VT_LANES
    for (int lane = 0; lane < L; ++lane) first[lane] = second[lane] = 0.0;
    if (covariate.first.is_set) evaluate(plan, covariate.first, values, first, failure);
    if (covariate.second.is_set) evaluate(plan, covariate.second, values, second, failure);
    for (int lane = 0; lane < L; ++lane) {
      const bool possible = is_possible(covariate, first[lane], second[lane]);
      if (!possible) failure[lane] = static_cast<std::uint64_t>(Failure::formula_domain);
      values.value[covariate.slot][lane] = possible
                                               ? sample(plan, covariate, first[lane], second[lane],
                                                        draw(plan.seed, patient[lane].patient, covariate.stream, 0, 0))
                                               : 0.0;
    }
  }
}

template <int L>
VT_COLD void sample_random_effects(const Plan& plan, const Lanes<Id, L>& patient, PatientValues<L>& values) {
  double z[kMaxCorrelated][L];
  for (std::uint32_t e = 0; e < plan.random_effects.count; ++e) {
    const RandomEffect& effect = at(plan, plan.random_effects, e);
    const std::uint32_t place = e - effect.first_in_group;
    VT_LANES
    for (int lane = 0; lane < L; ++lane) {
      const Words words = draw(plan.seed, patient[lane].patient, effect.stream, 0, 0);
      z[place][lane] = normal_quantile(uniform(words.w[0], words.w[1]));
    }
    double(&eta)[L] = values.value[effect.slot];
    VT_LANES
    for (int lane = 0; lane < L; ++lane) eta[lane] = 0.0;
    for (std::uint32_t j = 0; j < effect.factor.count; ++j) {
      const double factor = at(plan, effect.factor, j);
      VT_LANES
      for (int lane = 0; lane < L; ++lane) eta[lane] = fma(factor, z[j][lane], eta[lane]);
    }
  }
}

/// Samples covariates, then random effects, then computes the derived values in the scenario's order.
template <int L>
VT_COLD void sample_population(const Plan& plan, const Lanes<Id, L>& patient, PatientValues<L>& values,
                               std::uint64_t (&failure)[L]) {
  VT_LANES
  for (int lane = 0; lane < L; ++lane) values.defined[lane] = ~std::uint64_t{0};
  sample_covariates(plan, patient, values, failure);
  sample_random_effects(plan, patient, values);
  for (std::uint32_t i = 0; i < plan.derived.count; ++i) {
    const Derived& derived = at(plan, plan.derived, i);
    double result[L];
    evaluate(plan, derived.formula, values, result, failure);
    VT_LANES
    for (int lane = 0; lane < L; ++lane) values.value[derived.slot][lane] = result[lane];
  }
}

/// The patient's arm: blocks of `plan.block` patients are shuffled, so that arms keep their shares up to one block.
VT_COLD std::uint32_t allocate(const Plan& plan, Id id) {
  const std::uint64_t index = id.patient & 0xffffffffu;
  const std::uint64_t first = id.patient - index % plan.block;
  const std::uint32_t own = draw(plan, id, Stream::allocation, 0, 0).w[0];
  std::uint32_t rank = 0;
  for (std::uint64_t other = first; other < first + plan.block; ++other) {
    const std::uint32_t word = draw(plan, Id{other}, Stream::allocation, 0, 0).w[0];
    rank += word < own || (word == own && other < id.patient) ? 1 : 0;
  }
  std::uint32_t shares = 0;
  for (std::uint32_t arm = 0; arm < plan.arms.count; ++arm) shares += at(plan, plan.arms, arm).share;
  std::uint32_t place = rank % shares, arm = 0;
  while (place >= at(plan, plan.arms, arm).share) place -= at(plan, plan.arms, arm++).share;
  return arm;
}

}}  // namespace vt
