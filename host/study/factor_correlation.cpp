#include "host/study/factor_correlation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "host/scenario/people/read_correlation.hpp"

namespace vt {

namespace {

/// Why a design has no place for correlations, and what to do; "": it has.
std::string_view why_not_correlated(DesignKind design) {
  switch (design) {
    case DesignKind::latin_hypercube:
    case DesignKind::sobol:
    case DesignKind::replicates:
      return "";
    case DesignKind::saltelli:
      return "stands beside Sobol's indices (they share the variance out among factors that are independent); set "
             "method = \"prcc\" or \"pawn\", or take it away";
    case DesignKind::morris:
      return "stands beside Morris's effects (one factor moves while all others stay, to points that correlated "
             "factors "
             "do not have); set method = \"prcc\" or \"pawn\", or take it away";
    case DesignKind::list:
      return "stands beside a list (whose rows are as they are); take it away, or set design = \"latin_hypercube\" or "
             "\"sobol\"";
    case DesignKind::optimise:
      return "stands beside an optimiser (which chooses every factor by itself); take it away";
    case DesignKind::grid:
    case DesignKind::one_at_a_time:
      break;
  }
  return "goes with factors that are drawn (this design follows from their values); set design = \"latin_hypercube\" "
         "or "
         "\"sobol\", or take it away";
}

/// Which factors are named. A Problem for each that is none, or has values.
std::vector<std::size_t> named_factors(const ReadCorrelations& read, const std::vector<FactorSpec>& factors) {
  std::vector<std::string> known;
  for (const FactorSpec& factor : factors) known.push_back(factor.name);
  std::vector<std::size_t> named;
  for (const Text& name : read.names) {
    const auto found = std::ranges::find(factors, name.value, &FactorSpec::name);
    named.push_back(static_cast<std::size_t>(found - factors.begin()));
    if (found == factors.end())
      read.written.problems->add(name.where, fmt::format("{} names the unknown factor '{}' (only factors of the study "
                                                         "can be correlated here){}",
                                                         read.written.path, name.value, suggest(name.value, known)));
    else if (!found->law)
      read.written.problems->add(name.where,
                                 fmt::format("{} names '{}', which has values (they have no normal scores); give it a "
                                             "distribution, or leave it out",
                                             read.written.path, name.value));
  }
  return named;
}

}  // namespace

FactorCorrelation read_factor_correlation(const Field& field, const StudySpec& study) {
  if (!field) return {};
  if (!field.node->is_table()) {
    field.complain(
        fmt::format("is {} (a table with pairs, or names and matrix, is expected)", words_for(field.node->kind)));
    return {};
  }
  TableReader reader(*field.node, field.path, *field.problems);
  const ReadCorrelations read = read_correlations(reader, "factor");
  reader.finish();
  if (const std::string_view why = why_not_correlated(study.design); !why.empty()) {
    field.complain(why);
    return {};
  }
  const std::size_t before = field.problems->size(), n = read.matrix.size();
  const std::vector<std::size_t> named = named_factors(read, study.factors);
  std::vector<std::string> names;
  for (const Text& name : read.names) names.push_back(name.value);
  if (n > 0 && !is_positive_definite(read.matrix))
    read.written.complain(why_not_positive_definite(read.matrix, names, "points"));
  const std::size_t least = n + 4;  // as for rank correlations
  if (study.points != 0 && study.points < least)
    field.complain(fmt::format("joins {} factors over {} points (too few to have correlations); take {} or more", n,
                               study.points, least));
  if (n == 0 || field.problems->size() != before) return {};
  std::vector<std::size_t> order(n);  // of the factors, so that it does not matter how they were written
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return named[i]; });
  FactorCorrelation found;
  for (const std::size_t i : order) {
    found.factors.push_back(named[i]);
    found.matrix.emplace_back();
    for (const std::size_t j : order) found.matrix.back().push_back(read.matrix[i][j]);
  }
  return found;
}

std::vector<StudyCorrelation> correlations_of(const StudySpec& study, const Design& design) {
  const auto& [factors, matrix] = study.correlation;
  const auto column = [&](std::size_t f) {
    std::vector<double> values;
    for (const auto& point : design.points) values.push_back(point[f]);
    return values;
  };
  std::vector<StudyCorrelation> found;
  for (std::size_t i = 0; i < factors.size(); ++i)
    for (std::size_t j = i + 1; j < factors.size(); ++j)
      if (matrix[i][j] != 0)
        found.push_back({study.factors[factors[i]].name, study.factors[factors[j]].name, matrix[i][j],
                         rank_correlation(column(factors[i]), column(factors[j]))});
  return found;
}

}  // namespace vt
