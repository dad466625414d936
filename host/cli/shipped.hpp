#pragma once
#include <string>
#include <vector>

namespace vt {

/// The scenario itself, where there is a file of this name; else the one of this name that comes with the program
/// ("tops", "scenarios/tops.toml", "studies/tops_power"), or the name where there is none.
std::string with_shipped(const std::string& name);
std::vector<std::string> with_shipped(std::vector<std::string> names);

}  // namespace vt
