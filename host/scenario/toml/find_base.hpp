#pragma once
#include <string>
#include <vector>

#include "host/scenario/toml/merge.hpp"

namespace vt {

/// Folders of scenarios that come with the program: beside an unpacked one, of the sources, and where `install` puts
/// them.
std::vector<std::string> scenario_folders();

/// The path of a file that `base` names: beside the file that names it, else among the scenarios that come with the
/// program; its folder is then added to `shipped`. A Problem, and "", where neither is there.
std::string find_base(const Node& named, const FileText& text_of, Problems& problems,
                      std::vector<std::string>& shipped);

/// One note of all of a file's bases that were found there, if any.
void note_shipped(const Position& where, const std::vector<std::string>& shipped, Problems& problems);

}  // namespace vt
