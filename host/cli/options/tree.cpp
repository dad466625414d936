#include "host/cli/options/tree.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "host/problems.hpp"

namespace vt {

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

std::string unexpected_words(const CLI::App& program, const std::vector<std::string>& left_over) {
  const std::vector<CLI::App*> chosen = program.get_subcommands();
  const CLI::App& command = chosen.empty() ? program : *chosen[0];
  const std::string who = chosen.empty() ? "vtrial" : "vtrial " + command.get_name();
  std::vector<std::string> names;
  for (const OptionFacts& option : options_of(command))
    if (!option.is_argument) names.insert(names.end(), option.names.begin(), option.names.end());
  std::string text;
  for (const std::string& word : left_over)
    text += word.starts_with("-") ? fmt::format("{}: there is no option '{}'{}\n", who, word.substr(0, word.find('=')),
                                                did_you_mean(word.substr(0, word.find('=')), names))
                                  : fmt::format("{}: '{}' is one argument too many\n", who, word);
  return text + fmt::format("{} --help lists what there is\n", who);
}

}  // namespace vt
