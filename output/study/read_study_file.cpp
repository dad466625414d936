#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

#include "output/files.hpp"
#include "output/hdf5/sealed.hpp"
#include "output/io_error.hpp"
#include "output/study/file_parts.hpp"
#include "output/study/optimum/optimum_file.hpp"
#include "output/study/power/power_file.hpp"
#include "output/study/study_file.hpp"

namespace vt {

namespace {

using hdf5::Handle;
using hdf5::open_group;
using hdf5::require;

StudyFactor read_factor_group(hid_t factors, const std::string& name) {
  const Handle group = open_group(factors, name);
  StudyFactor factor;
  factor.name = name;
  factor.scales = hdf5::has_attribute(group, "multiplies");
  factor.key = hdf5::text_attribute(group, factor.scales ? "multiplies" : "sets");
  factor.unit = hdf5::text_attribute(group, "units");
  factor.is_circumstance = hdf5::text_attribute(group, "role") == "circumstance";
  if (!hdf5::has(group, "level")) return factor;
  factor.labels = hdf5::read_texts(group, "level");
  require(!factor.labels.empty(), "factor '" + name + "' has no levels");
  factor.values = numbers_of(group, "value", factor.labels.size());
  return factor;
}

/// A coordinate is the number of a level, where the factor has levels.
void require_level(const StudyFactor& factor, double x) {
  if (factor.labels.empty()) return require(std::isfinite(x), "a point has no value of factor '" + factor.name + "'");
  require(x >= 0 && x < static_cast<double>(factor.labels.size()) && x == std::floor(x),
          "a point has no level of factor '" + factor.name + "'");
}

void read_points(hid_t file, Study& study) {
  const Handle group = open_group(file, "points"), factors = open_group(file, "factors");
  for (const std::string& name : hdf5::read_texts(group, "factor"))
    study.factors.push_back(read_factor_group(factors, name));
  const std::vector<std::uint64_t> plans = hdf5::read_unsigned(group, "plan_hash");
  const std::vector<std::uint64_t> failed = hdf5::read_unsigned(group, "failed");
  const std::vector<std::uint64_t> patients = hdf5::read_unsigned(group, "patients");
  const std::vector<std::string> contents = hdf5::read_texts(group, "content_hash");
  const std::size_t n = plans.size(), k = study.factors.size();
  require(failed.size() == n && patients.size() == n && contents.size() == n,
          "the columns of /points differ in length");
  const std::vector<double> coordinates = numbers_of(group, "coordinates", n * k);
  for (std::size_t p = 0; p < n; ++p) {
    const auto first = coordinates.begin() + static_cast<std::ptrdiff_t>(p * k);
    study.points.push_back(
        {{first, first + static_cast<std::ptrdiff_t>(k)}, plans[p], contents[p], failed[p], patients[p]});
    for (std::size_t f = 0; f < k; ++f) require_level(study.factors[f], study.points[p].coordinates[f]);
  }
}

void read_correlations(hid_t file, Study& study) {
  if (!hdf5::has(file, "correlations")) return;
  const Handle group = open_group(file, "correlations");
  const std::vector<std::string> first = hdf5::read_texts(group, "first"), second = hdf5::read_texts(group, "second");
  require(first.size() == second.size(), "the columns of /correlations differ in length");
  const std::vector<double> of_scores = numbers_of(group, "of_scores", first.size());
  const std::vector<double> spearman = numbers_of(group, "spearman", first.size());
  for (std::size_t c = 0; c < first.size(); ++c)
    study.correlations.push_back({first[c], second[c], of_scores[c], spearman[c]});
}

/// A grid has a point for every combination of its factors' levels.
void find_shape(Study& study) {
  if (study.design != "grid") return;
  std::size_t points = 1;
  for (const StudyFactor& factor : study.factors) {
    require(!factor.labels.empty(), "a grid with a factor that has no levels");
    study.shape.push_back(factor.labels.size());
    points *= factor.labels.size();
    require(points <= study.points.size(), "a grid has more combinations than points");
  }
  require(points == study.points.size(), "a grid has fewer combinations than points");
}

StudyEndpoint read_endpoint_group(hid_t endpoints, const std::string& name, const Study& study) {
  const Handle group = open_group(endpoints, name);
  const std::size_t n = study.points.size();
  StudyEndpoint endpoint;
  endpoint.name = name;
  endpoint.title = hdf5::text_attribute(group, "long_name");
  endpoint.unit = hdf5::dataset_attribute(group, "value", "units");
  endpoint.is_share = hdf5::integer_attribute(group, "is_share") != 0;
  endpoint.noise = hdf5::number_attribute(group, "noise");
  if (hdf5::has_attribute(group, "goal")) {
    const std::string goal = hdf5::text_attribute(group, "goal");
    const auto* known = std::ranges::find(kGoals, goal, &GoalEntry::name);
    require(known != std::end(kGoals), "endpoint with the unknown goal '" + goal + "'");
    endpoint.goal = known->goal;
  }
  if (hdf5::has_attribute(group, "at_most")) endpoint.at_most = hdf5::number_attribute(group, "at_most");
  if (hdf5::has_attribute(group, "at_least")) endpoint.at_least = hdf5::number_attribute(group, "at_least");
  endpoint.estimates = estimates_of(group, n);
  endpoint.reasons = reasons_of(group, n);
  return endpoint;
}

/// Indices that are there together, each of as many numbers.
void require_together(const StudySensitivity& one) {
  const std::size_t k = one.names.size();
  const auto together = [](std::initializer_list<const std::vector<double>*> tables, std::size_t size) {
    const bool is_there = !(*tables.begin())->empty();
    for (const std::vector<double>* table : tables)
      require(table->size() == (is_there ? size : 0), "indices of '/sensitivity' differ in length");
    return is_there ? 1 : 0;
  };
  const int kinds = together({&one.sobol.S1, &one.sobol.S1_conf, &one.sobol.ST, &one.sobol.ST_conf}, k) +
                    together({&one.morris.mu, &one.morris.mu_star, &one.morris.sigma, &one.morris.mu_star_conf}, k) +
                    together({&one.ranks.prcc, &one.ranks.prcc_low, &one.ranks.prcc_high}, k) +
                    together({&one.pawn.minimum, &one.pawn.mean, &one.pawn.median, &one.pawn.maximum}, k);
  together({&one.sobol.S2, &one.sobol.S2_conf}, k * k);
  require(k > 0 && kinds == 1 && (one.sobol.S2.empty() || !one.sobol.S1.empty()),
          "'/sensitivity' has not the indices of one method");
}

void read_convergence(hid_t sensitivity, StudySensitivity& one) {
  if (!hdf5::has(sensitivity, "convergence")) return;
  const Handle group = open_group(sensitivity, "convergence");
  Convergence& part = one.convergence;
  const std::size_t k = one.names.size();
  for (const double n : hdf5::read_numbers(group, "n")) {
    require(n >= 0 && n <= 0x1p53, "convergence of an impossible number of points");
    part.n.push_back(static_cast<std::uint64_t>(n));
  }
  for (const ConvergenceTable& table : kConvergenceTables) {
    if (!hdf5::has(group, table.name)) continue;
    const std::vector<double> all = numbers_of(group, table.name, part.n.size() * k);
    for (auto row = all.begin(); row != all.end(); row += static_cast<std::ptrdiff_t>(k))
      (part.*table.rows).emplace_back(row, row + static_cast<std::ptrdiff_t>(k));
  }
  const bool is_effect = !one.morris.mu.empty();
  require(part.mu_star.empty() != is_effect && part.S1.empty() == is_effect && part.ST.empty() == is_effect,
          "convergence of other indices than those of the method");
}

void read_sensitivity(hid_t file, Study& study) {
  if (!hdf5::has(file, "sensitivity")) return;
  const Handle all = open_group(file, "sensitivity");
  for (const StudyEndpoint& endpoint : study.endpoints) {
    const Handle group = open_group(all, endpoint.name);
    StudySensitivity one;
    one.endpoint = endpoint.name;
    one.names = hdf5::read_texts(group, "factor");
    one.noise = hdf5::number_attribute(group, "noise");
    for (const auto& [name, values] : indices_of(one))
      if (hdf5::has(group, name)) *values = hdf5::read_numbers(group, name);
    require_together(one);
    if (!one.pawn.median.empty()) one.pawn.dummy = hdf5::number_attribute(group, "dummy");
    read_convergence(group, one);
    study.sensitivity.push_back(std::move(one));
  }
}

Study read_everything_of(hid_t file) {
  Study study;
  study.title = hdf5::text_attribute(file, "title");
  study.design = hdf5::text_attribute(file, "design");
  study.seed = hdf5::unsigned_attribute(file, "seed");
  study.patients = hdf5::unsigned_attribute(file, "patients");
  study.replicates = hdf5::unsigned_attribute(file, "replicates");
  read_points(file, study);
  read_correlations(file, study);
  find_shape(study);
  const Handle endpoints = open_group(file, "endpoints");
  for (const std::string& name : hdf5::names_as_written(endpoints))
    study.endpoints.push_back(read_endpoint_group(endpoints, name, study));
  read_sensitivity(file, study);
  read_kept_tallies(file, study);
  read_power(file, study);
  read_optimum(file, study);
  hdf5::read_provenance(file, study.provenance, study.scenario_path, study.resolved_scenario, study.notes);
  return study;
}

/// of(file) of a study's file, nothing of another.
template <class Of>
auto of_study(const std::string& bytes, const std::string& path, Of of)
    -> std::optional<decltype(of(std::declval<hid_t>()))> {
  const std::string content = hdf5::unsealed(bytes, path);
  const hdf5::Quiet quiet;
  try {
    const hdf5::Image file(content);
    if (!hdf5::has_attribute(file, "kind") || hdf5::text_attribute(file, "kind") != "study") return std::nullopt;
    hdf5::read_kind(file);
    return of(file);
  } catch (const hdf5::Failure& failure) {
    throw IoError(path, "cannot be read as results", failure.what());
  } catch (const std::bad_alloc&) {
    throw IoError(path, "cannot be read as results", "there is not enough memory");
  }
}

}  // namespace

std::vector<double> numbers_of(hid_t group, const std::string& name, std::size_t rows) {
  std::vector<double> values = hdf5::read_numbers(group, name);
  require(values.size() == rows, name + " has another length than expected");
  return values;
}

std::vector<Estimate> estimates_of(hid_t group, std::size_t rows) {
  const std::vector<double> value = numbers_of(group, "value", rows), error = numbers_of(group, "standard_error", rows);
  const std::vector<double> low = numbers_of(group, "low", rows), high = numbers_of(group, "high", rows);
  const std::vector<std::int64_t> n = hdf5::read_integers(group, "n");
  require(n.size() == rows, "n has another length than expected");
  std::vector<Estimate> estimates;
  for (std::size_t i = 0; i < rows; ++i) estimates.push_back({value[i], error[i], {low[i], high[i]}, n[i]});
  return estimates;
}

std::vector<std::string> reasons_of(hid_t group, std::size_t rows) {
  std::vector<std::string> reasons;
  if (hdf5::has(group, "reason")) reasons = hdf5::read_texts(group, "reason");
  require(reasons.empty() || reasons.size() == rows, "reason has another length than expected");
  reasons.resize(rows);
  return reasons;
}

std::optional<Study> parse_study_file(const std::string& bytes, const std::string& path) {
  return of_study(bytes, path, [](hid_t file) {
    Study study = read_everything_of(file);
    require(content_hash(study) == hdf5::text_attribute(file, "content_hash"),
            "its content does not match its content hash");
    return study;
  });
}

std::string recomputed_study_hash(const hdf5::Image& file) { return content_hash(read_everything_of(file)); }

std::optional<Study> read_study_file(const std::string& path) { return parse_study_file(read_whole_file(path), path); }

std::optional<StudyOrigin> study_origin(const std::string& path) {
  return of_study(read_whole_file(path), path, [](hid_t file) {
    const Handle how = open_group(file, "provenance");
    return StudyOrigin{hdf5::text_attribute(how, "scenario_path"), hdf5::text_attribute(how, "command_line")};
  });
}

}  // namespace vt
