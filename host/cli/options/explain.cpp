#include <memory>

#include "host/cli/options/add.hpp"
#include "host/cli/shipped.hpp"

namespace vt {

namespace {

void declare_explain(CLI::App& app, Chosen& chosen) {
  struct Asked {
    std::string path;
    std::vector<std::string> set;
  };
  const auto asked = std::make_shared<Asked>();
  app.add_option("SCENARIO", asked->path, "scenario file")->required();
  add_set(app, asked->set);
  app.callback([asked, &chosen] {
    chosen.action = [asked] { return explain_scenario(with_shipped(asked->path), asked->set); };
  });
}

}  // namespace

const CommandEntry kExplain = {.name = "explain",
                               .summary = "the scenario in words, with its sources and what a run needs",
                               .declare = declare_explain};

}  // namespace vt
