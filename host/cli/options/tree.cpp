#include "host/cli/options/tree.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "host/cli/options/entry.hpp"
#include "host/problems.hpp"

namespace vt {

namespace {

/// Whether all letters of `name` stand in `text`, in their order, the first at its beginning.
bool holds_in_order(std::string_view text, std::string_view name) {
  std::size_t at = 0;
  for (const char c : name) {
    at = text.find(c, at);
    if (at == std::string_view::npos) return false;
    ++at;
  }
  return text.front() == name.front();
}

}  // namespace

std::vector<OptionFacts> options_of(const CLI::App& command) {
  std::vector<OptionFacts> arguments, options;
  for (const CLI::Option* option : command.get_options()) {
    OptionFacts facts;
    facts.is_argument = option->get_positional();
    facts.is_required = option->get_required();
    facts.is_repeated = option->get_items_expected_max() > 1;
    facts.words = option->get_description();
    for (const std::string& name : option->get_snames()) facts.names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) facts.names.push_back("--" + name);
    if (facts.is_argument) facts.names = {option->get_name(true, false)};
    const std::string type = option->get_type_size_max() > 0 ? option->get_type_name() : "";  // "NAME:{auto,cpu,cuda}"
    facts.value = facts.is_argument ? facts.names[0] : type.substr(0, type.find(':'));
    if (const std::size_t open = type.find('{'); open != std::string::npos)
      for (std::size_t from = open + 1, end = open; from < type.size() && type[end] != '}'; from = end + 1) {
        end = type.find_first_of(",}", from);
        if (end == std::string::npos) break;
        facts.choices.push_back(type.substr(from, end - from));
      }
    (facts.is_argument ? arguments : options).push_back(std::move(facts));
  }
  arguments.insert(arguments.end(), options.begin(), options.end());
  return arguments;
}

std::string unknown_command(const std::string& name) {
  static constexpr std::pair<std::string_view, std::string_view> elsewhere[] = {
      {"simulate", "run"}, {"sim", "run"},         {"start", "run"},        {"exec", "run"},
      {"sweep", "run"},    {"sensitivity", "run"}, {"power", "run"},        {"optimise", "run"},
      {"optimize", "run"}, {"study", "run"},       {"resume", "run"},       {"validate", "check"},
      {"lint", "check"},   {"verify", "check"},    {"describe", "explain"}, {"show", "info"},
      {"inspect", "info"}, {"plot", "report"},     {"html", "report"},      {"csv", "export"},
      {"merge", "join"},   {"init", "new"},        {"create", "new"},       {"gpu", "devices"},
      {"gpus", "devices"}, {"test", "selftest"},   {"version", "--version"}};
  for (const auto& [theirs, ours] : elsewhere)
    if (name == theirs) return fmt::format("there is no command '{}'; did you mean '{}'?", name, ours);
  std::vector<std::string> commands;
  for (const CommandEntry* entry : kCommands) commands.emplace_back(entry->name);
  std::string meant = did_you_mean(name, commands);
  for (const std::string& command : commands)  // "rn", "sel"
    if (meant.empty() && name.size() >= 2 && holds_in_order(command, name))
      meant = fmt::format("; did you mean '{}'?", command);
  return fmt::format("there is no command '{}'{}", name, meant.empty() ? "; vtrial help lists them" : meant);
}

std::string missing_words(const CLI::App& program, const std::string& complaint) {
  const std::vector<CLI::App*> chosen = program.get_subcommands();
  const std::string who = chosen.empty() ? "vtrial" : "vtrial " + chosen[0]->get_name();
  const std::vector<std::string> left_over = program.remaining(true);
  return fmt::format("{}: {}\n", who, complaint) + (left_over.empty()
                                                        ? fmt::format("{} --help lists what there is\n", who)
                                                        : unexpected_words(program, left_over));
}

std::string unexpected_words(const CLI::App& program, const std::vector<std::string>& left_over) {
  const std::vector<CLI::App*> chosen = program.get_subcommands();
  const CLI::App& command = chosen.empty() ? program : *chosen[0];
  const std::string who = chosen.empty() ? "vtrial" : "vtrial " + command.get_name();
  std::vector<std::string> names;
  for (const OptionFacts& option : options_of(command))
    if (!option.is_argument) names.insert(names.end(), option.names.begin(), option.names.end());
  std::string text;
  const auto nearest = [&](const std::string& option) {
    for (const std::string& name : names)
      if (option.size() > 3 && name.starts_with(option)) return fmt::format("; did you mean '{}'?", name);
    return did_you_mean(option, names);
  };
  for (const std::string& word : left_over)
    text += word.starts_with("-") ? fmt::format("{}: there is no option '{}'{}\n", who, word.substr(0, word.find('=')),
                                                nearest(word.substr(0, word.find('='))))
                                  : fmt::format("{}: '{}' is one argument too many\n", who, word);
  return text + fmt::format("{} --help lists what there is\n", who);
}

}  // namespace vt
