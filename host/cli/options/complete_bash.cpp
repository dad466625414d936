#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include "host/cli/options/complete.hpp"
#include "host/cli/options/entry.hpp"
#include "host/cli/options/takes.hpp"
#include "host/cli/shipped.hpp"

namespace vt {

namespace {

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const CommandEntry* entry : kCommands) names.emplace_back(entry->name);
  return names;
}

/// The shell's words that offer what this takes.
std::string offer_of(const OptionFacts& option) {
  if (!option.choices.empty()) return fmt::format("_vtrial_words \"{}\"", joined(option.choices));
  const Takes* takes = taken_by(option);
  if (takes == nullptr) return ":";
  if (takes->has_commands) return fmt::format("_vtrial_words \"{}\"", joined(command_names()));
  if (takes->has_folders_only) return "_vtrial_files /";
  std::string text = fmt::format("_vtrial_files '{}'", takes->ending);
  if (takes->has_scenarios) text += "; _vtrial_words \"$scenarios\"";
  if (takes->has_qualifications) text += fmt::format("; _vtrial_words \"{}\"", joined(shipped_qualifications()));
  return text;
}

std::string case_of_command(const CommandEntry& entry, const CLI::App& command) {
  std::string values, arguments;
  std::vector<std::string> names;
  std::size_t place = 0;
  for (const OptionFacts& option : options_of(command)) {
    if (option.is_argument) {
      ++place;
      arguments +=
          fmt::format("        {}) {} ;;\n", option.is_repeated ? "*" : fmt::format("{}", place), offer_of(option));
      continue;
    }
    names.insert(names.end(), option.names.begin(), option.names.end());
    if (!option.value.empty())
      values += fmt::format("        {}) {}; return ;;\n", fmt::join(option.names, "|"), offer_of(option));
  }
  return fmt::format(
      "    {})\n      case $previous in\n{}      esac\n      if [[ $current == -* ]]; then _vtrial_words \"{}\"; "
      "return; fi\n"
      "      case $place in\n{}      esac ;;\n",
      entry.name, values, joined(names), arguments);
}

/// Options of all commands that take a value: the word behind one is no argument.
std::string options_with_values(const CLI::App& program) {
  std::string text;
  for (const CommandEntry* entry : kCommands)
    for (const OptionFacts& option : options_of(*program.get_subcommand(std::string(entry->name))))
      if (!option.is_argument && !option.value.empty())
        for (const std::string& name : option.names) text += fmt::format(" {}:{}", entry->name, name);
  return text + " ";
}

}  // namespace

std::string bash_completion(const CLI::App& program) {
  std::string cases;
  for (const CommandEntry* entry : kCommands)
    cases += case_of_command(*entry, *program.get_subcommand(std::string(entry->name)));
  return R"(# bash completion of vtrial, as `vtrial completion bash` prints it.

# Adds those of the words that begin with what was typed.
_vtrial_words() {
  local word
  for word in $1; do
    [[ $word != "$current"* ]] || COMPREPLY+=("$word")
  done
}

# Adds files that end so, and folders; "/": folders alone.
_vtrial_files() {
  local file typed=$current
  [[ $typed != "~/"* ]] || typed=$HOME${typed:1}
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do
    if [[ -d $file || $1 != / && ( -z $1 || $file == *."$1" ) ]]; then COMPREPLY+=("$file"); fi
  done < <(compgen -f -- "$typed")
}

_vtrial() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command="" place=1 i
  local scenarios=")" +
         joined(shipped_scenarios()) + "\"\n  local valued=\"" + options_with_values(program) + R"("
  COMPREPLY=()
  # bash cuts --option=value into three words.
  if [[ $current == "=" ]]; then
    current=""
  elif [[ $previous == "=" ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} != -* && ${COMP_WORDS[i]} != "=" && ${COMP_WORDS[i - 1]} != "=" ]] || continue
    if [[ -z $command ]]; then
      command=${COMP_WORDS[i]}
    elif [[ $valued != *" $command:${COMP_WORDS[i - 1]} "* ]]; then
      ((place++))
    fi
  done
  case $command in
    "") _vtrial_words ")" +
         joined(command_names()) + " -h --help --version\" ;;\n" + cases + R"(  esac
}

complete -F _vtrial vtrial
)";
}

}  // namespace vt
