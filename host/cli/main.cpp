#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "host/campaign/campaign.hpp"
#include "host/campaign/ranks/start_ranks.hpp"
#include "host/campaign/workers/worker.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/options/entry.hpp"
#include "host/cli/options/help_text.hpp"
#include "host/cli/options/tree.hpp"
#include "host/cli/shell.hpp"
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
  if (json && !vt::has_printed())  // of several scenarios those that were done are told before
    vt::print_json(vt::json_object("error", {{"error", text}, {"exit", static_cast<int>(code)}}));
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

/// The exit code of a command that is done, where all that it printed has arrived; but a run that can be resumed is
/// that.
ExitCode delivered(ExitCode code) {
  const std::string failure = vt::output_failure();
  if (failure.empty() || code == ExitCode::interrupted) return code;
  vt::say("vtrial: standard output: cannot be written ({})\n", failure);
  return ExitCode::io;
}

}  // namespace

int main(int argc, char** argv) {
  vt::guard_standard_streams();
  CLI::App app{"Simulates virtual clinical trials, patient by patient: same scenario and seed, same numbers."};
  app.set_version_flag("--version", fmt::format("vtrial {} ({})", VTRIAL_VERSION, VTRIAL_GIT_COMMIT),
                       "version and commit of the program");
  app.require_subcommand(0, 1);
  vt::use_own_help(app);
  vt::Chosen chosen;
  chosen.line = "vtrial";
  for (int i = 1; i < argc; ++i) chosen.line += " " + vt::shell_quoted(argv[i]);
  std::vector<std::string> commands;
  for (const vt::CommandEntry* entry : vt::kCommands) {
    commands.emplace_back(entry->name);
    entry->declare(*app.add_subcommand(commands.back(), std::string(entry->summary)), chosen);
  }

  if (argc > 1 && argv[1][0] != '-' && std::find(commands.begin(), commands.end(), argv[1]) == commands.end()) {
    vt::say("vtrial: {}\n", vt::unknown_command(argv[1]));
    return static_cast<int>(ExitCode::usage);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ExtrasError&) {
    vt::say(vt::unexpected_words(app, app.remaining(true)));
    return static_cast<int>(ExitCode::usage);
  } catch (const CLI::RequiredError& error) {
    vt::say(vt::missing_words(app, error.what()));
    return static_cast<int>(ExitCode::usage);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, complaint;
    const int code = app.exit(error, out, complaint);
    vt::print(out.str());
    vt::say(complaint.str());
    return static_cast<int>(delivered(code == 0 ? ExitCode::ok : ExitCode::usage));
  }
  if (!chosen.action) {
    vt::print(app.help());
    return static_cast<int>(delivered(argc > 1 ? ExitCode::ok : ExitCode::usage));
  }
  const auto on_large_stack = [&] {
    ExitCode code = ExitCode::ok;
    vt::with_large_stack([&] { code = chosen.action(); });
    return code;
  };
  const ExitCode code = delivered(guarded(on_large_stack, chosen.json));
  vt::abort_ranks(static_cast<int>(code));  // others that wait for this one
  std::_Exit(static_cast<int>(code));
}
