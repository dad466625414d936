#include <memory>

#include "host/cli/options/add.hpp"
#include "host/cli/shipped.hpp"

namespace vt {

namespace {

void declare_explain(CLI::App& app, Chosen& chosen) {
  struct Asked {
    std::string path;
    Changes changes;
  };
  const auto asked = std::make_shared<Asked>();
  app.add_option("SCENARIO", asked->path, "scenario file")->required();
  add_changes(app, asked->changes);
  app.callback([asked, &chosen] {
    chosen.action = [asked] { return explain_scenario(with_shipped(asked->path), asked->changes); };
  });
}

constexpr CommandExample kExplainExamples[] = {
    {"vtrial explain tops", "the trial in words"},
    {"vtrial explain tops --patients 2e6 --set adherence.taken.twice_daily=0.75", "what a change comes to"}};

}  // namespace

const CommandEntry kExplain = {.name = "explain",
                               .summary = "the scenario in words, with its sources and what a run needs",
                               .declare = declare_explain,
                               .group = CommandGroup::trials,
                               .examples = kExplainExamples};

}  // namespace vt
