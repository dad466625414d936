#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/cli/commands.hpp"

/// \file The commands of the program. All that differs between them stands in one entry for each: NAME.cpp beside this
/// file. A new one is such a file, its name below, and its place in kCommands.

namespace CLI {
class App;
}

namespace vt {

/// What a command line asks for.
struct Chosen {
  std::string line;                  ///< as typed
  std::function<ExitCode()> action;  ///< of the command that was named
  bool json = false;                 ///< errors, too, are told as JSON
};

struct CommandEntry {
  std::string_view name;
  std::string_view summary;
  /// Declares arguments and options; when they are parsed, `action` is set. Both live as long as the program.
  void (*declare)(CLI::App& command, Chosen&);
};

extern const CommandEntry kRun, kJoin, kCheck, kExplain, kTrace, kQualify, kCompare, kReport, kInfo, kExport, kDevices;

/// In the order of the help.
inline constexpr const CommandEntry* kCommands[] = {&kRun,     &kJoin,   &kCheck, &kExplain, &kTrace,  &kQualify,
                                                    &kCompare, &kReport, &kInfo,  &kExport,  &kDevices};

}  // namespace vt
