#pragma once
#include "host/scenario/toml/table_reader.hpp"
#include "host/study/study_spec.hpp"

namespace vt {

/// A [[trial_design]]; several, where it has a list of sizes. \param trial  the scenario's tree
std::vector<TrialDesign> read_trial_design(TableReader& reader, const std::string& name, Node& trial);

/// An [[observed]] count. \param designs  of the study
ObservedSpec read_observed(TableReader& reader, const std::string& name, const std::vector<TrialDesign>& designs);

}  // namespace vt
