#include <memory>

#include "host/cli/new_command.hpp"
#include "host/cli/options/add.hpp"

namespace vt {

namespace {

void declare_new(CLI::App& app, Chosen& chosen) {
  const auto asked = std::make_shared<NewCommand>();
  add_file(app, "NAME.toml", asked->file, "to be written (default: named after what it is)", "FILE");
  app.add_option("--from", asked->from, "changes to a scenario that comes with the program")->type_name("SCENARIO");
  app.add_option("--study", asked->study, "a study: sweep, sensitivity, power or optimise")
      ->type_name("KIND")
      ->check(CLI::IsMember({"sweep", "sensitivity", "power", "optimise"}));
  app.callback([asked, &chosen] { chosen.action = [asked] { return write_new_scenario(*asked); }; });
}

constexpr CommandExample kNewExamples[] = {{"vtrial new my.toml", "a commented trial to change"},
                                           {"vtrial new study.toml --study sweep", "a commented study"}};

}  // namespace

const CommandEntry kNew = {.name = "new",
                           .summary = "write a commented scenario or study that runs as it stands",
                           .declare = declare_new,
                           .group = CommandGroup::trials,
                           .examples = kNewExamples};

}  // namespace vt
