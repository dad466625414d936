#pragma once
#include <iterator>
#include <type_traits>
#include <utility>

#include "kernels/models/blood_counts.hpp"
#include "kernels/models/haemoglobin.hpp"
#include "kernels/models/leukaemia.hpp"
#include "kernels/models/tumour.hpp"

/// \file The list of models, and what is computed from it when the program is compiled.

namespace vt {
inline namespace VT_ISA {

template <class... M>
struct ModelList {};

/// Models whose day is more than a step; their stages are in leukaemia_day.hpp and blood_day.hpp.
using StagedModels = ModelList<Leukaemia, Neutrophils, Platelets>;
/// Models that a step a day carries on. Few scenarios follow them, so that they are kept apart (SlowStates).
using PlainModels = ModelList<Haemoglobin, Tumour>;

template <class... M, class... N>
ModelList<M..., N...> join(ModelList<M...>, ModelList<N...>);
using Models = decltype(join(StagedModels{}, PlainModels{}));

/// visit.operator()<M>() for every model M of a list, in order.
template <class Visit, class... M>
VT_HD constexpr void for_each_model(ModelList<M...> /*list*/, Visit visit) {
  (visit.template operator()<M>(), ...);
}

/// Whether a laboratory can measure something of a model's state.
template <class M>
concept IsMeasured = requires {
  M::measured;
};

/// How many there are of what models have.
struct ModelCount {
  int models, parameters, quantities, measured, vitals, recorded;
};

/// Of the models before `Last`; of all if it is none of them.
template <class Last, class... M>
constexpr ModelCount count_before(ModelList<M...> /*list*/) {
  ModelCount n{};
  bool is_before = true;
  const auto add = [&]<class One>() {
    is_before = is_before && !std::is_same_v<One, Last>;
    if (!is_before) return;
    n.models += 1;
    n.parameters += static_cast<int>(std::size(One::parameters));
    n.quantities += static_cast<int>(std::size(One::quantities));
    if constexpr (IsMeasured<One>) n.measured += static_cast<int>(std::size(One::measured));
    n.vitals += static_cast<int>(std::size(One::vitals));
    n.recorded += One::recorded;
  };
  (add.template operator()<M>(), ...);
  return n;
}
/// Where a model's numbers begin among those of all models.
template <class M>
inline constexpr ModelCount kBefore = count_before<M>(Models{});
inline constexpr ModelCount kOfAll = count_before<void>(Models{});

/// quantities[i], measured[i] and vitals[i] of a state.
template <class M, int i>
VT_HD double quantity(const typename M::State& state) {
  constexpr auto of = M::quantities[i].of;
  return of(state);
}
template <class M, int i>
VT_HD double true_value(const typename M::State& state) {
  constexpr auto of = M::measured[i].of;
  return of(state);
}
template <class M, int i>
VT_HD double vital(const typename M::State& state) {
  constexpr auto of = M::vitals[i].of;
  return of(state);
}

/// What Record::models has of a model's state; members that it lacks are 0.
template <class M>
VT_HD typename M::State recorded(const double* numbers) {
  constexpr int first = kBefore<M>.recorded;
  typename M::State state{};
  __builtin_memcpy(&state, numbers + first, M::recorded * sizeof(double));
  return state;
}

}  // namespace VT_ISA

static_assert(kOfAll.models <= 32, "Plan::models has a bit for each");
// Not inline: the same number of every instruction set's own list.
constexpr int kModels = kOfAll.models, kModelParameters = kOfAll.parameters, kModelResults = kOfAll.measured,
              kRecordedNumbers = kOfAll.recorded;
constexpr int kVitals = 2 + kOfAll.vitals;  ///< with the drug's amount and the relative exposure

}  // namespace vt
