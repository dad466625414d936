#pragma once
#include "host/scenario/scenario.hpp"

namespace vt {

inline constexpr std::string_view kHabits = "adherence";  ///< the section of how doses are taken

/// A table of a scenario that holds a model's entries (host/scenario/toml/keys.hpp).
struct ModelSection {
  std::string_view name;
  std::string_view title;
  ModelSpec& (*of)(Scenario&);
};

inline constexpr ModelSection kModelSections[] = {
    {"pk", "pharmacokinetics", [](Scenario& s) -> ModelSpec& { return s.pk; }},
    {"response", "response", [](Scenario& s) -> ModelSpec& { return s.response; }},
    {"blood_counts.neutrophils", "neutrophils", [](Scenario& s) -> ModelSpec& { return s.neutrophils; }},
    {"blood_counts.platelets", "platelets", [](Scenario& s) -> ModelSpec& { return s.platelets; }},
    {"blood_counts.haemoglobin", "haemoglobin", [](Scenario& s) -> ModelSpec& { return s.haemoglobin; }},
    {"tumour", "tumour", [](Scenario& s) -> ModelSpec& { return s.tumour; }},
    {"second_drug", "second drug", [](Scenario& s) -> ModelSpec& { return s.second_drug; }},
    {"assays", "assays", [](Scenario& s) -> ModelSpec& { return s.assays; }},
    {"prediction", "prediction of troughs by the physician", [](Scenario& s) -> ModelSpec& { return s.prediction; }},
    {kHabits, "adherence", [](Scenario& s) -> ModelSpec& { return s.adherence.habits; }},
};

/// The model of a section, or null.
inline ModelSpec* find_model(Scenario& scenario, std::string_view section) {
  for (const ModelSection& one : kModelSections)
    if (one.name == section) return &one.of(scenario);
  return nullptr;
}
inline const ModelSpec* find_model(const Scenario& scenario, std::string_view section) {
  return find_model(const_cast<Scenario&>(scenario), section);  // which is only looked at
}

}  // namespace vt
