#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <limits>
#include <sstream>
#include <type_traits>

#include "host/campaign/campaign.hpp"
#include "host/campaign/ranks/start_ranks.hpp"
#include "host/campaign/workers/worker.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/numbers.hpp"
#include "host/cli/saved_work.hpp"
#include "host/cli/shell.hpp"
#include "host/cli/shipped.hpp"
#include "host/cli/streams.hpp"
#include "host/problems.hpp"
#include "output/io_error.hpp"
#include "output/json.hpp"
#include "vtrial_version.hpp"

namespace {

using vt::ExitCode;

/// Prints an error where people and programs look for it.
ExitCode complain(ExitCode code, const std::string& text, bool json) {
  vt::say("vtrial: {}\n", text);
  if (json) vt::print_json(vt::json_object("error", {{"error", text}, {"exit", static_cast<int>(code)}}));
  return code;
}

ExitCode explain_problems(const vt::ScenarioError& error, bool json) {
  vt::Json list = vt::Json::array();
  for (const vt::Problem& problem : error.problems()) {
    vt::say("{}\n", vt::to_string(problem));
    list.push_back({{"file", problem.where.file},
                    {"line", problem.where.line},
                    {"column", problem.where.column},
                    {"problem", problem.text}});
  }
  vt::say("{} problem{}\n", error.problems().size(), error.problems().size() == 1 ? "" : "s");
  if (json) vt::print_json(vt::json_object("error", {{"problems", list}, {"exit", 2}}));
  return ExitCode::usage;
}

/// Runs a command; every error becomes its exit code and one clear line.
ExitCode guarded(const std::function<ExitCode()>& command, bool json) {
  try {
    return command();
  } catch (const vt::ScenarioError& error) {
    return explain_problems(error, json);
  } catch (const vt::IoError& error) {
    return complain(ExitCode::io, error.what(), json);
  } catch (const vt::DeviceError& error) {
    return complain(ExitCode::device, error.what(), json);
  } catch (const vt::Interrupted& error) {
    return complain(ExitCode::interrupted, error.what(), json);
  } catch (const vt::UsageError& error) {
    return complain(ExitCode::usage, error.what(), json);
  } catch (const std::bad_alloc&) {
    return complain(ExitCode::internal, "out of memory; use fewer tallies or threads", json);
  } catch (const std::exception& error) {
    return complain(ExitCode::internal, fmt::format("internal error: {}", error.what()), json);
  }
}

/// The exit code of a command that is done: a result that could not be printed is no success.
ExitCode delivered(ExitCode code) {
  const bool is_result =
      code == ExitCode::ok || code == ExitCode::comparison_failed || code == ExitCode::patients_failed;
  const std::string failure = vt::output_failure();
  if (!is_result || failure.empty()) return code;
  vt::say("vtrial: standard output: cannot be written ({})\n", failure);
  return ExitCode::io;
}

/// An empty name is most often a variable of a script that is not set.
std::string names_a_file(const std::string& name) { return name.empty() ? "the name is empty" : ""; }

/// An option that takes a whole number: "1e6" and "100_000" too, but not "010" or "0x10".
template <class T>
CLI::Option* add_whole(CLI::App* app, const std::string& name, T& target, const std::string& help,
                       std::uint64_t largest = vt::kLargestWhole) {
  using Number = std::remove_reference_t<decltype(vt::number_of(target))>;
  largest = std::min(largest, static_cast<std::uint64_t>(std::numeric_limits<Number>::max()));
  return app
      ->add_option_function<std::string>(
          name,
          [&target, name, largest](const std::string& text) {
            const auto value = vt::parse_whole(text, largest);
            if (!value)
              throw CLI::ValidationError(
                  name, fmt::format("'{}' is not a whole number from 0 to {}; write for example 100000, 100_000 or 1e5",
                                    text, largest));
            target = static_cast<Number>(*value);
          },
          help)
      ->type_name("N");
}

}  // namespace

