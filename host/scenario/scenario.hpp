#pragma once
/// \file A Scenario: what the user wrote, with `base` files merged, units converted to those of kernels/, and the place
/// of every entry kept for error messages.

#include <array>

#include "host/scenario/course/spec.hpp"
#include "host/scenario/models/prior_spec.hpp"
#include "host/scenario/people/spec.hpp"
#include "host/scenario/tallies/spec.hpp"

namespace vt {

/// One `--set key=value` or `--set key*=factor`, or another option that stands for it.
struct Override {
  std::string key;          ///< dotted path; elements of named arrays by name: arm.'400 mg QD'.share
  std::string value;        ///< TOML value text; bare words are taken as strings
  std::string option;       ///< "" = --set
  Position where{};         ///< in a file that sets it; else it comes from the command line
  bool multiplies = false;  ///< what stands there, by `value`
};

/// "--set key=value" or "--option value"
std::string as_typed(const Override&);
/// "command line: --set key=value", or the file that sets it: the source of a number that is changed.
std::string source_of(const Override&);
/// Where it stands, for complaints.
Position place_of(const Override&);

struct Scenario {
  std::string title;
  std::string path;                 ///< file that was asked for
  std::vector<std::string> files;   ///< every file merged, in order
  std::string resolved_toml;        ///< after merging and --set
  std::vector<Override> overrides;  ///< of the command line

  std::uint64_t seed = 1;
  std::uint64_t patients = 0;  ///< per replicate, all arms together
  std::uint64_t replicates = 1;
  std::int32_t duration_day = 0;
  std::int32_t first_day = 0;             ///< ≤ 0; days before the first dose that are simulated
  std::string allocation = "randomised";  ///< or counterfactual
  StopSpec stop_when;
  std::uint32_t block = 0;  ///< patients per randomisation block; 0 = the sum of the shares

  std::vector<CovariateSpec> covariates;
  std::vector<MutantSpec> mutants;
  std::vector<RandomEffectSpec> random_effects;
  std::vector<ParameterSpec> parameters;
  std::vector<CriterionSpec> criteria;
  CorrelationSpec correlation;
  PatientTableSpec table;
  DoseRecordsSpec dose_records;
  ModelSpec pk, second_drug, assays, prediction;
  PriorSpec prior;
  /// The model whose numbers stand where [prediction] has none.
  const ModelSpec& prior_pk() const { return prior.is_set() ? prior.pk : pk; }
  std::array<ModelSpec, kModels> models;  ///< of kernels/models
  template <class M>
  ModelSpec& model() {
    return models[kBefore<M>.models];
  }
  template <class M>
  const ModelSpec& model() const {
    return models[kBefore<M>.models];
  }
  AdherenceSpec adherence;
  std::vector<InteractionSpec> interactions;
  std::vector<LadderSpec> ladders;
  std::vector<ArmSpec> arms;
  std::vector<TestSpec> tests;
  std::vector<VisitSpec> visits;
  std::vector<RuleSpec> rules;
  std::vector<EventSpec> events;
  std::vector<TallySpec> tallies;
  RecordSpec record;
  std::vector<ColumnSpec> columns;
  std::vector<AnalysisSpec> analyses;
};

/// Reads, merges, converts. Every mistake goes to `problems`; what could be understood is returned all the same, so
/// that the formulas can be checked too. Nothing is returned after a syntax error, a missing file or a cycle of `base`.
std::optional<Scenario> read_scenario(const std::string& path, const std::vector<Override>& overrides,
                                      Problems& problems);

}  // namespace vt
