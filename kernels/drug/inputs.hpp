#pragma once
#include <array>
#include <iterator>

#include "kernels/drug/input/first_order.hpp"
#include "kernels/drug/input/transit.hpp"
#include "kernels/drug/input/zero_order.hpp"

/// \file The list of absorption models, and what is computed from it when the program is compiled. Each is a policy, a
/// struct in a file of its own (kernels/drug/variant.hpp).

namespace vt {

enum class AbsorptionModel : std::uint32_t { zero_order, first_order, transit };

inline namespace VT_ISA {

template <AbsorptionModel model, class In>
struct Listed {};
template <class... L>
struct InputList {};

using Inputs = InputList<Listed<AbsorptionModel::zero_order, ZeroOrder>,
                         Listed<AbsorptionModel::first_order, FirstOrder>, Listed<AbsorptionModel::transit, Transit>>;

#if defined(__CUDACC__)
#pragma nv_exec_check_disable
#endif
/// visit.operator()<model, In>() for every policy, in order.
template <class Visit, AbsorptionModel... model, class... In>
VT_HD constexpr void for_each_input(InputList<Listed<model, In>...> /*list*/, Visit visit) {
  (visit.template operator()<model, In>(), ...);
}

/// How many parameters and settings a policy has of its own.
struct InputCount {
  int parameters, settings;
};
template <class In>
constexpr InputCount count_of() {
  InputCount n{};
  if constexpr (requires { In::parameters; }) n.parameters = static_cast<int>(std::size(In::parameters));
  if constexpr (requires { In::settings; }) n.settings = static_cast<int>(std::size(In::settings));
  return n;
}
template <class In>
inline constexpr InputCount kCountOf = count_of<In>();

/// Of the policies before a model's; of all if `last` is no model.
constexpr InputCount count_before(AbsorptionModel last) {
  InputCount n{};
  bool is_before = true;
  for_each_input(Inputs{}, [&]<AbsorptionModel model, class In>() {
    is_before = is_before && model != last;
    if (!is_before) return;
    n.parameters += count_of<In>().parameters;
    n.settings += count_of<In>().settings;
  });
  return n;
}
constexpr bool all_have_room() {
  bool so = true;
  for_each_input(Inputs{}, [&]<AbsorptionModel model, class In>() {
    so = so && count_of<In>().parameters <= kMostInputParameters && count_of<In>().settings <= kMostInputSettings;
  });
  return so;
}
static_assert(all_have_room(), "kernels/plan_drug.hpp says how many a policy has at most");
inline constexpr InputCount kOfAllInputs = count_before(AbsorptionModel{~0u});

/// The place of a model's first parameter in Plan::trait_slot.
template <AbsorptionModel model>
inline constexpr int kFirstInputTrait = kOwnTraits + count_before(model).parameters;

/// The models by name, and which keys of [pk] go with which.
template <class List>
struct InputTables;
template <AbsorptionModel... model, class... In>
struct InputTables<InputList<Listed<model, In>...>> {
  static constexpr AbsorptionEntry entries[] = {AbsorptionEntry{In::name, model}...};
  static constexpr std::uint32_t with_rate(std::string_view key) {
    return ((In::name.rate_key == key ? bits_of_models(model) : 0) | ...);
  }
  static constexpr int n_keys = 3 + kOfAllInputs.parameters + kOfAllInputs.settings;
  struct Keys {
    KeyOfModels row[n_keys];
  };
  static constexpr Keys keys = [] {
    Keys all{{{"absorption_duration", with_rate("absorption_duration")},
              {"absorption_rate", with_rate("absorption_rate")},
              {"absorption_rate_trend", with_rate("absorption_rate"), false}}};
    int next = 3;
    for_each_input(Inputs{}, [&]<AbsorptionModel which, class One>() {
      if constexpr (requires { One::parameters; })
        for (const auto& row : One::parameters)
          all.row[next++] = {row.key, bits_of_models(which), row.need == Need::required};
      if constexpr (requires { One::settings; })
        for (const Setting& row : One::settings)
          all.row[next++] = {row.key, bits_of_models(which), row.need == Need::required};
    });
    return all;
  }();
};
inline constexpr const auto& kAbsorptionModels = InputTables<Inputs>::entries;
inline constexpr const auto& kAbsorptionKeys = InputTables<Inputs>::keys.row;

constexpr const AbsorptionEntry& entry_of(AbsorptionModel model) {
  return entry_with(kAbsorptionModels, &AbsorptionEntry::model, model);
}

/// The variant that is compiled for a model in one compartment without a metabolite.
constexpr Variant variant_of_one_compartment(AbsorptionModel input) {
  return input == AbsorptionModel::zero_order    ? Variant::zero_order
         : input == AbsorptionModel::first_order ? Variant::first_order
                                                 : Variant::general;
}

}  // namespace VT_ISA

// Not inline: the same number of every instruction set's own list.
constexpr int kInputParameters = kOfAllInputs.parameters;

}  // namespace vt
