#include "output/study/optimum/optimum_file.hpp"

#include <algorithm>

#include "output/hdf5/handle.hpp"

namespace vt {

namespace {

using hdf5::Handle;

std::vector<double> best_numbers(const Optimum& optimum) {
  std::vector<double> points;
  for (const BestPoint& best : optimum.best) points.push_back(static_cast<double>(best.point));
  return points;
}

/// Datasets of one value for each best point.
class BestTable {
 public:
  BestTable(hid_t where, const std::string& name, const Optimum& optimum)
      : group_(hdf5::create_group(where, name)),
        point_(hdf5::write_scale(group_, "point", best_numbers(optimum))),
        count_(optimum.best.size()) {}

  template <class T>
  void column(const std::string& name, const std::vector<T>& values, const std::string& unit, const char* words) {
    const Handle data = hdf5::write(group_, name, {count_}, values);
    if (!unit.empty()) hdf5::put(data, "units", unit);
    if (*words != '\0') hdf5::put(data, "long_name", words);
    hdf5::attach(data, point_, 0);
  }

 private:
  Handle group_, point_;
  std::size_t count_;
};

void write_best_factors(hid_t optimum_group, const Study& study) {
  BestTable table(optimum_group, "design", *study.optimum);
  for (std::size_t f = 0; f < study.factors.size(); ++f) {
    const StudyFactor& factor = study.factors[f];
    std::vector<double> values;
    std::vector<std::string> labels;
    for (const BestPoint& best : study.optimum->best) {
      values.push_back(study.points[best.point].coordinates[f]);
      labels.push_back(level_text(study, study.points[best.point], f));
    }
    if (factor.labels.empty())
      table.column(factor.name, values, factor.unit, "");
    else
      table.column(factor.name, labels, "", "");
  }
}

void write_best_endpoints(hid_t optimum_group, const Study& study) {
  const Handle all = hdf5::create_group(optimum_group, "endpoints");
  for (std::size_t e = 0; e < study.endpoints.size(); ++e) {
    const StudyEndpoint& endpoint = study.endpoints[e];
    BestTable table(all, endpoint.name, *study.optimum);
    const auto columns = [&](const std::string& prefix, const std::string& words, auto of) {
      std::vector<double> value, error, low, high;
      std::vector<std::int64_t> n;
      for (const BestPoint& best : study.optimum->best) {
        const Estimate& at = of(best);
        value.push_back(at.value), error.push_back(at.standard_error), n.push_back(at.n);
        low.push_back(at.interval.low), high.push_back(at.interval.high);
      }
      table.column(prefix + "value", value, endpoint.unit, words.c_str());
      table.column(prefix + "standard_error", error, endpoint.unit, "Monte-Carlo standard error");
      table.column(prefix + "low", low, endpoint.unit, "lower end of the 95 % interval");
      table.column(prefix + "high", high, endpoint.unit, "upper end of the 95 % interval");
      table.column(prefix + "n", n, "1", "values that it rests on");
    };
    columns("", "with fresh random numbers", [&](const BestPoint& best) -> const Estimate& { return best.fresh[e]; });
    columns("optimised_", "as optimised: the best of many, with its luck",
            [&](const BestPoint& best) -> const Estimate& { return endpoint.estimates[best.point]; });
    std::vector<std::string> reasons;
    for (const BestPoint& best : study.optimum->best) reasons.push_back(best.reasons[e]);
    if (std::ranges::any_of(reasons, [](const std::string& why) { return !why.empty(); }))
      table.column("reason", reasons, "", "why there is no value");
  }
}

void write_best_trials(hid_t optimum_group, const Optimum& optimum) {
  BestTable table(optimum_group, "points", optimum);
  std::vector<std::uint64_t> plans, failed, patients;
  std::vector<std::string> contents;
  for (const BestPoint& best : optimum.best) {
    plans.push_back(best.plan_hash), failed.push_back(best.failed), patients.push_back(best.patients);
    contents.push_back(best.content_hash);
  }
  table.column("plan_hash", plans, "", "");
  table.column("content_hash", contents, "", "");
  table.column("failed", failed, "", "");
  table.column("patients", patients, "", "");
}

void write_path(hid_t optimum_group, const Study& study) {
  const Optimum& optimum = *study.optimum;
  const Handle group = hdf5::create_group(optimum_group, "path");
  const std::size_t n = optimum.path.size();
  std::vector<double> numbers, spread, best;
  std::vector<std::uint64_t> asked, simulated, feasible, front;
  std::vector<std::string> goals;
  for (const std::size_t e : goals_of(study)) goals.push_back(study.endpoints[e].name);
  for (const OptimumGeneration& one : optimum.path) {
    numbers.push_back(static_cast<double>(numbers.size())), spread.push_back(one.spread);
    asked.push_back(one.asked), simulated.push_back(one.simulated);
    feasible.push_back(one.feasible), front.push_back(one.front);
    best.insert(best.end(), one.best.begin(), one.best.end());
  }
  const Handle generation = hdf5::write_scale(group, "generation", numbers);
  const Handle goal = hdf5::write_scale(group, "goal", goals);
  const auto column = [&](const char* name, const auto& values, const char* words) {
    const Handle data = hdf5::write(group, name, {n}, values);
    hdf5::put(data, "units", "1");
    hdf5::put(data, "long_name", words);
    hdf5::attach(data, generation, 0);
  };
  column("asked", asked, "points asked for");
  column("simulated", simulated, "of them, not asked for before");
  column("feasible", feasible, "of those asked for, within all limits");
  column("front", front, "points so far that no other beats");
  column("spread", spread, "SD over the factor's range, mean over the factors");
  const Handle data = hdf5::write(group, "best", {n, goals.size()}, best);
  hdf5::put(data, "long_name", "best value of the goal so far, within all limits");
  hdf5::attach(data, generation, 0);
  hdf5::attach(data, goal, 1);
}

}  // namespace

void write_optimum(hid_t file, const Study& study) {
  const Optimum& optimum = *study.optimum;
  const Handle group = hdf5::create_group(file, "optimum");
  hdf5::put(group, "method", optimum.method);
  hdf5::put(group, "long_name", optimum.words);
  hdf5::put(group, "software", optimum.software);
  hdf5::put(group, "population", optimum.population);
  hdf5::put(group, "generations", optimum.generations);
  hdf5::put(group, "seed", optimum.seed);
  hdf5::put(group, "fresh_seed", optimum.fresh_seed);
  hdf5::put(group, "feasible", std::int64_t{optimum.is_feasible});
  write_best_factors(group, study);
  write_best_endpoints(group, study);
  write_best_trials(group, optimum);
  write_path(group, study);
}

}  // namespace vt
