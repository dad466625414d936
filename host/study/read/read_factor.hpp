#pragma once
#include <string>

#include "host/study/read/read_list.hpp"

namespace vt {

/// One [[factor]]; its files are read by `text_of`. \param listed  has the values, or null
FactorSpec read_factor(TableReader& reader, const std::string& name, const FileText& text_of,
                       const ListedPoints* listed);

}  // namespace vt
