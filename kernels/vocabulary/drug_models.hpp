#pragma once
#include <cstdint>

#include "kernels/vocabulary/named.hpp"

/// \file How a drug enters the body, how it is distributed there, and how its doses are missed, as scenarios say it.

namespace vt {

/// How a dose enters; the list of kernels/drug/inputs.hpp.
enum class AbsorptionModel : std::uint32_t;

/// What scenarios call a way in.
struct AbsorptionName {
  std::string_view name;
  std::string_view enters;    ///< where a dose goes, for the documentation
  std::string_view rate_key;  ///< the key that says how fast
};
struct AbsorptionEntry : AbsorptionName {
  AbsorptionModel model;
};

/// Where drug goes in the body.
enum class DispositionModel : std::uint32_t { one_compartment, two_compartments };
struct DispositionEntry {
  DispositionModel model;
  std::string_view name;
  std::string_view has;  ///< for the documentation
};
inline constexpr DispositionEntry kDispositionModels[] = {
    {DispositionModel::one_compartment, "one_compartment", "a central compartment, from which drug is eliminated"},
    {DispositionModel::two_compartments, "two_compartments", "the same, and a peripheral one that exchanges with it"},
};

/// How doses are missed.
enum class AdherenceModel : std::uint32_t { perfect, bernoulli, markov, three_state, holidays };
struct AdherenceEntry {
  AdherenceModel model;
  std::string_view name;
  std::string_view misses;  ///< when a dose is missed, for the documentation
  bool has_habits;          ///< always of the patient's own; otherwise where entries ask for them
  bool in_runs;             ///< whether a dose is missed depends on the one before
};
inline constexpr AdherenceEntry kAdherenceModels[] = {
    {AdherenceModel::perfect, "perfect", "never", false, false},
    {AdherenceModel::bernoulli, "bernoulli", "by itself, with probability 1 − `taken`", false, false},
    {AdherenceModel::markov, "markov",
     "in runs: after a missed dose with probability `miss_after_miss`, after one taken so often that `taken` is the "
     "level",
     true, true},
    {AdherenceModel::three_state, "three_state",
     "in short runs as in `markov`, and on holidays: `holiday_share` of the missed doses lie in holidays, each of "
     "which goes on for another day with probability `holiday_after_holiday`",
     true, true},
    {AdherenceModel::holidays, "holidays",
     "by itself outside holidays; these begin at `holiday_rate` (\"0.5 1/month\") and last from `holiday_shortest` to "
     "`holiday_longest` days, each length as likely as another",
     true, false},
};

/// A key that scenarios have beside some of these models.
struct KeyOfModels {
  std::string_view key;
  std::uint32_t models;   ///< bits
  bool is_needed = true;  ///< beside each of them
};

template <class Model>
constexpr std::uint32_t bits_of_models(Model model) {
  return 1u << static_cast<std::uint32_t>(model);
}
template <class Model, class... Models>
constexpr std::uint32_t bits_of_models(Model model, Models... more) {
  return bits_of_models(model) | bits_of_models(more...);
}

inline constexpr KeyOfModels kDispositionKeys[] = {
    {"intercompartmental_clearance", bits_of_models(DispositionModel::two_compartments)},
    {"peripheral_volume", bits_of_models(DispositionModel::two_compartments)},
};

inline constexpr std::uint32_t kEveryAdherence = (1u << std::size(kAdherenceModels)) - 1;
inline constexpr std::uint32_t kMissing = kEveryAdherence & ~bits_of_models(AdherenceModel::perfect);
inline constexpr KeyOfModels kAdherenceKeys[] = {
    {"taken", kMissing},
    {"miss_odds", kMissing, false},
    {"decline", kMissing, false},
    {"double_after_miss", kMissing, false},
    {"double_by_mistake", kEveryAdherence, false},
    {"stops_after", kEveryAdherence, false},
    {"pills_lost", kEveryAdherence, false},
    {"miss_after_miss", bits_of_models(AdherenceModel::markov, AdherenceModel::three_state)},
    {"holiday_share", bits_of_models(AdherenceModel::three_state)},
    {"holiday_after_holiday", bits_of_models(AdherenceModel::three_state)},
    {"holiday_rate", bits_of_models(AdherenceModel::holidays)},
    {"holiday_shortest", bits_of_models(AdherenceModel::holidays)},
    {"holiday_longest", bits_of_models(AdherenceModel::holidays)},
};

/// Whether a key goes with a model.
template <class Model>
constexpr bool goes_with(const KeyOfModels& key, Model model) {
  return (key.models & bits_of_models(model)) != 0;
}

}  // namespace vt
