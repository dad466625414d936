#include "host/trace/failure.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "host/formula/why_no_value.hpp"
#include "host/scenario/toml/keys.hpp"
#include "kernels/drug/variant.hpp"
#include "kernels/failure.hpp"
#include "kernels/tables.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {
namespace {

std::string short_text(double x) { return fmt::format("{:.6g}", x); }

const ModelKey* key_of(std::uint32_t trait) {
  for (const ModelKey& key : kModelKeys)
    if (key.trait == static_cast<int>(trait)) return &key;
  return nullptr;
}

std::string name_of_trait(std::uint32_t trait) {
  const ModelKey* key = key_of(trait);
  return key ? fmt::format("{}.{}", key->section, key->key) : fmt::format("trait {}", trait);
}

/// What a patient's trial failed on, in the order of for_each_vital (kernels/record.hpp).
std::string_view vital_in_words(std::uint32_t place) {
  std::vector<std::string_view> all = {"the amount of drug in the central compartment"};
  const auto add = [&]<class M>() {
    for (const auto& one : M::vitals) all.push_back(one.words);
  };
  for_each_model(StagedModels{}, add);
  all.emplace_back("the relative exposure");
  for_each_model(PlainModels{}, add);
  return place < all.size() ? all[place] : "the state";
}

std::string_view name_of_prior(const PredictionPlan& plan, std::uint32_t place) {
  constexpr std::string_view shared[kSharedPriorTraits] = {
      "clearance",        "volume", "absorption", "lag", "bioavailability", "intercompartmental clearance",
      "peripheral volume"};
  if (place < kSharedPriorTraits) return shared[place];
  return with_input(plan.input, [&]<class In>() -> std::string_view {
    if constexpr (requires { In::parameters; }) return In::parameters[place - kSharedPriorTraits].key;
    return "input";
  });
}

const FormulaSite& site_of(const BuiltPlan& built, std::uint32_t site) {
  static const FormulaSite unknown{"a number", "", false, {}, {}};
  return site < built.formulas.size() ? built.formulas[site] : unknown;
}

/// "x = 0; y = 3"
std::string inputs_of(const FormulaSite& site, const TracedFailure& failure, std::span<const double> traits) {
  std::string out;
  for (const PatientName& input : site.inputs) {
    const bool is_known = !site.is_of_visits || (failure.defined >> input.slot & 1) != 0;
    const double value = site.is_of_visits ? failure.value[input.slot] : traits[input.slot];
    out += fmt::format("; {} = {}", input.name, is_known ? short_text(value) : "undefined");
  }
  return out;
}

std::string of_formula(const BuiltPlan& built, const TracedFailure& failure, std::span<const double> traits) {
  const FormulaSite& site = site_of(built, place_of(failure.failure));
  const Plan& plan = built.buffer.plan();
  const std::span<const double> values = site.is_of_visits ? std::span<const double>(failure.value) : traits;
  const std::string why = why_no_value(
      site.program, {begin(plan, plan.instructions) + site.program.first_instruction, site.program.n_instructions},
      {begin(plan, plan.constants) + site.program.first_constant, 256}, values);
  return fmt::format("{}{}{}{}", site.text, why.empty() ? "" : ": ", why, inputs_of(site, failure, traits));
}

std::string of_trait(const Plan& plan, std::uint32_t trait, std::span<const double> traits) {
  const ModelKey* key = key_of(trait);
  const std::string unit = key && !key->unit.empty() ? fmt::format(" {}", key->unit) : "";
  return fmt::format("{} = {}{}", name_of_trait(trait), short_text(traits[plan.trait_slot[trait]]), unit);
}

}  // namespace

std::string reason_of_failure(const BuiltPlan& built, std::uint64_t failure) {
  const std::uint32_t place = place_of(failure);
  const auto about = [&](std::string_view problem) { return fmt::format("{} {}", name_of_trait(place), problem); };
  switch (reason_of(failure)) {
    case Failure::negative_trait:
      return about("is negative or no number");
    case Failure::zero_trait:
      return about("is 0 (the model divides by it)");
    case Failure::share_above_one:
      return about("is above 1 (it is a share)");
    case Failure::short_holiday:
      return "a drug holiday is shorter than a day, or its longest shorter than its shortest";
    case Failure::long_input:
      return about(place == static_cast<std::uint32_t>(Trait::lag_h)
                       ? "is a day or longer"
                       : "and pk.lag are too long together (an input begins by the first "
                         "midnight and is over by the second)");
    case Failure::bad_dose:
      return "the dose of a regimen is negative, no number, or more than its tablets make";
    case Failure::bad_prior:
      return fmt::format(
          "the {} of the prediction's prior is not positive, no number, or an input or lag of more than "
          "a day",
          name_of_prior(built.buffer.plan().prediction, place));
    case Failure::no_distribution:
      return fmt::format("the covariate '{}' has no distribution with its parameters",
                         place < built.covariates.size() ? built.covariates[place] : "");
    case Failure::formula_domain:
      return fmt::format("{} has no value", site_of(built, place).what);
    case Failure::bad_value:
      return fmt::format("{} is outside its range (hazards are 0 or more, probabilities 0 to 1)",
                         site_of(built, place).what);
    case Failure::gut_extraction:
      return about(
          "is 1 or more, or so little that comedications would make more than all of a dose be absorbed unchanged");
    case Failure::not_finite:
      return fmt::format("{} is no longer a number", vital_in_words(place));
    case Failure::none:
    case Failure::count:
      break;
  }
  return "";
}

std::string circumstances(const BuiltPlan& built, const TracedFailure& failure, std::span<const double> traits) {
  const Plan& plan = built.buffer.plan();
  const std::uint32_t place = place_of(failure.failure);
  const std::string day = fmt::format("day {}", failure.day);
  switch (reason_of(failure.failure)) {
    case Failure::formula_domain:
    case Failure::bad_value:
      return site_of(built, place).is_of_visits ? of_formula(built, failure, traits) + "; " + day
                                                : of_formula(built, failure, traits);
    case Failure::short_holiday:
      return of_trait(plan, static_cast<std::uint32_t>(Trait::holiday_shortest_day), traits) + "; " +
             of_trait(plan, static_cast<std::uint32_t>(Trait::holiday_longest_day), traits);
    case Failure::long_input:
      return of_trait(plan, static_cast<std::uint32_t>(Trait::lag_h), traits) +
             (place == static_cast<std::uint32_t>(Trait::lag_h) ? "" : "; " + of_trait(plan, place, traits));
    case Failure::negative_trait:
    case Failure::zero_trait:
    case Failure::share_above_one:
    case Failure::gut_extraction:
      return of_trait(plan, place, traits);
    case Failure::bad_dose:
      return fmt::format("{} mg", short_text(traits[at(plan, plan.own_doses, place).slot]));
    case Failure::bad_prior:
      return short_text(traits[plan.prediction.slot[place]]);
    case Failure::not_finite:
      return "found on " + day;
    case Failure::no_distribution:
    case Failure::none:
    case Failure::count:
      break;
  }
  return "";
}

std::string circumstances(const BuiltPlan& built, std::uint64_t failure, std::uint64_t id) {
  const Plan& plan = built.buffer.plan();
  std::vector<std::uint64_t> words(all_words(plan));
  std::array<double, kPatientSlots> traits{};
  TracedFailure found{};
  Record record;
  vt_run_trace(plan, {.id = id, .traits = traits.data()}, &found, &record, words.data());
  return found.failure == failure ? circumstances(built, found, traits) : "";
}

}  // namespace vt
