#pragma once
#include "kernels/course/course.hpp"
#include "kernels/drug/pharmacokinetics.hpp"

/// \file What a physician knows of the doses behind a level: those taken on the last days, before them the regimen.

namespace vt { inline namespace VT_ISA {

/// A dose and when it was taken: hours since the start of day 0 or, in a Recall, before the level.
struct TakenDose {
  double time_h, mg;
};

inline constexpr int kDosesAtOnce = 8;  ///< a Recall is filled up to a multiple of it with doses of nothing
inline constexpr int kRecalled = (kHistory + kDosesAtOnce - 1) / kDosesAtOnce * kDosesAtOnce;

/// The doses behind one level. Before those known one by one the patient had `tail_doses` equal ones, the last of them
/// `tail_h` before the level, one in every interval of the level.
struct Recall {
  TakenDose dose[kRecalled];
  int doses;
  double tail_h, tail_mg, tail_doses;
};

/// One patient's, where the Plan asks for it.
struct DoseHistory {
  TakenDose dose[kHistory];  ///< the newest ones, in a ring
  std::uint32_t doses;       ///< so far
  Recall recall[kLevels];    ///< of the levels in the patient's course
};

VT_HD void add_dose(DoseHistory& history, double time_h, double mg) {
  history.dose[history.doses % kHistory] = {time_h, mg};
  history.doses += 1;
}

/// The doses taken from `since_h` up to a level at `level_h`.
VT_COLD void recall_doses(const DoseHistory& history, double since_h, double level_h, Recall& recall) {
  recall.doses = 0;
  const std::uint32_t known = history.doses < kHistory ? history.doses : kHistory;
  for (std::uint32_t i = 0; i < known; ++i) {
    const TakenDose& dose = history.dose[(history.doses - known + i) % kHistory];
    if (dose.time_h >= since_h && dose.time_h <= level_h)
      recall.dose[recall.doses++] = {level_h - dose.time_h, dose.mg};
  }
  for (int i = recall.doses; i % kDosesAtOnce != 0; ++i) recall.dose[i] = {0.0, 0.0};
}

}}  // namespace vt
