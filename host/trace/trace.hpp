#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "host/plan/build_plan.hpp"
#include "host/scenario/scenario.hpp"
#include "kernels/trace.hpp"

namespace vt {

/// One patient's trial, day by day, with the bits of the run.
struct Trace {
  struct Value {
    std::string name;
    double value;
  };
  struct Watched {
    std::string name, unit;
    bool is_result;  ///< of a laboratory
  };
  std::uint64_t patient = 0, replicate = 0;
  std::string failure;  ///< why the patient's trial could not be computed to its end; empty: it could
  std::int32_t failed_on = 0;
  std::vector<Value> traits;  ///< covariates, random effects and parameters that differ between patients
  std::vector<TracedDay> days;
  std::vector<Watched> observables;
  std::vector<double> values;         ///< days × observables
  std::vector<std::uint8_t> defined;  ///< likewise

  bool is_defined(std::size_t row, std::size_t observable) const {
    return defined[row * observables.size() + observable] != 0;
  }
  double value(std::size_t row, std::size_t observable) const { return values[row * observables.size() + observable]; }
};

/// Lets patient `index` of a replicate live again. \throws std::out_of_range if the scenario has no such patient
Trace trace(const Scenario& scenario, const BuiltPlan& built, std::uint64_t index, std::uint64_t replicate = 0);

/// The trial told in words. Days on which nothing happens but the prescribed doses are told together.
std::string tell(const Scenario& scenario, const BuiltPlan& built, const Trace& trace);

/// "dies": how a patient leaves, as the Plan numbers it; "" = not at all.
std::string why_left(std::uint32_t left);

/// Everything, a row for each day.
nlohmann::ordered_json trace_json(const Scenario& scenario, const BuiltPlan& built, const Trace& trace);

}  // namespace vt
