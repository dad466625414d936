#include "host/cli/options/add.hpp"

namespace vt {

CLI::Option* add_file(CLI::App& app, const std::string& name, std::string& target, const std::string& help,
                      const std::string& type) {
  // An empty name is most often a variable of a script that is not set.
  const auto names_a_file = [](const std::string& text) {
    return text.empty() ? std::string("the name is empty") : std::string();
  };
  return app.add_option(name, target, help)->type_name(type)->check(names_a_file);
}

void add_set(CLI::App& app, std::vector<std::string>& set, const std::string& help) {
  app.add_option("--set", set, help)->type_name("KEY=VALUE")->allow_extra_args(false);
}

void add_json(CLI::App& app, Chosen& chosen, const std::string& help) { app.add_flag("--json", chosen.json, help); }

}  // namespace vt
