#pragma once
#include <string>
#include <vector>

#include "host/scenario/toml/table_reader.hpp"
#include "output/compare.hpp"

namespace vt {

/// Published results to hold a run against, as in scenarios/targets (format: scenarios/reference.md).
struct TargetFile {
  std::string title, scenario;
  std::vector<Target> targets;
};

/// What a target asks of which tally; its name, and what was published, are left out.
Target read_question(TableReader& reader);

/// Reads a file of targets; every mistake goes to `problems`.
TargetFile read_targets(const std::string& path, Problems& problems);

}  // namespace vt
