#include <memory>

#include "host/cli/options/add.hpp"
#include "host/cli/shipped.hpp"

namespace vt {

namespace {

void declare_trace(CLI::App& app, Chosen& chosen) {
  struct Asked {
    std::string path;
    std::vector<std::string> set;
    std::optional<std::uint64_t> patients, seed;
    std::uint64_t patient = 0, replicate = 0;
  };
  const auto asked = std::make_shared<Asked>();
  app.add_option("SCENARIO", asked->path, "scenario file")->required();
  add_whole(app, "--patient", asked->patient, "index of the patient, from 0")->required();
  add_whole(app, "--replicate", asked->replicate, "replicate, from 0 (default 0)");
  add_whole(app, "--patients", asked->patients, "patients per replicate, as for run");
  add_whole(app, "--seed", asked->seed, "seed, instead of the scenario's", kLargestSeed);
  add_set(app, asked->set);
  add_json(app, chosen, "one JSON object on standard output, a row for each day");
  app.callback([asked, &chosen] {
    chosen.action = [asked, &chosen] {
      return trace_patient(with_shipped(asked->path), asked->set, asked->patients, asked->seed, asked->patient,
                           asked->replicate, chosen.json);
    };
  });
}

constexpr CommandExample kTraceExamples[] = {{"vtrial trace tops --patient 17", "the bits of the run, day by day"}};

}  // namespace

const CommandEntry kTrace = {.name = "trace",
                             .summary = "one patient's trial, told day by day",
                             .declare = declare_trace,
                             .group = CommandGroup::trials,
                             .examples = kTraceExamples};

}  // namespace vt
