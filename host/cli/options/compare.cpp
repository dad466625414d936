#include <memory>

#include "host/cli/options/add.hpp"
#include "host/cli/shipped.hpp"

namespace vt {

namespace {

void declare_compare(CLI::App& app, Chosen& chosen) {
  struct Asked {
    std::string results, targets;
    PrintingAsked printing;
  };
  const auto asked = std::make_shared<Asked>();
  app.add_option("FILE.h5", asked->results, "results")->required();
  app.add_option("TARGETS.toml", asked->targets,
                 "published numbers: a file, or the name of one that comes with the program")
      ->required();
  add_json(app, chosen);
  add_printing(app, asked->printing);
  app.callback([asked, &chosen] {
    chosen.action = [asked, &chosen] {
      asked->printing.json = chosen.json;
      return compare_file(asked->results, with_shipped_targets(asked->targets), chosen.json,
                          choose_printing(asked->printing));
    };
  });
}

constexpr CommandExample kCompareExamples[] = {
    {"vtrial compare output/runs/tops.h5 scenarios/targets/tops.toml", "what is outside"},
    {"vtrial compare output/runs/tops.h5 scenarios/targets/tops.toml --print all",
     "every row, and what explains misses"}};

}  // namespace

const CommandEntry kCompare = {.name = "compare",
                               .summary = "hold results against published numbers; exit 1 if a required row is outside",
                               .declare = declare_compare,
                               .group = CommandGroup::results,
                               .examples = kCompareExamples};

}  // namespace vt
