#pragma once
#include <string>
#include <vector>

#include "host/scenario/toml/merge.hpp"

namespace vt {

/// Folders of scenarios that come with the program: beside an unpacked one, of the sources, and where `install` puts
/// them.
std::vector<std::string> scenario_folders();

/// The path of a file that `base` names: beside the file that names it, else among the scenarios that come with the
/// program, which is noted. A Problem, and "", where neither is there.
std::string find_base(const Node& named, const FileText& text_of, Problems& problems);

}  // namespace vt
