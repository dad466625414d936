#include "output/study/study_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "output/files.hpp"
#include "output/hdf5/sealed.hpp"
#include "output/io_error.hpp"

namespace vt {

namespace {

using hdf5::attach;
using hdf5::create_group;
using hdf5::Handle;
using hdf5::put;
using hdf5::write;
using hdf5::write_scale;

std::vector<double> numbers(std::size_t count) {
  std::vector<double> all(count);
  std::iota(all.begin(), all.end(), 0.0);
  return all;
}

bool has_values(const StudyFactor& factor) {
  return std::ranges::none_of(factor.values, [](double x) { return std::isnan(x); });
}

/// A grid has a dimension for each factor, every other design one of points.
std::vector<Handle> write_scales(hid_t group, const Study& study) {
  std::vector<Handle> scales;
  if (study.shape.empty()) {
    scales.push_back(write_scale(group, "point", numbers(study.points.size())));
    return scales;
  }
  for (const StudyFactor& factor : study.factors) {
    scales.push_back(write_scale(group, factor.name, factor.labels));
    if (!has_values(factor)) continue;
    const Handle values = write(group, factor.name + "_value", {factor.values.size()}, factor.values);
    put(values, "units", factor.unit);
    attach(values, scales.back(), 0);
  }
  return scales;
}

void write_endpoint(hid_t endpoints, const Study& study, const StudyEndpoint& endpoint) {
  const Handle group = create_group(endpoints, endpoint.name);
  put(group, "long_name", endpoint.title);
  put(group, "noise", endpoint.noise);
  if (endpoint.goal != Goal::none) put(group, "goal", endpoint.goal == Goal::maximise ? "maximise" : "minimise");
  if (std::isfinite(endpoint.at_most)) put(group, "at_most", endpoint.at_most);
  if (std::isfinite(endpoint.at_least)) put(group, "at_least", endpoint.at_least);
  const std::vector<Handle> scales = write_scales(group, study);
  const hdf5::Shape shape = study.shape.empty() ? hdf5::Shape{study.points.size()} : study.shape;
  const auto table = [&](const char* name, const auto& values, const std::string& unit, const char* words) {
    const Handle data = write(group, name, shape, values);
    put(data, "units", unit);
    put(data, "long_name", words);
    for (std::size_t d = 0; d < scales.size(); ++d) attach(data, scales[d], static_cast<unsigned>(d));
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
}

void write_points(hid_t file, const Study& study) {
  const Handle group = create_group(file, "design");
  const Handle point = write_scale(group, "point", numbers(study.points.size()));
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
  std::string correlated;
  for (const StudyCorrelation& both : study.correlations)
    correlated += (correlated.empty() ? "" : "; ") + correlation_text(both);
  if (!correlated.empty()) put(group, "correlation", correlated);
  std::vector<std::uint64_t> plans, failed, patients;
  for (const StudyPoint& one : study.points)
    plans.push_back(one.plan_hash), failed.push_back(one.failed), patients.push_back(one.patients);
  const Handle points = create_group(file, "points");
  const Handle number = write_scale(points, "point", numbers(study.points.size()));
  attach(write(points, "plan_hash", {plans.size()}, plans), number, 0);
  attach(write(points, "failed", {failed.size()}, failed), number, 0);
  attach(write(points, "patients", {patients.size()}, patients), number, 0);
}

/// The indices of parts of the points, [n][factor].
void write_convergence(hid_t sensitivity, const StudySensitivity& one, const std::string& unit) {
  const Convergence& part = one.convergence;
  if (part.n.empty()) return;
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
  table("S1", part.S1, "1");
  table("ST", part.ST, "1");
  table("mu_star", part.mu_star, unit);
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
  {
    const Handle endpoints = create_group(file, "endpoints");
    for (const StudyEndpoint& endpoint : study.endpoints) write_endpoint(endpoints, study, endpoint);
  }
  write_sensitivity(file, study);
  const std::vector<std::size_t> front = pareto_front(study);
  if (!front.empty()) {
    const Handle pareto = create_group(file, "pareto");
    write_scale(pareto, "point", std::vector<double>(front.begin(), front.end()));
  }
  hdf5::write_provenance(file, study.provenance, study.scenario_path, study.resolved_scenario, study.notes);
  put(file, "status", "complete");
}

}  // namespace

void write_study(const std::string& path, const Study& study) {
  hdf5::write_sealed(path, [&](hdf5::Sealed& sealed) {
    write_everything(sealed.file, study);
    sealed.close();
  });
}

namespace {

/// of(file) of a study's file, nothing of another.
template <class Of>
auto of_study(const std::string& path, Of of) -> std::optional<decltype(of(std::declval<const Handle&>()))> {
  const std::string content = hdf5::unsealed(read_whole_file(path), path);
  const hdf5::Quiet quiet;
  try {
    const Handle file = hdf5::open_image(content);
    if (!hdf5::has_attribute(file, "kind") || hdf5::text_attribute(file, "kind") != "study") return std::nullopt;
    return of(file);
  } catch (const hdf5::Failure& failure) {
    throw IoError(path, "cannot be read as results", failure.what());
  }
}

}  // namespace

std::optional<StudyOrigin> study_origin(const std::string& path) {
  return of_study(path, [](const Handle& file) {
    const Handle how = hdf5::open_group(file, "provenance");
    return StudyOrigin{hdf5::text_attribute(how, "scenario_path"), hdf5::text_attribute(how, "command_line")};
  });
}

std::optional<std::string> study_info(const std::string& path) {
  return of_study(path, [](const Handle& file) {
    const Handle endpoints = hdf5::open_group(file, "endpoints"), how = hdf5::open_group(file, "provenance");
    std::string text = fmt::format("{}\n  a study: {} design, {} points × {} patients\n  endpoints     {}\n",
                                   hdf5::text_attribute(file, "title"), hdf5::text_attribute(file, "design"),
                                   hdf5::unsigned_attribute(file, "points"), hdf5::unsigned_attribute(file, "patients"),
                                   fmt::join(hdf5::group_names(endpoints), ", "));
    for (const char* name : {"scenario_path", "command_line", "software_version", "finished_utc"})
      text += fmt::format("  {:<16}  {}\n", name, hdf5::text_attribute(how, name));
    return text + fmt::format("content hash {}\n", hdf5::text_attribute(file, "content_hash"));
  });
}

}  // namespace vt
