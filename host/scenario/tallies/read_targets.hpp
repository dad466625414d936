#pragma once
#include <functional>
#include <string>
#include <vector>

#include "host/scenario/toml/merge.hpp"
#include "host/scenario/toml/table_reader.hpp"
#include "host/scenario/toml/toml_reader.hpp"
#include "output/compare.hpp"

namespace vt {

/// Published results to hold a run against, as in scenarios/targets (format: scenarios/reference.md).
struct TargetFile {
  std::string title, scenario;
  std::vector<Target> targets;
};

/// Whether rows may name one of several trials.
enum class RunsOfTargets { one, several };

/// What a target asks of which tally; its name, and what was published, are left out.
Target read_question(TableReader& reader, RunsOfTargets runs = RunsOfTargets::one);

/// A row: all keys of a [[target]]. Whoever calls it finishes the reader.
Target read_target(TableReader& reader, RunsOfTargets runs = RunsOfTargets::one);

/// [[target]], which have different names.
void read_target_rows(const Field& rows, const std::function<Target(TableReader&)>& read);

/// Reads a file of targets; every mistake goes to `problems`.
TargetFile read_targets(const std::string& path, Problems& problems, const FileText& text_of = read_text_file);

}  // namespace vt
