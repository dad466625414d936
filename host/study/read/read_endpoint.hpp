#pragma once
#include <string>
#include <vector>

#include "host/scenario/toml/table_reader.hpp"
#include "host/study/study_spec.hpp"

namespace vt {

/// One [[endpoint]].
EndpointSpec read_endpoint(TableReader& reader, const std::string& name, const std::vector<FactorSpec>& factors);

/// Endpoints that go with each other, with the study or with the trial's tree.
void check_together(const StudySpec& study, Node& trial, const Position& where, Problems& problems);

}  // namespace vt
