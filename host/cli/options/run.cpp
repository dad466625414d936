#include <memory>

#include "host/cli/options/add.hpp"
#include "host/cli/shipped.hpp"

namespace vt {

namespace {

void declare_run(CLI::App& app, Chosen& chosen) {
  const auto run = std::make_shared<RunCommand>();
  const auto asked = std::make_shared<PrintingAsked>();
  app.add_option("SCENARIO", run->scenarios, "scenario files")->required();
  add_file(app, "-o,--output", run->output, "results file (default: output/runs/NAME.h5)", "FILE.h5");
  add_whole(app, "--patients", run->patients, "patients per replicate, instead of the scenario's");
  add_whole(app, "--seed", run->seed, "seed, instead of the scenario's", kLargestSeed);
  add_set(app, run->set, "set any entry of the scenario: trial.duration='6 month'; multiply it: 'pk.clearance*=1.2'");
  app.add_option("--backend", run->backend, "auto, cpu or cuda")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->type_name("NAME");
  app.add_option("--devices", run->devices, "GPUs: all, or 0,2 as vtrial devices counts them")->type_name("LIST");
  add_whole(app, "--threads", run->threads, "CPU threads (default: one for each core that it may use)", kMostThreads);
  add_whole(app, "--first", run->first, "index of the first patient (default 0): the same patients as in a larger run");
  add_whole(app, "--block", run->block,
            "patients that a core takes at a time, at least, for half a second at most; no number depends on it");
  add_file(app, "--records", run->records, "also write one raw row per patient, for comparisons bit by bit", "FILE");
  app.add_flag("--resume", run->resume, "go on with a run that was stopped or killed");
  app.add_option("--part", run->part, "do the third of 16 parts of the work, for vtrial join")->type_name("3/16");
  app.add_flag("--dry-run", run->dry_run, "say what would be done, and what it needs");
  add_whole(app, "--gpus", run->gpus, "with --dry-run: say also what it needs on so many GPUs");
  app.add_flag("--report", run->report, "also write FILE.html");
  add_json(app, chosen);
  add_printing(app, *asked);
  add_tally(app, asked->tallies);
  app.callback([run, asked, &chosen] {
    asked->json = chosen.json, run->quiet = asked->quiet;
    run->line = chosen.line, run->json = chosen.json;
    run->scenarios = with_shipped(run->scenarios);
    chosen.action = [run, asked] {
      run->printing = choose_printing(*asked);
      return run_scenarios(*run);
    };
  });
}

constexpr CommandExample kRunExamples[] = {
    {"vtrial run tops --patients 2000", "TOPS with fewer patients; results go to output/runs/tops.h5"},
    {"vtrial run tops --patients 2e3 --set adherence.taken.twice_daily=0.75 -o output/runs/a.h5 --report",
     "what if; with a page to look at"},
    {"vtrial run tops --patients 2000 --tally mmr", "the whole table of one tally"},
    {"vtrial run studies/tops_power --dry-run", "what a study would do and take"}};

}  // namespace

const CommandEntry kRun = {.name = "run",
                           .summary = "simulate one or more scenarios",
                           .declare = declare_run,
                           .group = CommandGroup::trials,
                           .examples = kRunExamples};

}  // namespace vt
