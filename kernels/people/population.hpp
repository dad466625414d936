#pragma once
#include "kernels/failure.hpp"
#include "kernels/formula/machine.hpp"
#include "kernels/lanes.hpp"
#include "kernels/people/distributions.hpp"
#include "kernels/random/draw_some.hpp"
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
  const std::uint64_t no_value = failed(Failure::formula_domain, program.site);
  VT_LANES
  for (int lane = 0; lane < L; ++lane)
    failure[lane] = ((status[lane] == 0) | (failure[lane] != 0)) ? failure[lane] : no_value;
}

/// The row of the user's table that is the patient's.
VT_COLD std::uint32_t table_row(const Plan& plan, Id id) {
  const std::uint64_t rows = plan.table.rows;
  if (rows == 0) return 0;
  const std::uint64_t word = draw(plan.seed, id.patient, plan.table.stream, 0, 0).w[0];
  return static_cast<std::uint32_t>(plan.table.stream == 0 ? (id.patient & 0xffffffffu) % rows : (word * rows) >> 32);
}

VT_HD double table_value(const Plan& plan, std::uint32_t column, std::uint32_t row) {
  return at(plan, plan.table.values, column * plan.table.rows + row);
}

/// The first draw of a stream: the patient's own, or that of all patients of the replicate, whose index in it is 0.
template <int L>
VT_COLD void draw_trait(const Plan& plan, const Lanes<Id, L>& patient, std::uint32_t stream, bool per_replicate,
                        Lanes<Drawn, L>& drawn) {
  if (!per_replicate) return draw_all(plan.seed, patient, stream, 0, 0, drawn);
  Lanes<Id, L> replicate;
  for (int lane = 0; lane < L; ++lane) replicate.put(lane, {patient[lane].patient & ~(kNextReplicate - 1)});
  draw_all(plan.seed, replicate, stream, 0, 0, drawn);
}

/// Every patient's number in (0, 1) for one covariate. In the copula: z of its own draw, Σ_j factor[j]·z_j over the
/// covariates so far, and Φ of that.
template <int L>
VT_COLD void draw_covariate(const Plan& plan, const Covariate& covariate, const Lanes<Id, L>& patient,
                            double (&z)[kMaxCorrelated][L], double (&u)[L]) {
  Lanes<Drawn, L> drawn;
  draw_trait(plan, patient, covariate.stream, covariate.per_replicate != 0, drawn);
  VT_LANES
  for (int lane = 0; lane < L; ++lane) u[lane] = uniform(drawn[lane].first);
  if (covariate.factor.count == 0) return;
  double(&own)[L] = z[covariate.factor.count - 1];
  VT_LANES
  for (int lane = 0; lane < L; ++lane) {
    own[lane] = normal_quantile(u[lane]);
    u[lane] = 0.0;
  }
  for (std::uint32_t j = 0; j < covariate.factor.count; ++j) {
    const double factor = at(plan, covariate.factor, j);
    VT_LANES
    for (int lane = 0; lane < L; ++lane) u[lane] = fma(factor, z[j][lane], u[lane]);
  }
  VT_LANES
  for (int lane = 0; lane < L; ++lane) u[lane] = clamp(normal_cdf(u[lane]), 0x1p-54, 0x1.fffffffffffffp-1);
}

template <int L>
VT_COLD void sample_random_effects(const Plan& plan, const Lanes<Id, L>& patient, const std::uint32_t (&row)[L],
                                   PatientValues<L>& values) {
  double z[kMaxCorrelated][L];
  for (std::uint32_t e = 0; e < plan.random_effects.count; ++e) {
    const RandomEffect& effect = at(plan, plan.random_effects, e);
    const std::uint32_t place = e - effect.first_in_group;
    Lanes<Drawn, L> drawn;
    draw_trait(plan, patient, effect.stream, effect.per_replicate != 0, drawn);
    VT_LANES
    for (int lane = 0; lane < L; ++lane) z[place][lane] = normal_quantile(uniform(drawn[lane].first));
    double(&eta)[L] = values.value[effect.slot];
    VT_LANES
    for (int lane = 0; lane < L; ++lane) eta[lane] = 0.0;
    for (std::uint32_t j = 0; j < effect.factor.count; ++j) {
      const double factor = at(plan, effect.factor, j);
      VT_LANES
      for (int lane = 0; lane < L; ++lane) eta[lane] = fma(factor, z[j][lane], eta[lane]);
    }
    if (effect.column == 0) continue;
    for (int lane = 0; lane < L; ++lane) eta[lane] = table_value(plan, effect.column - 1, row[lane]);
  }
}

/// Derived values first … last − 1, in the scenario's order.
template <int L>
VT_COLD void derive(const Plan& plan, std::uint32_t first, std::uint32_t last, const std::uint32_t (&row)[L],
                    PatientValues<L>& values, std::uint64_t (&failure)[L]) {
  for (std::uint32_t i = first; i < last; ++i) {
    const Derived& derived = at(plan, plan.derived, i);
    double result[L];
    if (derived.column == 0)
      evaluate(plan, derived.formula, values, result, failure);
    else
      for (int lane = 0; lane < L; ++lane) result[lane] = table_value(plan, derived.column - 1, row[lane]);
    VT_LANES
    for (int lane = 0; lane < L; ++lane) values.value[derived.slot][lane] = result[lane];
  }
}