int main(int argc, char** argv) {
  vt::guard_standard_streams();
  CLI::App app{
      "Simulates virtual clinical trials, patient by patient: same scenario and seed, same numbers everywhere."};
  app.set_version_flag("--version", fmt::format("vtrial {} ({})", VTRIAL_VERSION, VTRIAL_GIT_COMMIT));
  app.require_subcommand(0, 1);
  bool json = false;
  std::function<ExitCode()> command;

  vt::RunCommand run;
  CLI::App* run_app = app.add_subcommand("run", "simulate one or more scenarios");
  run_app->add_option("SCENARIO", run.scenarios, "scenario files")->required();
  run_app->add_option("-o,--output", run.output, "results file (default: output/runs/NAME.h5)")
      ->type_name("FILE.h5")
      ->check(names_a_file);
  add_whole(run_app, "--patients", run.patients, "patients per replicate, instead of the scenario's");
  add_whole(run_app, "--seed", run.seed, "seed, instead of the scenario's", vt::kLargestSeed);
  run_app
      ->add_option("--set", run.set,
                   "set any entry of the scenario: trial.duration='6 month'; multiply it: 'pk.clearance*=1.2'")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  run_app->add_option("--backend", run.backend, "auto, cpu or cuda")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->type_name("NAME");
  run_app->add_option("--devices", run.devices, "GPUs: all, or 0,2 as vtrial devices counts them")->type_name("LIST");
  add_whole(run_app, "--threads", run.threads, "CPU threads (default: one for each core that it may use)");
  add_whole(run_app, "--first", run.first,
            "index of the first patient (default 0): the same patients as in a larger run");
  add_whole(run_app, "--block", run.block, "patients that a core takes at a time, at least; no number depends on it");
  run_app->add_option("--records", run.records, "also write one raw row per patient, for comparisons bit by bit")
      ->type_name("FILE")
      ->check(names_a_file);
  run_app->add_flag("--resume", run.resume, "go on with a run that was stopped or killed");
  run_app->add_option("--part", run.part, "do the third of 16 parts of the work, for vtrial join")->type_name("3/16");
  run_app->add_flag("--dry-run", run.dry_run, "say what would be done, and what it needs");
  add_whole(run_app, "--gpus", run.gpus, "with --dry-run: say also what it needs on so many GPUs");
  run_app->add_flag("--report", run.report, "also write FILE.html");
  run_app->add_flag("--json", run.json, "one JSON object on standard output");
  run_app->add_flag("--quiet", run.quiet, "no progress");
  run.line = "vtrial";
  for (int i = 1; i < argc; ++i) run.line += " " + vt::shell_quoted(argv[i]);
  run_app->callback([&] {
    json = run.json;
    run.scenarios = vt::with_shipped(run.scenarios);
    command = [&] { return vt::run_scenarios(run); };
  });

  vt::JoinCommand join;
  CLI::App* join_app = app.add_subcommand("join", "one file of results from what runs with --part have left");
  join_app->add_option("PATH", join.paths, "FILE.h5.parts, or files in it, or FILE.h5.checkpoint")->required();
  join_app->add_option("-o,--output", join.output, "results file (default: that of the runs)")
      ->type_name("FILE.h5")
      ->check(names_a_file);
  join_app->add_option("--scenario", join.scenario, "where the scenario is now, if it was moved")->check(names_a_file);
  join_app->add_flag("--partial", join.partial, "what is there, even if some is missing");
  join_app->add_flag("--report", join.report, "also write FILE.html");
  join_app->add_flag("--json", join.json, "one JSON object on standard output");
  join_app->add_flag("--quiet", join.quiet, "no progress");
  join.line = run.line;
  join_app->callback([&] {
    json = join.json;
    command = [&] { return vt::join_runs(join); };
  });

  std::vector<std::string> paths, set;
  CLI::App* check_app =
      app.add_subcommand("check", "name every mistake in scenarios, studies and qualifications, or say ok");
  check_app->add_option("SCENARIO", paths, "files of scenarios, studies or qualifications")->required();
  check_app->add_option("--set", set, "as for run")->type_name("KEY=VALUE")->allow_extra_args(false);
  check_app->add_flag("--json", json, "one JSON object on standard output");
  check_app->callback([&] { command = [&] { return vt::check_scenarios(vt::with_shipped(paths), set, json); }; });

  CLI::App* explain_app = app.add_subcommand("explain", "the scenario in words, with its sources and what a run needs");
  explain_app->add_option("SCENARIO", paths, "scenario file")->required()->expected(1);
  explain_app->add_option("--set", set, "as for run")->type_name("KEY=VALUE")->allow_extra_args(false);
  explain_app->callback([&] { command = [&] { return vt::explain_scenario(vt::with_shipped(paths.front()), set); }; });

  vt::RunCommand one;  // which trial trace takes its patient from
  std::uint64_t patient = 0, replicate = 0;
  CLI::App* trace_app = app.add_subcommand("trace", "one patient's trial, told day by day");
  trace_app->add_option("SCENARIO", paths, "scenario file")->required()->expected(1);
  add_whole(trace_app, "--patient", patient, "index of the patient, from 0")->required();
  add_whole(trace_app, "--replicate", replicate, "replicate, from 0 (default 0)");
  add_whole(trace_app, "--patients", one.patients, "patients per replicate, as for run");
  add_whole(trace_app, "--seed", one.seed, "seed, instead of the scenario's", vt::kLargestSeed);
  trace_app->add_option("--set", set, "as for run")->type_name("KEY=VALUE")->allow_extra_args(false);
  trace_app->add_flag("--json", json, "one JSON object on standard output, a row for each day");
  trace_app->callback([&] {
    command = [&] {
      return vt::trace_patient(vt::with_shipped(paths.front()), set, one.patients, one.seed, patient, replicate, json);
    };
  });

  vt::QualifyCommand qualification;
  CLI::App* qualify_app = app.add_subcommand(
      "qualify", "simulate what qualifications name, and hold it against published numbers: certificates");
  qualify_app->add_option("NAME", qualification.names,
                          "qualifications, or files of them (default: all that are shipped)");
  qualify_app->add_option("-o,--output", qualification.directory, "where files go (default: output/qualification)")
      ->type_name("DIRECTORY")
      ->check(names_a_file);
  add_whole(qualify_app, "--patients", qualification.patients, "patients of every trial, instead of the file's");
  add_whole(qualify_app, "--threads", qualification.threads,
            "CPU threads (default: one for each core that it may use)");
  qualify_app->add_option("--before", qualification.before, "an earlier certificate, to show before and after")
      ->type_name("FILE.json")
      ->check(names_a_file);
  qualify_app->add_flag("--resume", qualification.resume, "go on with one that was stopped or killed");
  qualify_app->add_flag("--json", qualification.json, "one JSON object on standard output");
  qualify_app->add_flag("--quiet", qualification.quiet, "no progress");
  qualification.line = run.line;
  qualify_app->callback([&] {
    json = qualification.json;
    command = [&] { return vt::qualify(qualification); };
  });

  std::string results, targets, output;
  CLI::App* compare_app =
      app.add_subcommand("compare", "hold results against published numbers; exit 1 if a required row is outside");
  compare_app->add_option("FILE.h5", results, "results")->required();
  compare_app->add_option("TARGETS.toml", targets, "published numbers")->required();
  compare_app->add_flag("--json", json, "one JSON object on standard output");
  compare_app->callback([&] { command = [&] { return vt::compare_file(results, targets, json); }; });

  CLI::App* report_app = app.add_subcommand("report", "write a report as one HTML page");
  report_app->add_option("FILE.h5", results, "results")->required();
  report_app->add_option("-o,--output", output, "page (default: FILE.html)")
      ->type_name("FILE.html")
      ->check(names_a_file);
  report_app->add_option("--targets", targets, "published numbers to show beside")->type_name("TARGETS.toml");
  report_app->callback([&] { command = [&] { return vt::report_file(results, output, targets); }; });

  CLI::App* info_app = app.add_subcommand("info", "what is in a results file");
  info_app->add_option("FILE.h5", results, "results")->required();
  info_app->add_flag("--json", json, "one JSON object on standard output");
  info_app->callback([&] { command = [&] { return vt::inform(results, json); }; });

  std::string directory, table;
  CLI::App* export_app = app.add_subcommand("export", "results as tables of text");
  export_app->add_option("FILE.h5", results, "results of a trial or a study")->required();
  CLI::Option* csv = export_app->add_option("--csv", directory, "where tables of comma-separated values go")
                         ->type_name("DIRECTORY")
                         ->check(names_a_file);
  export_app
      ->add_option("--nonmem", table,
                   "doses and concentrations of recorded patients as a table of events for NONMEM, mrgsolve, rxode2 "
                   "and nlmixr2")
      ->type_name("FILE")
      ->check(names_a_file);
  export_app->require_option(1, 0);
  export_app->callback([&, csv] {
    command = [&, csv] {
      const vt::ExitCode first = csv->empty() ? vt::ExitCode::ok : vt::export_file(results, directory);
      return table.empty() || first != vt::ExitCode::ok ? first : vt::export_events(results, table);
    };
  });

  CLI::App* devices_app = app.add_subcommand("devices", "what could run here, and why not");
  devices_app->add_flag("--json", json, "one JSON object on standard output");
  devices_app->callback([&] { command = [&] { return vt::list_devices(json); }; });

  const std::vector<std::string> commands = {"run",     "join",   "check", "explain", "trace",  "qualify",
                                             "compare", "report", "info",  "export",  "devices"};
  if (argc > 1 && argv[1][0] != '-' && std::find(commands.begin(), commands.end(), argv[1]) == commands.end()) {
    vt::say("vtrial: there is no command '{}'{}\n", argv[1], vt::did_you_mean(argv[1], commands));
    return static_cast<int>(ExitCode::usage);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, complaint;
    const int code = app.exit(error, out, complaint);
    vt::print(out.str());
    vt::say(complaint.str());
    return static_cast<int>(delivered(code == 0 ? ExitCode::ok : ExitCode::usage));
  }
  if (!command) {
    vt::print(app.help());
    return static_cast<int>(delivered(argc > 1 ? ExitCode::ok : ExitCode::usage));
  }
  const auto on_large_stack = [&] {
    ExitCode code = ExitCode::ok;
    vt::with_large_stack([&] { code = command(); });
    return code;
  };
  const ExitCode code = delivered(guarded(on_large_stack, json));
  vt::abort_ranks(static_cast<int>(code));  // others that wait for this one
  std::_Exit(static_cast<int>(code));
}
