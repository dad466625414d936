#pragma once
#include <string>

namespace CLI {
class App;
}

namespace vt {

/// Help of the program, or of the command, is made by program_help() and command_help() from now on. Called before
/// there is any command.
void use_own_help(CLI::App& program);

/// Commands in groups, each with an example; exit codes; environment. No line is longer than 100 columns.
std::string program_help(const CLI::App& program);

/// Arguments, options and examples.
std::string command_help(const CLI::App& command);

/// Everything, one command after the other, as help2man reads it.
std::string manual(const CLI::App& program);

}  // namespace vt
