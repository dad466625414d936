#include "host/study/find_sensitivity.hpp"

#include <utility>
#include <vector>

namespace vt {

namespace {

constexpr int kResamples = 1000;

/// Of the first n base points.
SobolIndices sobol_of(const StudySpec& study, const StudyEndpoint& endpoint, std::uint64_t n, int resamples) {
  const std::size_t k = groups_of(study).size(), rows = saltelli_rows(study);
  std::vector<SobolIndices> randomisations;
  for (std::uint64_t r = 0; r < study.randomisations; ++r) {
    SaltelliValues values{n, k, {}, {}, {}, {}};
    auto row = endpoint.estimates.begin() + static_cast<std::ptrdiff_t>(r * study.points * rows);
    for (std::size_t i = 0; i < n; ++i, row += static_cast<std::ptrdiff_t>(rows)) {
      values.a.push_back(row->value);
      for (std::size_t f = 0; f < k; ++f) values.ab.push_back(row[static_cast<std::ptrdiff_t>(1 + f)].value);
      if (study.second_order)
        for (std::size_t f = 0; f < k; ++f) values.ba.push_back(row[static_cast<std::ptrdiff_t>(1 + k + f)].value);
      values.b.push_back(row[static_cast<std::ptrdiff_t>(rows - 1)].value);
    }
    randomisations.push_back(sobol_indices(values, study.randomisations > 1 ? 0 : resamples, study.seed));
  }
  return study.randomisations > 1 ? combined(randomisations) : randomisations[0];
}

/// Of the first n trajectories.
MorrisIndices morris_of(const StudySpec& study, const Design& design, const StudyEndpoint& endpoint, std::uint64_t n,
                        int resamples) {
  const std::size_t k = study.factors.size();
  std::vector<double> effects(n * k);
  for (std::size_t t = 0; t < n; ++t)
    for (std::size_t i = 0; i < k; ++i) {
      const std::size_t f = design.order[t * k + i], before = t * (k + 1) + i;
      effects[t * k + f] =
          (endpoint.estimates[before + 1].value - endpoint.estimates[before].value) / design.steps[t * k + f];
    }
  return morris_indices(effects, k, resamples, study.seed);
}

RankCorrelations rank_correlations_of(const StudySpec& study, const Design& design, const std::vector<double>& y) {
  std::vector<std::vector<double>> x = design.points;
  for (std::vector<double>& point : x)
    for (std::size_t f = 0; f < point.size(); ++f)
      if (const FactorSpec& factor = study.factors[f]; !factor.law)
        point[f] = factor.levels[static_cast<std::size_t>(point[f])].value.value_or(kNaN);
  return partial_rank_correlations(x, y);
}

constexpr int kShuffles = 200;

/// From a thirty-second part of the points by doubling to all, as far as they are enough to look at.
Convergence convergence_of(const StudySpec& study, const Design& design, const StudyEndpoint& endpoint) {
  Convergence found;
  constexpr std::uint64_t least = 4;
  for (std::uint64_t parts = 32; parts > 0; parts /= 2) {
    const std::uint64_t n = study.points / parts;
    if (n < least) continue;
    found.n.push_back(n);
    if (study.design == DesignKind::morris) {
      found.mu_star.push_back(morris_of(study, design, endpoint, n, 0).mu_star);
    } else {
      const SobolIndices indices = sobol_of(study, endpoint, n, 0);
      found.S1.push_back(indices.S1);
      found.ST.push_back(indices.ST);
    }
  }
  return found;
}

}  // namespace

void find_sensitivity(const StudySpec& study, const Design& design, Study& found) {
  const bool is_sobol = study.design == DesignKind::saltelli, is_morris = study.design == DesignKind::morris;
  if (!is_sobol && !is_morris && study.of_sample == OfSample::nothing) return;
  std::vector<std::string> names;
  for (const FactorGroup& group : groups_of(study)) names.push_back(group.name);
  for (const StudyEndpoint& endpoint : found.endpoints) {
    std::vector<double> y;
    for (const Estimate& e : endpoint.estimates) y.push_back(e.value);
    StudySensitivity one;
    one.endpoint = endpoint.name, one.names = names, one.noise = endpoint.noise;
    if (study.of_sample == OfSample::rank_correlations) one.ranks = rank_correlations_of(study, design, y);
    if (study.of_sample == OfSample::pawn)
      one.pawn = pawn_indices(design.points, y, kPawnSlices, kShuffles, study.seed);
    if (is_sobol) one.sobol = sobol_of(study, endpoint, study.points, kResamples);
    if (is_morris) one.morris = morris_of(study, design, endpoint, study.points, kResamples);
    if (is_sobol || is_morris) one.convergence = convergence_of(study, design, endpoint);
    found.sensitivity.push_back(std::move(one));
  }
}

}  // namespace vt
