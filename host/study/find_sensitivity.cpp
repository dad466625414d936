#include "host/study/find_sensitivity.hpp"

#include <utility>
#include <vector>

namespace vt {

namespace {

/// Mean square of the errors over the variance between points.
double noise_of(const StudyEndpoint& endpoint) {
  double sum = 0, squares = 0, errors = 0;
  const auto n = static_cast<double>(endpoint.estimates.size());
  for (const Estimate& e : endpoint.estimates) sum += e.value, errors += e.standard_error * e.standard_error;
  for (const Estimate& e : endpoint.estimates) squares += (e.value - sum / n) * (e.value - sum / n);
  return squares > 0 ? errors / squares : kNaN;
}

constexpr int kResamples = 1000;

SobolIndices sobol_of(const StudySpec& study, const StudyEndpoint& endpoint) {
  const std::size_t k = study.factors.size(), rows = saltelli_rows(study);
  std::vector<SobolIndices> randomisations;
  auto row = endpoint.estimates.begin();
  for (std::uint64_t r = 0; r < study.randomisations; ++r) {
    SaltelliValues values{study.points, k, {}, {}, {}, {}};
    for (std::size_t i = 0; i < study.points; ++i, row += static_cast<std::ptrdiff_t>(rows)) {
      values.a.push_back(row->value);
      for (std::size_t f = 0; f < k; ++f) values.ab.push_back(row[static_cast<std::ptrdiff_t>(1 + f)].value);
      if (study.second_order)
        for (std::size_t f = 0; f < k; ++f) values.ba.push_back(row[static_cast<std::ptrdiff_t>(1 + k + f)].value);
      values.b.push_back(row[static_cast<std::ptrdiff_t>(rows - 1)].value);
    }
    randomisations.push_back(sobol_indices(values, study.randomisations > 1 ? 0 : kResamples, study.seed));
  }
  return study.randomisations > 1 ? combined(randomisations) : randomisations[0];
}

MorrisIndices morris_of(const StudySpec& study, const Design& design, const StudyEndpoint& endpoint) {
  const std::size_t k = study.factors.size();
  std::vector<double> effects(study.points * k);
  for (std::size_t t = 0; t < study.points; ++t)
    for (std::size_t i = 0; i < k; ++i) {
      const std::size_t f = design.order[t * k + i], before = t * (k + 1) + i;
      effects[t * k + f] =
          (endpoint.estimates[before + 1].value - endpoint.estimates[before].value) / design.steps[t * k + f];
    }
  return morris_indices(effects, k, kResamples, study.seed);
}

RankCorrelations rank_correlations_of(const StudySpec& study, const Design& design, const StudyEndpoint& endpoint) {
  std::vector<std::vector<double>> x = design.points;
  for (std::vector<double>& point : x)
    for (std::size_t f = 0; f < point.size(); ++f)
      if (const FactorSpec& factor = study.factors[f]; !factor.law)
        point[f] = factor.levels[static_cast<std::size_t>(point[f])].value.value_or(kNaN);
  std::vector<double> y;
  for (const Estimate& e : endpoint.estimates) y.push_back(e.value);
  return partial_rank_correlations(x, y);
}

}  // namespace

void find_sensitivity(const StudySpec& study, const Design& design, Study& found) {
  const bool is_sobol = study.design == DesignKind::saltelli, is_morris = study.design == DesignKind::morris;
  if (!is_sobol && !is_morris && !study.by_ranks) return;
  for (const StudyEndpoint& endpoint : found.endpoints) {
    StudySensitivity one{endpoint.name, {}, {}, {}, noise_of(endpoint)};
    if (study.by_ranks) one.ranks = rank_correlations_of(study, design, endpoint);
    if (is_sobol) one.sobol = sobol_of(study, endpoint);
    if (is_morris) one.morris = morris_of(study, design, endpoint);
    found.sensitivity.push_back(std::move(one));
  }
}

}  // namespace vt
