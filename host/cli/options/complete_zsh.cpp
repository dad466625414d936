#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include "host/cli/options/complete.hpp"
#include "host/cli/options/entry.hpp"
#include "host/cli/options/takes.hpp"
#include "host/cli/shipped.hpp"

namespace vt {

namespace {

/// Inside of single quotes, where _arguments sees colons and brackets.
std::string for_zsh(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else if (c == ':' || c == '[' || c == ']' || c == '\\')
      out += std::string("\\") + c;
    else
      out += c;
  }
  return out;
}

std::string action_of(const OptionFacts& option) {
  if (!option.choices.empty()) return fmt::format("({})", fmt::join(option.choices, " "));
  const Takes* takes = taken_by(option);
  if (takes == nullptr) return "";
  if (takes->has_commands) return "_vtrial_commands";
  if (takes->has_scenarios) return "_vtrial_scenarios";
  if (takes->has_qualifications) return "_vtrial_qualifications";
  if (takes->has_folders_only) return "_files -/";
  return takes->ending.empty() ? "_files" : fmt::format("_files -g \"*.{}\"", takes->ending);
}

std::string specification(const OptionFacts& option) {
  if (option.is_argument)
    return fmt::format(" \\\n    '{}:{}:{}'", option.is_repeated ? "*" : "", for_zsh(option.value), action_of(option));
  std::string text;
  const std::string value = option.value.empty() ? "" : fmt::format(":{}:{}", for_zsh(option.value), action_of(option));
  for (const std::string& name : option.names)
    text += fmt::format(" \\\n    '{}{}[{}]{}'",
                        option.is_repeated ? "*" : fmt::format("({})", fmt::join(option.names, " ")), name,
                        for_zsh(option.words), value);
  return text;
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += fmt::format(" '{}'", for_zsh(name));
  return text;
}

}  // namespace

std::string zsh_completion(const CLI::App& program) {
  std::string commands, functions;
  for (const CommandEntry* entry : kCommands) {
    commands += fmt::format("    '{}:{}'\n", entry->name, for_zsh(entry->summary));
    functions += fmt::format("_vtrial_{}() {{\n  _arguments -s :", entry->name);
    for (const OptionFacts& option : options_of(*program.get_subcommand(std::string(entry->name))))
      functions += specification(option);
    functions += "\n}\n\n";
  }
  return "#compdef vtrial\n# zsh completion of vtrial, as `vtrial completion zsh` prints it.\n\n_vtrial_commands() {\n "
         " "
         "local -a commands=(\n" +
         commands + "  )\n  _describe command commands\n}\n\n_vtrial_scenarios() {\n  local -a scenarios=(" +
         quoted_list(shipped_scenarios()) +
         ")\n  _files -g \"*.toml\"\n  compadd -a scenarios\n}\n\n_vtrial_qualifications() {\n  local -a names=(" +
         quoted_list(shipped_qualifications()) + ")\n  _files -g \"*.toml\"\n  compadd -a names\n}\n\n" + functions +
         R"(_vtrial() {
  if ((CURRENT == 2)); then
    if [[ ${words[2]} == -* ]]; then
      compadd -- -h --help --version
    else
      _vtrial_commands
    fi
    return
  fi
  local command=${words[2]}
  shift words
  ((CURRENT--))
  ((${+functions[_vtrial_$command]})) && _vtrial_$command
}

# As a file of $fpath this is the body of _vtrial itself.
if [[ ${funcstack[1]} == _vtrial ]]; then
  _vtrial "$@"
else
  compdef _vtrial vtrial
fi
)";
}

}  // namespace vt
