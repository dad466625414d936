#pragma once
#include <mutex>
#include <vector>

#include "host/plan/build_plan.hpp"
#include "kernels/run.hpp"

namespace vt {

/// Writes down what single patients live through, as the scenario's [record] asks: patients first, first + 1 … of the
/// first replicate, on a CPU, while they are simulated for the tallies.
class PatientRecording {
 public:
  PatientRecording(const BuiltPlan& built, std::uint64_t first);

  /// As RunUnit, by `run`. May be called at the same time for units of different patients.
  void run_unit(RunUnit run, WorkUnit unit, std::uint64_t* words, Record* records);

  /// Fills `results.decisions`, `results.daily` and `results.concentrations`. Patients whom no unit had (a GPU had
  /// them, or the trial ended early) are simulated by `run` first.
  void finish(RunUnit run, Results& results);

 private:
  void write_down(RunUnit run, WorkUnit unit, std::uint64_t* words, Record* records);

  const BuiltPlan& built_;
  std::uint64_t first_, patients_;
  DailyValues daily_;
  ConcentrationTimes times_;
  std::mutex mutex_;
  std::uint64_t done_ = 0;  ///< patients
  std::vector<Decision> decisions_;
};

}  // namespace vt
