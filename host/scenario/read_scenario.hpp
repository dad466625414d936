#pragma once
#include "host/scenario/scenario.hpp"
#include "host/scenario/toml/merge.hpp"

namespace vt {

/// read_scenario over texts that need not be files.
std::optional<Scenario> read_scenario(const std::string& path, const std::vector<Override>& overrides,
                                      const FileText& text_of, Problems& problems);

}  // namespace vt
