#pragma once
#include <string>

namespace CLI {
class App;
}

namespace vt {

/// A script that makes bash complete commands, options and what they take.
std::string bash_completion(const CLI::App& program);

/// The same for zsh: to be read by it, or as a file _vtrial in a folder of $fpath.
std::string zsh_completion(const CLI::App& program);

}  // namespace vt
