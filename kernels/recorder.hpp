#pragma once
/// \file What is written down of single patients: their decisions, and some values of every day. On a CPU alone;
/// where a GPU runs the trial, recorded patients are simulated once more for this.

#include <cstdint>

namespace vt {

/// What happened to a patient's dose: a rule fired, a hold ended by its own condition, the patient
/// discontinued, or an event ended treatment or trial.
enum class Trigger : std::uint32_t { rule, end_of_hold, discontinued, event };
inline constexpr std::uint32_t kNoRule = 0xffffffffu;

/// One change: the daily dose that was given before and is given from today on, 0 on hold and after leaving.
struct Decision {
  std::uint64_t patient;
  std::int32_t day;
  std::uint32_t rule;  ///< index, or kNoRule
  Trigger trigger;
  std::uint32_t unused;
  double before_mg, after_mg;
};

/// Where it is written. Decisions beyond `room` are counted only.
struct Recorder {
  Decision* decision = nullptr;
  std::uint64_t room = 0, decisions = 0;
  double* daily = nullptr;  ///< [patient][variable][day], NaN where undefined; null: none are asked for
  double* concentration =
      nullptr;              ///< [patient][recorded day][recorded hour] in ng/mL, NaN where there is none; or null
  std::uint64_t first = 0;  ///< the patient of the first rows
};

}  // namespace vt
