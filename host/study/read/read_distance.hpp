#pragma once
#include "host/scenario/toml/table_reader.hpp"
#include "host/study/study_spec.hpp"

namespace vt {

/// distance_to = "../targets/tops.toml", rows = ["Median trough, 400 mg"]: a file of targets, and which of it; without
/// rows all that have a value.
void read_distance(TableReader& reader, const Field& file, EndpointSpec& endpoint);

}  // namespace vt
