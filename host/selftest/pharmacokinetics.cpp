#include <fmt/format.h>

#include <cmath>

#include "host/campaign/campaign.hpp"
#include "host/plan/build_plan.hpp"
#include "host/scenario/read_scenario.hpp"
#include "host/selftest/selftest.hpp"
#include "kernels/vocabulary/drug_models.hpp"

namespace vt {

namespace {

constexpr double kDose_mg = 400, kClearance = 10, kVolume = 200, kRate = 0.5, kFlow = 15, kPeripheral = 300;
constexpr int kDays[] = {0, 6, 27};
constexpr double kHours[] = {0.5, 2, 8, 24};

/// A patient without variability who takes 400 mg every day.
std::string scenario_of(const std::string& model) {
  return fmt::format(R"(
title = "closed form"
[trial]
patients = 1
duration = "30 day"
[pk]
absorption = "{}"
clearance = "{} L/h"
volume = "{} L"
absorption_rate = "{} 1/h"
source = "selftest"
basis = "assumed"
{}
[[arm]]
name = "every day"
regimen = {{ dose = "{} mg", every = "24 h" }}
[[visit]]
name = "last"
at = ["day 28"]
measure = []
[[tally]]
name = "dose"
score = "daily_dose_mg > 0"
at = "last"
[record]
patients = 1
concentrations = {{ at = ["day 0", "day 6", "day 27"], hours = ["0.5 h", "2 h", "8 h", "24 h"] }}
)",
                     entry_with(kAbsorptionModels, &AbsorptionEntry::model, AbsorptionModel::first_order).name,
                     kClearance, kVolume, kRate, model, kDose_mg);
}

/// A sum of exponentials of the time after a dose, in ng/mL: what one dose leaves.
struct Exponentials {
  std::vector<std::pair<double, double>> terms;  ///< coefficient, rate per h
  double after(double hours) const {
    double sum = 0;
    for (const auto& [coefficient, rate] : terms) sum += coefficient * std::exp(-rate * hours);
    return sum;
  }
};

/// D·ka/(V·(ka − k))·(e^(−k·t) − e^(−ka·t))
Exponentials one_compartment() {
  const double k = kClearance / kVolume, scale = 1000 * kDose_mg * kRate / (kVolume * (kRate - k));
  return {{{scale, k}, {-scale, kRate}}};
}

/// The same with two compartments: rates α, β and ka, whose coefficients are (k21 − λ)/Π(other rates − λ).
Exponentials two_compartments() {
  const double k10 = kClearance / kVolume, k12 = kFlow / kVolume, k21 = kFlow / kPeripheral;
  const double sum = k10 + k12 + k21, root = std::sqrt(sum * sum - 4 * k10 * k21);
  const double rates[] = {(sum + root) / 2, (sum - root) / 2, kRate};
  Exponentials course;
  for (const double rate : rates) {
    double coefficient = 1000 * kDose_mg * kRate / kVolume * (k21 - rate);
    for (const double other : rates)
      if (other != rate) coefficient /= other - rate;
    course.terms.emplace_back(coefficient, rate);
  }
  return course;
}

SelfCheck check_course(const std::string& id, const std::string& what, const std::string& model,
                       const Exponentials& course, const std::atomic<bool>& stop) {
  Problems problems;
  const std::string text = scenario_of(model);
  const FileText in_memory = [&](const std::string&, const Position&, Problems&) { return std::optional(text); };
  const std::optional<Scenario> scenario = read_scenario("selftest", {}, in_memory, problems);
  std::optional<BuiltPlan> built;
  if (scenario && problems.empty()) built = build_plan(*scenario, problems);
  if (!built || !problems.empty()) throw ScenarioError(problems.sorted());
  RunOptions options;
  options.backend = Backend::cpu, options.threads = 1;
  const Results results = run(
      std::move(*built), options, [](double) {}, stop);
  std::vector<KnownNumber> numbers;
  std::size_t i = 0;
  for (const int day : kDays)
    for (const double hour : kHours) {
      double expected = 0;
      for (int dose = 0; dose <= day; ++dose) expected += course.after(24.0 * (day - dose) + hour);
      const double found = i < results.concentrations.values.size() ? results.concentrations.values[i] : HUGE_VAL;
      numbers.push_back({fmt::format("day {}, {} h after the dose, in ng/mL", day, hour), found, expected});
      ++i;
    }
  return check_numbers(
      id, what, numbers, 1e-13,
      "the closed form is a difference of exponentials, which loses up to two of sixteen digits, and each of "
      "28 days adds a few roundings of 1.1e-16");
}

}  // namespace

std::vector<SelfCheck> check_pharmacokinetics(const std::atomic<bool>& stop) {
  std::vector<SelfCheck> checks;
  const auto check = [&](DispositionModel model, const std::string& further, const Exponentials& course) {
    const std::string name(entry_with(kDispositionModels, &DispositionEntry::model, model).name);
    checks.push_back(check_course(name, "concentrations of this model, by superposition of the closed form",
                                  fmt::format("model = \"{}\"\n{}", name, further), course, stop));
  };
  check(DispositionModel::one_compartment, "", one_compartment());
  check(DispositionModel::two_compartments,
        fmt::format("intercompartmental_clearance = \"{} L/h\"\nperipheral_volume = \"{} L\"", kFlow, kPeripheral),
        two_compartments());
  return checks;
}

}  // namespace vt
