#pragma once
#include "host/scenario/scenario.hpp"
#include "host/scenario/toml/merge.hpp"

namespace vt {

/// A scenario's files laid on each other, as a tree.
struct MergedScenario {
  std::string path;
  std::vector<std::string> files;
  std::vector<Override> overrides;  ///< that are in the tree
  Node tree;
};

/// Nothing after a syntax error, a missing file or a cycle.
std::optional<MergedScenario> merge_scenario(const std::string& path, const std::vector<Override>& overrides,
                                             const FileText& text_of, Problems& problems);

/// Whether the scenario asks about many trials (host/study); and the trial that all of them vary, without the question.
bool is_study(const MergedScenario& merged);
void forget_study(Node& tree);

/// What the tree says, but for Scenario::resolved_toml; files of patients and doses are read by `text_of`.
Scenario read_merged(const MergedScenario& merged, const FileText& text_of, Problems& problems);

/// The tree as a file of its own.
std::string resolved_toml(const MergedScenario& merged);

/// All of it, over texts that need not be files.
std::optional<Scenario> read_scenario(const std::string& path, const std::vector<Override>& overrides,
                                      const FileText& text_of, Problems& problems);

}  // namespace vt
