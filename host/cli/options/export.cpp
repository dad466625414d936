#include <memory>

#include "host/cli/options/add.hpp"

namespace vt {

namespace {

void declare_export(CLI::App& app, Chosen& chosen) {
  struct Asked {
    std::string results, directory, table;
  };
  const auto asked = std::make_shared<Asked>();
  app.add_option("FILE.h5", asked->results, "results of a trial or a study")->required();
  add_file(app, "--csv", asked->directory, "where tables of comma-separated values go", "DIRECTORY");
  add_file(
      app, "--nonmem", asked->table,
      "doses and concentrations of recorded patients as a table of events for NONMEM, mrgsolve, rxode2 and nlmixr2",
      "FILE");
  app.require_option(1, 0);
  app.callback([asked, &chosen] {
    chosen.action = [asked] {
      const ExitCode first = asked->directory.empty() ? ExitCode::ok : export_file(asked->results, asked->directory);
      return asked->table.empty() || first != ExitCode::ok ? first : export_events(asked->results, asked->table);
    };
  });
}

constexpr CommandExample kExportExamples[] = {
    {"vtrial export output/runs/tops.h5 --csv output/runs/tops", "every table as a file"}};

}  // namespace

const CommandEntry kExport = {.name = "export",
                              .summary = "results as tables of text",
                              .declare = declare_export,
                              .group = CommandGroup::results,
                              .examples = kExportExamples};

}  // namespace vt
