#include <memory>

#include "host/cli/options/add.hpp"

namespace vt {

namespace {

void declare_info(CLI::App& app, Chosen& chosen) {
  struct Asked {
    std::string results;
    std::vector<std::string> tallies;
  };
  const auto asked = std::make_shared<Asked>();
  app.add_option("FILE.h5", asked->results, "results")->required();
  add_json(app, chosen);
  add_tally(app, asked->tallies);
  app.callback([asked, &chosen] {
    chosen.action = [asked, &chosen] { return inform(asked->results, chosen.json, asked->tallies); };
  });
}

constexpr CommandExample kInfoExamples[] = {
    {"vtrial info output/runs/tops.h5", "what is inside and how it came about"},
    {"vtrial info output/runs/tops.h5 --tally mmr", "the whole table of one tally"}};

}  // namespace

const CommandEntry kInfo = {.name = "info",
                            .summary = "what is in a results file",
                            .declare = declare_info,
                            .group = CommandGroup::results,
                            .examples = kInfoExamples};

}  // namespace vt
