#include "host/cli/options/help_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "host/cli/options/entry.hpp"
#include "host/cli/options/tree.hpp"
#include "output/text.hpp"

namespace vt {

namespace {

constexpr std::size_t kHelpColumns = 100, kWordsFrom = 26;

struct Explained {
  std::string_view what, words;
};
constexpr Explained kExitCodes[] = {
    {"0", "done"},
    {"1", "a comparison failed"},
    {"2", "a mistake in the scenario or in the command"},
    {"3", "some patients could not be computed"},
    {"4", "device"},
    {"5", "internal"},
    {"74", "input or output"},
    {"75", "interrupted; --resume goes on"},
    {"130", "ended at once by a second Ctrl-C"},
};
constexpr Explained kEnvironment[] = {
    {"VTRIAL_ISA", "the build for processors that is used, of those that vtrial devices names"},
    {"VTRIAL_PLUGINS", "where libvtrial_mpi.so and libvtrial_optimise.so are"},
    {"CUDA_VISIBLE_DEVICES", "the GPUs that there are; -1: none"},
    {"CI, TERM=dumb", "progress in lines, not as a bar; no output has colours (NO_COLOR)"},
};

const CommandEntry& entry_of(const CLI::App& command) {
  for (const CommandEntry* entry : kCommands)
    if (entry->name == command.get_name()) return *entry;
  throw std::logic_error("a command without an entry");
}

/// "  what      words", the words broken over lines of their own.
std::string explained(std::string_view what, std::string_view words, std::size_t from = kWordsFrom) {
  std::string out = fmt::format("  {}", what);
  const std::vector<std::string> lines = wrapped(words, kHelpColumns - from);
  const bool is_long = text_width(out) + 2 > from;
  if (is_long) out += '\n';
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t there = i > 0 || is_long ? 0 : text_width(out);
    out += std::string(from - there, ' ') + lines[i] + '\n';
  }
  return out;
}

/// "-o, --output FILE.h5"
std::string spelt(const OptionFacts& option) {
  std::string text = fmt::format("{}", fmt::join(option.names, ", "));
  if (option.is_argument) return option.is_repeated ? text + "..." : text;
  return option.value.empty() ? text : text + ' ' + option.value;
}

std::string usage(const CLI::App& command) {
  std::string text = fmt::format("vtrial {} [OPTIONS]", command.get_name());
  for (const OptionFacts& option : options_of(command))
    if (option.is_argument) text += option.is_required ? " " + spelt(option) : fmt::format(" [{}]", spelt(option));
  return text;
}

/// \param of  " of run" behind the headings
std::string options_text(const CLI::App& command, const std::string& of) {
  std::string arguments, options;
  for (const OptionFacts& option : options_of(command))
    (option.is_argument ? arguments : options) += explained(spelt(option), option.words);
  return (arguments.empty() ? "" : fmt::format("\nArguments{}:\n{}", of, arguments)) +
         fmt::format("\nOptions{}:\n{}", of, options);
}

std::string examples_text(const CommandEntry& entry, const std::string& of) {
  std::string text;
  constexpr std::size_t from = 6;
  for (const CommandExample& example : entry.examples)
    text += fmt::format("  {}\n{}{}\n", example.line, std::string(from, ' '), example.what);
  return text.empty() ? "" : fmt::format("\nExamples{}:\n{}", of, text);
}

std::string list_of_commands(bool has_examples) {
  std::string text;
  constexpr std::size_t from = 14;
  for (const CommandGroupEntry& group : kCommandGroups) {
    text += fmt::format("\n{}:\n", group.heading);
    for (const CommandEntry* entry : kCommands) {
      if (entry->group != group.group) continue;
      text += explained(entry->name, entry->summary, from);
      if (has_examples && !entry->examples.empty())
        text += fmt::format("{}{}\n", std::string(from, ' '), entry->examples[0].line);
    }
  }
  return text;
}

template <std::size_t N>
std::string list_of(const Explained (&list)[N]) {
  std::string text;
  for (const Explained& one : list) text += explained(one.what, one.words);
  return text;
}

class OwnHelp final : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const override {
    return app->get_parent() == nullptr ? program_help(*app) : command_help(*app);
  }
};

}  // namespace

void use_own_help(CLI::App& program) {
  program.formatter(std::make_shared<OwnHelp>());
  program.set_help_flag("-h,--help", "what this command does and takes");
}

std::string program_help(const CLI::App& program) {
  return fmt::format("{}\n\nUsage: vtrial COMMAND [OPTIONS]\n{}{}\n{}\n\nExit codes:\n{}\nEnvironment:\n{}",
                     program.get_description(), list_of_commands(true), options_text(program, ""),
                     "vtrial help COMMAND has the options of one command, vtrial help --all those of all.",
                     list_of(kExitCodes), list_of(kEnvironment));
}

std::string command_help(const CLI::App& command) {
  const CommandEntry& entry = entry_of(command);
  return fmt::format("{}\n\nUsage: {}\n{}{}", entry.summary, usage(command), options_text(command, ""),
                     examples_text(entry, ""));
}

std::string manual(const CLI::App& program) {
  std::string text = fmt::format(
      "{}\n\nUsage: vtrial COMMAND [OPTIONS]\n\nA scenario is a file, or the name of one that comes with the program. "
      "Results go to standard\noutput, everything else to standard error.\n{}{}",
      program.get_description(), list_of_commands(false), options_text(program, " of the program"));
  for (const CommandEntry* entry : kCommands) {
    const CLI::App& command = *program.get_subcommand(std::string(entry->name));
    const std::string of = fmt::format(" of {}", entry->name);
    text += fmt::format("\n*vtrial {}*\n\n{}\n\n{}\n{}{}", entry->name, usage(command), entry->summary,
                        options_text(command, of), examples_text(*entry, of));
  }
  return text + fmt::format("\n*exit status*\n\n{}\nEnvironment:\n\n{}", list_of(kExitCodes), list_of(kEnvironment));
}

}  // namespace vt
