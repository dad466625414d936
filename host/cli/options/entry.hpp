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

/// Commands that stand together in the help.
enum class CommandGroup { trials, results, program };
struct CommandGroupEntry {
  CommandGroup group;
  std::string_view heading;
};
inline constexpr CommandGroupEntry kCommandGroups[] = {{CommandGroup::trials, "Scenarios and trials"},
                                                       {CommandGroup::results, "Results"},
                                                       {CommandGroup::program, "The program"}};

/// What can be typed as it stands in the root of the repository, in the order of the help.
struct CommandExample {
  std::string_view line, what;
};

struct CommandEntry {
  std::string_view name;
  std::string_view summary;
  /// Declares arguments and options; when they are parsed, `action` is set. Both live as long as the program.
  void (*declare)(CLI::App& command, Chosen&);
  CommandGroup group = CommandGroup::program;
  std::span<const CommandExample> examples = {};  ///< the first of them is in the help of the program
};

extern const CommandEntry kNew, kRun, kJoin, kCheck, kExplain, kTrace, kQualify, kCompare, kReport, kInfo, kExport,
    kSchema, kDevices, kSelftest, kHelp, kCompletion;

/// In the order of the help.
inline constexpr const CommandEntry* kCommands[] = {&kNew,     &kRun,      &kJoin,   &kCheck,     &kExplain, &kTrace,
                                                    &kQualify, &kCompare,  &kReport, &kInfo,      &kExport,  &kSchema,
                                                    &kDevices, &kSelftest, &kHelp,   &kCompletion};

}  // namespace vt
