#include <memory>

#include "host/cli/options/add.hpp"
#include "host/cli/schema_command.hpp"

namespace vt {

namespace {

void declare_schema(CLI::App& app, Chosen& chosen) {
  struct Asked {
    std::string what = "scenario", output;
  };
  const auto asked = std::make_shared<Asked>();
  app.add_option("WHAT", asked->what, "scenario (default), study, qualification or targets")
      ->check(CLI::IsMember({"scenario", "study", "qualification", "targets"}));
  add_file(app, "-o,--output", asked->output, "file (default: standard output)", "FILE.json");
  app.callback([asked, &chosen] { chosen.action = [asked] { return write_schema(asked->what, asked->output); }; });
}

constexpr CommandExample kSchemaExamples[] = {
    {"vtrial schema -o scenario.schema.json", "for editors that complete and explain keys"}};

}  // namespace

const CommandEntry kSchema = {.name = "schema",
                              .summary = "the JSON Schema of scenario files, for editors",
                              .declare = declare_schema,
                              .group = CommandGroup::program,
                              .examples = kSchemaExamples};

}  // namespace vt
