#pragma once
#include <string>
#include <vector>

namespace vt {

/// The scenario itself, where there is a file of this name; else the one of this name that comes with the program
/// ("tops", "scenarios/tops.toml", "studies/tops_power"), or the name where there is none.
std::string with_shipped(const std::string& name);
std::vector<std::string> with_shipped(std::vector<std::string> names);

/// The same of published numbers: "tops", "targets/tops.toml", "scenarios/targets/tops.toml".
std::string with_shipped_targets(const std::string& name);

/// Names of the scenarios and studies that come with the program: "tops", "studies/tops_power".
std::vector<std::string> shipped_scenarios();
/// Names of the qualifications that come with it: "cml".
std::vector<std::string> shipped_qualifications();

}  // namespace vt