/// Each behind the derived values that it may need. Returns how many have been computed.
template <int L>
VT_COLD std::uint32_t sample_covariates(const Plan& plan, const Lanes<Id, L>& patient, const std::uint32_t (&row)[L],
                                        PatientValues<L>& values, std::uint64_t (&failure)[L]) {
  double z[kMaxCorrelated][L];
  std::uint32_t derived = 0;
  for (std::uint32_t c = 0; c < plan.covariates.count; ++c) {
    const Covariate& covariate = at(plan, plan.covariates, c);
    double(&value)[L] = values.value[covariate.slot];
    derive(plan, derived, covariate.derived_before, row, values, failure);
    derived = covariate.derived_before;
    if (covariate.distribution == Distribution::table) {
      for (int lane = 0; lane < L; ++lane) value[lane] = table_value(plan, covariate.column, row[lane]);
      continue;
    }
    double first[L], second[L], u[L];
    VT_LANES
    for (int lane = 0; lane < L; ++lane) first[lane] = second[lane] = 0.0;
    if (covariate.first.is_set) evaluate(plan, covariate.first, values, first, failure);
    if (covariate.second.is_set) evaluate(plan, covariate.second, values, second, failure);
    draw_covariate(plan, covariate, patient, z, u);
    sample(plan, covariate, failed(Failure::no_distribution, c), u, first, second, value, failure);
  }
  return derived;
}

/// Each patient's first criterion that does not hold, counted from 1; 0: the patient qualifies, or could not be
/// computed.
template <int L>
VT_COLD void screen(const Plan& plan, PatientValues<L>& values, std::uint64_t (&failure)[L],
                    std::uint32_t (&rejected_by)[L]) {
  for (int lane = 0; lane < L; ++lane) rejected_by[lane] = 0;
  for (std::uint32_t i = 0; i < plan.criteria.count; ++i) {
    double holds[L];
    std::uint64_t found[L];
    for (int lane = 0; lane < L; ++lane) found[lane] = failure[lane];
    evaluate(plan, at(plan, plan.criteria, i), values, holds, found);
    for (int lane = 0; lane < L; ++lane) {
      if (rejected_by[lane] != 0) continue;
      failure[lane] = found[lane];
      if (found[lane] == 0 && holds[lane] == 0.0) rejected_by[lane] = i + 1;
    }
  }
}

/// Samples random effects, then covariates with the parameters that they need, then computes the other parameters;
/// screens; then computes the rest in the scenario's order. What cannot be computed for a patient who was rejected is
/// no failure.
template <int L>
VT_COLD void sample_population(const Plan& plan, const Lanes<Id, L>& patient, PatientValues<L>& values,
                               std::uint64_t (&failure)[L], std::uint32_t (&rejected_by)[L]) {
  std::uint32_t row[L];
  for (int lane = 0; lane < L; ++lane) row[lane] = table_row(plan, patient[lane]);
  VT_LANES
  for (int lane = 0; lane < L; ++lane) values.defined[lane] = ~std::uint64_t{0};
  sample_random_effects(plan, patient, row, values);
  const std::uint32_t derived = sample_covariates(plan, patient, row, values, failure);
  derive(plan, derived, plan.n_parameters, row, values, failure);
  screen(plan, values, failure, rejected_by);
  derive(plan, plan.n_parameters, plan.derived.count, row, values, failure);
  for (int lane = 0; lane < L; ++lane) failure[lane] = rejected_by[lane] != 0 ? 0 : failure[lane];
}

/// Every patient's arm: blocks of `plan.block` patients are shuffled, so that arms keep their shares up to one block.
template <int L>
VT_COLD void allocate(const Plan& plan, const Lanes<Id, L>& patient, std::uint64_t (&arm)[L]) {
  const auto block = static_cast<std::uint32_t>(plan.block);
  Lanes<Drawn, L> own, drawn;
  Lanes<Id, L> other;
  std::uint64_t rank[L];
  draw_all(plan.seed, patient, Stream::allocation, 0, 0, own);
  for (int lane = 0; lane < L; ++lane) {
    const std::uint64_t id = patient[lane].patient;
    other.put(lane, {id - static_cast<std::uint32_t>(id) % block});
    rank[lane] = 0;
  }
  for (std::uint32_t i = 0; i < block; ++i) {
    draw_all(plan.seed, other, Stream::allocation, 0, 0, drawn);
    VT_LANES
    for (int lane = 0; lane < L; ++lane) {
      const std::uint64_t word = drawn[lane].first >> 32, own_word = own[lane].first >> 32;
      const bool comes_first = other[lane].patient < patient[lane].patient;
      rank[lane] += (word < own_word) | ((word == own_word) & comes_first) ? 1 : 0;
    }
    advance(other, [](const Id& id) VT_INLINE { return Id{id.patient + 1}; });
  }
  std::uint32_t shares = 0;
  for (std::uint32_t a = 0; a < plan.arms.count; ++a) shares += at(plan, plan.arms, a).share;
  for (int lane = 0; lane < L; ++lane) {
    std::uint32_t place = static_cast<std::uint32_t>(rank[lane]) % shares, a = 0;
    while (place >= at(plan, plan.arms, a).share) place -= at(plan, plan.arms, a++).share;
    arm[lane] = a;
  }
}

}}  // namespace vt
