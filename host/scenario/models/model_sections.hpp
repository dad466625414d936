#pragma once
#include <algorithm>
#include <array>
#include <vector>

#include "host/scenario/scenario.hpp"

namespace vt {

inline constexpr std::string_view kHabits = "adherence";  ///< the section of how doses are taken

/// A table of a scenario that holds a model's entries (host/scenario/toml/keys.hpp).
struct ModelSection {
  std::string_view name;
  std::string_view title;
  ModelSpec& (*of)(Scenario&);
  std::string_view model = {};            ///< what its entry `model` says, where there is one model
  bool may_follow_concentration = false;  ///< it has the entry `input`
  bool has_immune_form = false;           ///< it has the entry `immune_form`
};

template <class M>
concept MayFollowConcentration = requires {
  M::may_follow_concentration;
};
template <class M>
concept HasImmuneForm = requires {
  M::has_immune_form;
};

/// Those of kernels/models.
inline constexpr auto kDiseaseSections = [] {
  std::array<ModelSection, kModels> all{};
  auto next = all.begin();
  for_each_model(Models{}, [&]<class M>() {
    *next++ = {.name = M::section,
               .title = M::title,
               .of = [](Scenario& s) -> ModelSpec& { return s.model<M>(); },
               .model = M::name,
               .may_follow_concentration = MayFollowConcentration<M>,
               .has_immune_form = HasImmuneForm<M>};
  });
  return all;
}();

inline constexpr auto kModelSections = [] {
  constexpr ModelSection first = {"pk", "pharmacokinetics", [](Scenario& s) -> ModelSpec& { return s.pk; }};
  constexpr ModelSection last[] = {
      {"second_drug", "second drug", [](Scenario& s) -> ModelSpec& { return s.second_drug; }, "steady_state"},
      {"assays", "assays", [](Scenario& s) -> ModelSpec& { return s.assays; }},
      {"prediction", "prediction of troughs by the physician", [](Scenario& s) -> ModelSpec& { return s.prediction; }},
      {kHabits, "adherence", [](Scenario& s) -> ModelSpec& { return s.adherence.habits; }},
  };
  std::array<ModelSection, 1 + kModels + std::size(last)> all{};
  all[0] = first;
  std::ranges::copy(last, std::ranges::copy(kDiseaseSections, all.begin() + 1).out);
  return all;
}();

inline const ModelSection* find_section(std::string_view name) {
  for (const ModelSection& one : kModelSections)
    if (one.name == name) return &one;
  return nullptr;
}

/// The model of a section, or null.
inline ModelSpec* find_model(Scenario& scenario, std::string_view section) {
  const ModelSection* found = find_section(section);
  return found ? &found->of(scenario) : nullptr;
}
inline const ModelSpec* find_model(const Scenario& scenario, std::string_view section) {
  return find_model(const_cast<Scenario&>(scenario), section);  // which is only looked at
}

/// Without any of these there is nothing to measure; none: there always is.
inline std::vector<std::string_view> sections_of(const Measurement& measurement) {
  std::vector<std::string_view> sections;
  for (const ReportedQuantity& one : kReported)
    if (one.measure == measurement.measure && !one.section.empty() &&
        std::ranges::find(sections, one.section) == sections.end())
      sections.push_back(one.section);
  return sections;
}

}  // namespace vt
