#include <memory>

#include "host/cli/options/add.hpp"
#include "host/cli/options/help_text.hpp"
#include "host/cli/options/tree.hpp"
#include "host/cli/streams.hpp"

namespace vt {

namespace {

std::string help_on(const CLI::App& program, const std::string& name) {
  std::vector<std::string> names;
  for (const CommandEntry* entry : kCommands) names.emplace_back(entry->name);
  if (std::ranges::find(names, name) == names.end()) throw UsageError(unknown_command(name));
  return command_help(*program.get_subcommand(name));
}

void declare_help(CLI::App& app, Chosen& chosen) {
  struct Asked {
    std::string command;
    bool all = false;
  };
  const auto asked = std::make_shared<Asked>();
  app.add_option("COMMAND", asked->command, "command that help is wanted on");
  app.add_flag("--all", asked->all, "help on every command, as help2man makes the manual page of it");
  app.callback([asked, &app, &chosen] {
    chosen.action = [asked, &app] {
      const CLI::App& program = *app.get_parent();
      print(asked->all               ? manual(program)
            : asked->command.empty() ? program_help(program)
                                     : help_on(program, asked->command));
      return ExitCode::ok;
    };
  });
}

constexpr CommandExample kHelpExamples[] = {{"vtrial help run", "the same as vtrial run --help"},
                                            {"vtrial help --all", "everything"}};

}  // namespace

const CommandEntry kHelp = {.name = "help",
                            .summary = "what the program, or one of its commands, does and takes",
                            .declare = declare_help,
                            .group = CommandGroup::program,
                            .examples = kHelpExamples};

}  // namespace vt
