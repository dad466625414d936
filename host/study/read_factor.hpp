#pragma once
#include <string>

#include "host/scenario/toml/table_reader.hpp"
#include "host/study/study_spec.hpp"

namespace vt {

/// One [[factor]]; its files are read by `text_of`.
FactorSpec read_factor(TableReader& reader, const std::string& name, const FileText& text_of);

}  // namespace vt
