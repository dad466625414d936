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

void add_changes(CLI::App& app, Changes& changes) {
  add_whole(app, "--patients", changes.patients, "patients per replicate, as for run");
  add_whole(app, "--seed", changes.seed, "seed, instead of the scenario's", kLargestSeed);
  add_set(app, changes.set);
}

void add_json(CLI::App& app, Chosen& chosen, const std::string& help) { app.add_flag("--json", chosen.json, help); }

void add_printing(CLI::App& app, PrintingAsked& asked) {
  std::vector<std::string> names;
  std::string help = "what goes to standard output:";
  for (const PrintEntry& entry : kPrints) {
    help += fmt::format("{} {} ({}{})", names.empty() ? "" : ",", entry.name, entry.words,
                        names.empty() ? "; the default" : "");
    names.emplace_back(entry.name);
  }
  app.add_option("--print", asked.amount, help)->check(CLI::IsMember(names))->type_name("AMOUNT");
  app.add_flag("--quiet", asked.quiet, "no progress, and nothing on standard output but --json");
}

CLI::Option* add_tally(CLI::App& app, std::vector<std::string>& tallies) {
  return app
      .add_option("--tally", tallies,
                  "the whole table of a tally, or a test with its power; of a study an endpoint or a design; may be "
                  "repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

}  // namespace vt
