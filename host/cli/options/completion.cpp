#include <fmt/ranges.h>

#include <memory>

#include "host/cli/options/add.hpp"
#include "host/cli/options/complete.hpp"
#include "host/cli/streams.hpp"

namespace vt {

namespace {

struct ShellEntry {
  std::string name;
  std::string (*script)(const CLI::App& program);
};

const std::vector<ShellEntry>& shells() {
  static const std::vector<ShellEntry> known = {{"bash", bash_completion}, {"zsh", zsh_completion}};
  return known;
}

void declare_completion(CLI::App& app, Chosen& chosen) {
  const auto wanted = std::make_shared<std::string>();
  std::vector<std::string> names;
  for (const ShellEntry& shell : shells()) names.push_back(shell.name);
  app.add_option("SHELL", *wanted, fmt::format("{}", fmt::join(names, " or ")))
      ->required()
      ->check(CLI::IsMember(names));
  app.callback([wanted, &app, &chosen] {
    chosen.action = [wanted, &app] {
      for (const ShellEntry& shell : shells())
        if (shell.name == *wanted) print(shell.script(*app.get_parent()));
      return ExitCode::ok;
    };
  });
}

constexpr CommandExample kCompletionExamples[] = {
    {"vtrial completion bash", "the script; source <(vtrial completion bash) has a shell read it"}};

}  // namespace

const CommandEntry kCompletion = {.name = "completion",
                                  .summary = "a script that makes a shell complete commands, options and files",
                                  .declare = declare_completion,
                                  .group = CommandGroup::program,
                                  .examples = kCompletionExamples};

}  // namespace vt
