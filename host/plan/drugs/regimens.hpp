#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "host/plan/names/formulas.hpp"

namespace vt {

/// Regimens of arms, rules and ladders, each kept once.
class Regimens {
 public:
  Regimens(const Scenario& scenario, Problems& problems, Plan& plan, PlanBuffer& buffer, Formulas& formulas)
      : scenario_(scenario), problems_(problems), plan_(plan), buffer_(buffer), formulas_(formulas) {}

  std::uint32_t regimen(const RegimenSpec& spec, std::int32_t anchor_day = 0);
  /// 1 + its index, and the regimen of its first step.
  std::pair<std::uint32_t, std::uint32_t> schedule(const RegimenSpec& spec);
  const std::vector<Regimen>& all() const { return regimens_; }
  /// What tablets make of a regimen's own dose, ascending.
  const std::vector<double>& own_doses_mg(const Regimen& regimen) const {
    return own_dose_values_[regimen.own_dose - 1];
  }
  /// Notes an intake so late in its day, with its timing error.
  void note_intake(double hour) { latest_intake_h_ = hour > latest_intake_h_ ? hour : latest_intake_h_; }
  double latest_intake_h() const { return latest_intake_h_; }
  /// Their tables, into the Plan.
  void finish();

 private:
  std::uint32_t own_dose(const RegimenSpec& spec);

  const Scenario& scenario_;
  Problems& problems_;
  Plan& plan_;
  PlanBuffer& buffer_;
  Formulas& formulas_;
  std::vector<Regimen> regimens_;
  std::vector<Schedule> schedules_;
  std::vector<OwnDose> own_doses_;
  std::vector<std::vector<double>> own_dose_values_;  ///< what tablets make, by own dose
  std::map<std::string, std::uint32_t> own_dose_of_;  ///< by all that makes it
  double latest_intake_h_ = 0;                        ///< of any regimen, with its timing error
};

}  // namespace vt
