#include <memory>

#include "host/cli/options/add.hpp"
#include "host/cli/saved_work.hpp"

namespace vt {

namespace {

void declare_join(CLI::App& app, Chosen& chosen) {
  const auto join = std::make_shared<JoinCommand>();
  const auto asked = std::make_shared<PrintingAsked>();
  app.add_option("PATH", join->paths, "FILE.h5.parts, or files in it, or FILE.h5.checkpoint")->required();
  add_file(app, "-o,--output", join->output, "results file (default: that of the runs)", "FILE.h5");
  add_file(app, "--scenario", join->scenario, "where the scenario is now, if it was moved", "FILE.toml");
  app.add_flag("--partial", join->partial, "what is there, even if some is missing");
  app.add_flag("--report", join->report, "also write FILE.html");
  add_json(app, chosen);
  add_printing(app, *asked);
  add_tally(app, asked->tallies);
  app.callback([join, asked, &chosen] {
    asked->json = chosen.json, join->quiet = asked->quiet;
    join->line = chosen.line, join->json = chosen.json;
    chosen.action = [join, asked] {
      join->printing = choose_printing(*asked);
      return join_runs(*join);
    };
  });
}

constexpr CommandExample kJoinExamples[] = {
    {"vtrial join output/runs/iris.h5.parts", "puts together what the two below have left"},
    {"vtrial run iris --patients 200 --part 1/2", "one half, on one machine"},
    {"vtrial run iris --patients 200 --part 2/2", "the other half, on another"}};

}  // namespace

const CommandEntry kJoin = {.name = "join",
                            .summary = "one file of results from what runs with --part have left",
                            .declare = declare_join,
                            .group = CommandGroup::trials,
                            .examples = kJoinExamples};

}  // namespace vt
