#include <utility>

#include "output/study/file_parts.hpp"
#include "output/study/optimum/optimum_file.hpp"

namespace vt {

namespace {

using hdf5::Handle;
using hdf5::open_group;
using hdf5::require;

void read_best_trials(hid_t optimum_group, const Study& study, Optimum& optimum) {
  const Handle group = open_group(optimum_group, "points");
  const std::vector<double> points = hdf5::read_numbers(group, "point");
  const std::size_t n = points.size();
  require(n > 0, "/optimum has no best point");
  const std::vector<std::uint64_t> plans = hdf5::read_unsigned(group, "plan_hash");
  const std::vector<std::uint64_t> failed = hdf5::read_unsigned(group, "failed");
  const std::vector<std::uint64_t> patients = hdf5::read_unsigned(group, "patients");
  const std::vector<std::string> contents = hdf5::read_texts(group, "content_hash");
  require(plans.size() == n && failed.size() == n && patients.size() == n && contents.size() == n,
          "the columns of /optimum/points differ in length");
  for (std::size_t i = 0; i < n; ++i) {
    const auto count = static_cast<double>(study.points.size());
    require(points[i] >= 0 && points[i] < count, "a best point is none of the study's points");
    optimum.best.push_back(
        {static_cast<std::size_t>(points[i]), {}, {}, plans[i], failed[i], patients[i], contents[i]});
  }
}

void read_best_endpoints(hid_t optimum_group, const Study& study, Optimum& optimum) {
  const Handle all = open_group(optimum_group, "endpoints");
  const std::size_t n = optimum.best.size();
  for (const StudyEndpoint& endpoint : study.endpoints) {
    const Handle group = open_group(all, endpoint.name);
    const std::vector<Estimate> fresh = estimates_of(group, n);
    const std::vector<std::string> reasons = reasons_of(group, n);
    for (std::size_t i = 0; i < n; ++i) {
      optimum.best[i].fresh.push_back(fresh[i]);
      optimum.best[i].reasons.push_back(reasons[i]);
    }
  }
}

void read_path(hid_t optimum_group, const Study& study, Optimum& optimum) {
  const Handle group = open_group(optimum_group, "path");
  const std::size_t n = hdf5::read_numbers(group, "generation").size(), goals = goals_of(study).size();
  optimum.path.resize(n);
  const auto column = [&](const char* name, std::uint64_t OptimumGeneration::*member) {
    const std::vector<std::uint64_t> values = hdf5::read_unsigned(group, name);
    require(values.size() == n, "the columns of /optimum/path differ in length");
    for (std::size_t g = 0; g < n; ++g) optimum.path[g].*member = values[g];
  };
  column("asked", &OptimumGeneration::asked);
  column("simulated", &OptimumGeneration::simulated);
  column("feasible", &OptimumGeneration::feasible);
  column("front", &OptimumGeneration::front);
  const std::vector<double> spread = numbers_of(group, "spread", n), best = numbers_of(group, "best", n * goals);
  for (std::size_t g = 0; g < n; ++g) {
    const auto first = best.begin() + static_cast<std::ptrdiff_t>(g * goals);
    optimum.path[g].spread = spread[g];
    optimum.path[g].best = {first, first + static_cast<std::ptrdiff_t>(goals)};
  }
}

}  // namespace

void read_optimum(hid_t file, Study& study) {
  if (!hdf5::has(file, "optimum")) return;
  const Handle group = open_group(file, "optimum"), design = open_group(file, "design");
  Optimum optimum;
  optimum.method = hdf5::text_attribute(group, "method");
  optimum.words = hdf5::text_attribute(group, "long_name");
  optimum.software = hdf5::text_attribute(group, "software");
  optimum.population = hdf5::unsigned_attribute(group, "population");
  optimum.generations = hdf5::unsigned_attribute(group, "generations");
  optimum.seed = hdf5::unsigned_attribute(group, "seed");
  optimum.fresh_seed = hdf5::unsigned_attribute(group, "fresh_seed");
  optimum.is_feasible = hdf5::integer_attribute(group, "feasible") != 0;
  read_best_trials(group, study, optimum);
  read_best_endpoints(group, study, optimum);
  read_path(group, study, optimum);
  optimum.generation = hdf5::read_unsigned(design, "generation");
  require(optimum.generation.size() == study.points.size(), "generation has another length than expected");
  for (const std::uint64_t g : optimum.generation)
    require(g < optimum.path.size(), "a point is of a generation that /optimum/path does not have");
  study.optimum = std::move(optimum);
}

}  // namespace vt
