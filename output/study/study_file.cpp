#include "output/study/study_file.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "output/hdf5/digests.hpp"
#include "output/hdf5/sealed.hpp"
#include "output/study/file_parts.hpp"
#include "output/study/optimum/optimum_file.hpp"
#include "output/study/power/power_file.hpp"

namespace vt {

namespace {

using hdf5::attach;
using hdf5::create_group;
using hdf5::Handle;
using hdf5::put;
using hdf5::write;
using hdf5::write_scale;

std::vector<double> counted(std::size_t count) {
  std::vector<double> all(count);
  std::iota(all.begin(), all.end(), 0.0);
  return all;
}

bool has_values(const StudyFactor& factor) {
  return std::ranges::none_of(factor.values, [](double x) { return std::isnan(x); });
}

void write_endpoint(hid_t endpoints, const Study& study, const StudyEndpoint& endpoint) {
  const Handle group = create_group(endpoints, endpoint.name);
  put(group, "long_name", endpoint.title);
  put(group, "is_share", std::int64_t{endpoint.is_share});
  put(group, "noise", endpoint.noise);
  for (const GoalEntry& one : kGoals)
    if (one.goal == endpoint.goal) put(group, "goal", one.name);
  if (std::isfinite(endpoint.at_most)) put(group, "at_most", endpoint.at_most);
  if (std::isfinite(endpoint.at_least)) put(group, "at_least", endpoint.at_least);
  const std::vector<Handle> scales = write_study_scales(group, study);
  const hdf5::Shape shape = study_shape(study);
  const auto attached = [&](const char* name, const auto& values, const char* words) {
    Handle data = write(group, name, shape, values);
    put(data, "long_name", words);
    for (std::size_t d = 0; d < scales.size(); ++d) attach(data, scales[d], static_cast<unsigned>(d));
    return data;
  };
  const auto table = [&](const char* name, const auto& values, const std::string& unit, const char* words) {
    put(attached(name, values, words), "units", unit);
  };
  const auto column = [&](auto of) {
    std::vector<double> values;
    for (const Estimate& e : endpoint.estimates) values.push_back(of(e));
    return values;
  };
  std::vector<std::int64_t> n;
  for (const Estimate& e : endpoint.estimates) n.push_back(e.n);
  table("value", column([](const Estimate& e) { return e.value; }), endpoint.unit, "the endpoint");
  table("standard_error", column([](const Estimate& e) { return e.standard_error; }), endpoint.unit,
        "Monte-Carlo standard error");
  table("low", column([](const Estimate& e) { return e.interval.low; }), endpoint.unit,
        "lower end of the 95 % interval");
  table("high", column([](const Estimate& e) { return e.interval.high; }), endpoint.unit,
        "upper end of the 95 % interval");
  table("n", n, "1", "values that it rests on");
  if (std::ranges::any_of(endpoint.reasons, [](const std::string& why) { return !why.empty(); }))
    attached("reason", endpoint.reasons, "why there is no value");
}

void write_points(hid_t file, const Study& study) {
  const Handle group = create_group(file, "design");
  const Handle point = write_scale(group, "point", counted(study.points.size()));
  for (std::size_t f = 0; f < study.factors.size(); ++f) {
    const StudyFactor& factor = study.factors[f];
    std::vector<std::string> labels;
    std::vector<double> values;
    for (const StudyPoint& one : study.points) {
      labels.push_back(level_text(study, one, f));
      values.push_back(factor.labels.empty() ? one.coordinates[f]
                                             : factor.values[static_cast<std::size_t>(one.coordinates[f])]);
    }
    const bool is_numeric = factor.labels.empty() || has_values(factor);
    const Handle data = is_numeric ? write(group, factor.name, {values.size()}, values)
                                   : write(group, factor.name, {labels.size()}, labels);
    if (is_numeric) put(data, "units", factor.unit);
    put(data, factor.scales ? "multiplies" : "sets", factor.key);
    put(data, "role", factor.is_circumstance ? "circumstance" : "decision");
    attach(data, point, 0);
  }
  if (!study.correlations.empty()) {
    std::string words;
    std::vector<std::string> first, second;
    std::vector<double> of_scores, spearman;
    for (const StudyCorrelation& both : study.correlations) {
      words += (words.empty() ? "" : "; ") + correlation_text(both);
      first.push_back(both.first), second.push_back(both.second);
      of_scores.push_back(both.of_scores), spearman.push_back(both.spearman);
    }
    put(group, "correlation", words);
    const Handle all = create_group(file, "correlations");
    const Handle pair = write_scale(all, "pair", counted(first.size()));
    attach(write(all, "first", {first.size()}, first), pair, 0);
    attach(write(all, "second", {second.size()}, second), pair, 0);
    attach(write(all, "of_scores", {of_scores.size()}, of_scores), pair, 0);
    attach(write(all, "spearman", {spearman.size()}, spearman), pair, 0);
  }
  if (study.optimum) attach(write(group, "generation", {study.points.size()}, study.optimum->generation), point, 0);
  std::vector<std::uint64_t> plans, failed, patients;
  std::vector<std::string> contents, names;
  std::vector<double> coordinates;
  for (const StudyPoint& one : study.points) {
    plans.push_back(one.plan_hash), failed.push_back(one.failed), patients.push_back(one.patients);
    contents.push_back(one.content_hash);
    coordinates.insert(coordinates.end(), one.coordinates.begin(), one.coordinates.end());
  }
  for (const StudyFactor& factor : study.factors) names.push_back(factor.name);
  const Handle points = create_group(file, "points");
  const Handle number = write_scale(points, "point", counted(study.points.size()));
  const Handle factor = write_scale(points, "factor", names);
  const auto column = [&](const char* name, const auto& values) {
    attach(write(points, name, {values.size()}, values), number, 0);
  };
  column("plan_hash", plans);
  column("content_hash", contents);
  column("failed", failed);
  column("patients", patients);
  const Handle at = write(points, "coordinates", {study.points.size(), names.size()}, coordinates);
  attach(at, number, 0);
  attach(at, factor, 1);
}

/// What cannot be told from the points: levels with their labels, also those that no point has.
void write_factors(hid_t file, const Study& study) {
  const Handle factors = create_group(file, "factors");
  for (const StudyFactor& factor : study.factors) {
    const Handle group = create_group(factors, factor.name);
    put(group, factor.scales ? "multiplies" : "sets", factor.key);
    put(group, "units", factor.unit);
    put(group, "role", factor.is_circumstance ? "circumstance" : "decision");
    if (factor.labels.empty()) continue;
    const Handle level = write_scale(group, "level", factor.labels);
    const Handle value = write(group, "value", {factor.values.size()}, factor.values);
    put(value, "units", factor.unit);
    attach(value, level, 0);
  }
}

/// The indices of parts of the points, [n][factor].
void write_convergence(hid_t sensitivity, const StudySensitivity& one, const std::string& unit) {
  const Convergence& part = one.convergence;
  if (part.n.empty()) return;
  const bool is_effect = !one.morris.mu.empty();
  const Handle group = create_group(sensitivity, "convergence");
  const Handle n = write_scale(group, "n", std::vector<double>(part.n.begin(), part.n.end()));
  const Handle factor = write_scale(group, "factor", one.names);
  const auto table = [&](const char* name, const std::vector<std::vector<double>>& rows, const std::string& units) {
    if (rows.empty()) return;
    std::vector<double> all;
    for (const std::vector<double>& row : rows) all.insert(all.end(), row.begin(), row.end());
    const Handle data = write(group, name, {rows.size(), one.names.size()}, all);
    put(data, "units", units);
    attach(data, n, 0);
    attach(data, factor, 1);
  };
  for (const ConvergenceTable& index : kConvergenceTables) table(index.name, part.*index.rows, is_effect ? unit : "1");
}

void write_sensitivity(hid_t file, const Study& study) {
  if (study.sensitivity.empty()) return;
  const Handle all = create_group(file, "sensitivity");
  for (const StudySensitivity& one : study.sensitivity) {
    const std::vector<std::string>& names = one.names;
    const Handle group = create_group(all, one.endpoint);
    const std::string& unit = study.endpoints[static_cast<std::size_t>(&one - study.sensitivity.data())].unit;
    put(group, "noise", one.noise);
    if (!one.pawn.median.empty()) put(group, "dummy", one.pawn.dummy);
    const Handle factor = write_scale(group, "factor", names);
    const Handle other = write_scale(group, "other_factor", names);
    for (const auto& [name, values] : indices_of(one)) {
      if (values->empty()) continue;
      const bool is_of_two = std::string_view(name).starts_with("S2");
      const Handle data =
          write(group, name, is_of_two ? hdf5::Shape{names.size(), names.size()} : hdf5::Shape{names.size()}, *values);
      put(data, "units", one.morris.mu.empty() ? "1" : unit);
      attach(data, factor, 0);
      if (is_of_two) attach(data, other, 1);
    }
    write_convergence(group, one, unit);
  }
}

void write_everything(hid_t file, const Study& study) {
  hdf5::write_identity(file, "study", study.title, content_hash(study));
  put(file, "design", study.design);
  put(file, "seed", study.seed);
  put(file, "patients", study.patients);
  put(file, "replicates", study.replicates);
  put(file, "variability", "factors between points, patients within each; the same patients at every point (crossed)");
  put(file, "points", static_cast<std::uint64_t>(study.points.size()));
  write_points(file, study);
  write_factors(file, study);
  {
    const Handle endpoints = create_group(file, "endpoints");
    for (const StudyEndpoint& endpoint : study.endpoints) write_endpoint(endpoints, study, endpoint);
  }
  write_sensitivity(file, study);
  write_kept_tallies(file, study);
  write_power(file, study);
  const std::vector<std::size_t> front = pareto_front(study);
  if (!front.empty()) {
    const Handle pareto = create_group(file, "pareto");
    write_scale(pareto, "point", std::vector<double>(front.begin(), front.end()));
  }
  if (study.optimum) write_optimum(file, study);
  hdf5::write_provenance(file, study.provenance, study.scenario_path, study.resolved_scenario, study.notes);
  hdf5::complete(file);
}

}  // namespace

hdf5::Shape study_shape(const Study& study) {
  return study.shape.empty() ? hdf5::Shape{study.points.size()} : study.shape;
}

std::vector<Handle> write_study_scales(hid_t group, const Study& study) {
  std::vector<Handle> scales;
  if (study.shape.empty()) {
    scales.push_back(write_scale(group, "point", counted(study.points.size())));
    return scales;
  }
  for (const StudyFactor& factor : study.factors) {
    scales.push_back(write_scale(group, factor.name, factor.labels));
    if (!has_values(factor)) continue;
    const Handle values = write(group, factor.name + kLevelValues, {factor.values.size()}, factor.values);
    put(values, "units", factor.unit);
    attach(values, scales.back(), 0);
  }
  return scales;
}

namespace {

void fill_study(hdf5::Sealed& sealed, const Study& study) {
  write_everything(sealed.file, study);
  sealed.close();
}

}  // namespace

std::string study_file_bytes(const Study& study) {
  hdf5::Sealed sealed;
  fill_study(sealed, study);
  return std::string(sealed.content) + sealed.seal;
}

void write_study(const std::string& path, const Study& study) {
  hdf5::write_sealed(path, [&](hdf5::Sealed& sealed) { fill_study(sealed, study); });
}

}  // namespace vt
