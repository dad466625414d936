#pragma once
#include <string>

#include "host/cli/commands.hpp"

namespace vt {

/// Prints the JSON Schema of such files, or writes it. \param what  a name of kSchemas \param output  "" = standard
/// output
ExitCode write_schema(const std::string& what, const std::string& output);

}  // namespace vt
