#pragma once
#include "kernels/models/models.hpp"

/// \file All that a laboratory measures: what kernels/vocabulary/laboratory.hpp lists and, behind it, what the models'
/// files say.

namespace vt {

// Not inline, as in models.hpp.
constexpr int kResults = kFixedResults + kModelResults;
static_assert(kResults <= 32, "VisitKind::on_results has a bit for each");

inline namespace VT_ISA {

/// Names of the kinds of measurement that models bring with them, in the order of the models.
struct KindsOfModels {
  std::string_view name[kModelResults];
  int count;
};
template <class... M>
constexpr KindsOfModels find_kinds(ModelList<M...> /*list*/) {
  KindsOfModels kinds{};
  const auto add = [&]<class One>() {
    if constexpr (IsMeasured<One>) {
      for (const auto& quantity : One::measured) {
        bool is_known = find_named(kFixedMeasurements, quantity.measurement) != nullptr;
        for (int i = 0; i < kinds.count; ++i) is_known = is_known || kinds.name[i] == quantity.measurement;
        if (!is_known) kinds.name[kinds.count++] = quantity.measurement;
      }
    }
  };
  (add.template operator()<M>(), ...);
  return kinds;
}
inline constexpr KindsOfModels kKindsOfModels = find_kinds(Models{});

constexpr Measure kind_of_models(int i) {
  return static_cast<Measure>(1u << (static_cast<int>(std::size(kFixedMeasurements)) + i));
}
constexpr Measure measure_called(std::string_view name) {
  if (const Measurement* fixed = find_named(kFixedMeasurements, name)) return fixed->measure;
  int i = 0;
  while (kKindsOfModels.name[i] != name) ++i;
  return kind_of_models(i);
}

/// A model's measured[i], in numbers.
struct Assay {
  Measure measure;
  Result result;
  int place;  ///< in AssayPlan::error
  ErrorLaw law;
  AssayDraw draw;
};
template <class M>
constexpr Assay assay_of(int i) {
  const MeasuredQuantity<typename M::State>& one = M::measured[i];
  const int place = kBefore<M>.measured + i;
  return {measure_called(one.measurement), static_cast<Result>(kFixedResults + place), place, one.error.law, one.draw};
}
template <class M, int i>
inline constexpr Assay kAssay = assay_of<M>(i);

/// "imaging_delay".
struct KeyText {
  char text[48];
  std::size_t length;
};
constexpr KeyText key_text(std::string_view kind, std::string_view ending) {
  KeyText key{};
  for (const std::string_view part : {kind, ending})
    for (const char c : part) key.text[key.length++] = c;
  return key;
}
struct KindKeys {
  KeyText delay[kModelResults], cost[kModelResults];
};
inline constexpr KindKeys kKindKeys = [] {
  KindKeys keys{};
  for (int i = 0; i < kKindsOfModels.count; ++i) {
    keys.delay[i] = key_text(kKindsOfModels.name[i], "_delay");
    keys.cost[i] = key_text(kKindsOfModels.name[i], "_cost");
  }
  return keys;
}();

/// The two tables, fixed rows first.
struct AllMeasured {
  Measurement measurements[std::size(kFixedMeasurements) + static_cast<std::size_t>(kKindsOfModels.count)];
  ReportedQuantity reported[kResults];
};
template <class... M>
constexpr AllMeasured list_all(ModelList<M...> /*list*/) {
  AllMeasured all{};
  Measurement* measurement = all.measurements;
  for (const Measurement& one : kFixedMeasurements) *measurement++ = one;
  for (int i = 0; i < kKindsOfModels.count; ++i) {
    const KeyText &delay = kKindKeys.delay[i], &cost = kKindKeys.cost[i];
    *measurement++ = {kind_of_models(i), kKindsOfModels.name[i], {delay.text, delay.length}, {cost.text, cost.length}};
  }
  ReportedQuantity* reported = all.reported;
  for (const ReportedQuantity& one : kFixedReported) *reported++ = one;
  const auto add = [&]<class One>() {
    if constexpr (IsMeasured<One>) {
      for (int i = 0; i < static_cast<int>(std::size(One::measured)); ++i) {
        const auto& one = One::measured[i];
        const Assay assay = assay_of<One>(i);
        *reported = {assay.result, assay.measure, one.name,  One::section, one.unit,
                     One::subject, one.domain,    one.usual, one.meaning,  one.noun};
        (reported++)->error = one.error;
      }
    }
  };
  (add.template operator()<M>(), ...);
  return all;
}
inline constexpr AllMeasured kAllMeasured = list_all(Models{});
inline constexpr auto& kMeasurements = kAllMeasured.measurements;
inline constexpr auto& kReported = kAllMeasured.reported;

constexpr const Measurement& entry_of(Measure measure) {
  return entry_with(kMeasurements, &Measurement::measure, measure);
}
constexpr const Measurement* find_measurement(std::string_view name) { return find_named(kMeasurements, name); }

/// Bits of the results that a measurement gives.
constexpr std::uint32_t results_of(Measure measure) {
  std::uint32_t results = 0;
  for (const ReportedQuantity& one : kReported)
    if (one.measure == measure) results |= 1u << static_cast<int>(one.result);
  return results;
}

}  // namespace VT_ISA
}  // namespace vt
