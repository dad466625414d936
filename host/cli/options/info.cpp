#include <memory>

#include "host/cli/options/add.hpp"

namespace vt {

namespace {

void declare_info(CLI::App& app, Chosen& chosen) {
  struct Asked {
    std::string results, sealed;
    bool reseals = false;
    std::vector<std::string> tallies;
  };
  const auto asked = std::make_shared<Asked>();
  app.add_option("FILE.h5", asked->results, "results")->required();
  add_json(app, chosen);
  CLI::Option* tally = add_tally(app, asked->tallies);
  CLI::Option* reseal =
      app.add_flag("--reseal", asked->reseals, "what another program has changed in it; writes nothing without -o")
          ->excludes(tally);
  add_file(app, "-o,--output", asked->sealed,
           "with --reseal: a copy under a new seal, where all that vtrial wrote is as it was", "NEW.h5")
      ->needs(reseal);
  app.callback([asked, &chosen] {
    chosen.action = [asked, &chosen] {
      return asked->reseals ? reseal_file(asked->results, asked->sealed, chosen.json)
                            : inform(asked->results, chosen.json, asked->tallies);
    };
  });
}

constexpr CommandExample kInfoExamples[] = {
    {"vtrial info output/runs/tops.h5", "what is inside and how it came about"},
    {"vtrial info output/runs/tops.h5 --tally mmr", "the whole table of one tally"},
    {"vtrial info output/runs/tops.h5 --reseal", "what another program has changed in it"}};

}  // namespace

const CommandEntry kInfo = {.name = "info",
                            .summary = "what is in a results file",
                            .declare = declare_info,
                            .group = CommandGroup::results,
                            .examples = kInfoExamples};

}  // namespace vt
