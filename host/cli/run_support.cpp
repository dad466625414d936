#include "host/cli/run_support.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <utility>

#include "host/campaign/bytes.hpp"
#include "host/campaign/ranks/start_ranks.hpp"
#include "host/cli/saved_work.hpp"
#include "host/cli/streams.hpp"
#include "output/io_error.hpp"
#include "vtrial_version.hpp"

namespace vt {

namespace fs = std::filesystem;

namespace {

std::atomic<bool> was_stop_requested = false;

std::atomic<bool> was_interrupted = false;

/// Schedulers send several signals, one after another: only somebody who interrupts twice wants it to end at once.
extern "C" void on_signal(int signal) {
  if (signal == SIGINT && was_interrupted.exchange(true)) std::_Exit(static_cast<int>(ExitCode::killed));
  was_stop_requested = true;
}

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

std::string compiler() {
#if defined(__clang__)
  return fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("g++ {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

}  // namespace

void stop_on_signals() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGUSR1, on_signal);
}

const std::atomic<bool>& stop_requested() { return was_stop_requested; }

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

void describe_build(Provenance& provenance, const std::string& command_line) {
  provenance.software_version = VTRIAL_VERSION;
  provenance.git_commit = VTRIAL_GIT_COMMIT;
  provenance.build_flags = VTRIAL_BUILD_FLAGS;
  provenance.compiler = compiler();
  provenance.host = host_name();
  provenance.command_line = command_line;
}

std::string output_path(const RunCommand& command, const std::string& scenario) {
  if (!command.output.empty()) return command.output;
  return (fs::path("output") / "runs" / fs::path(scenario).stem()).string() + ".h5";
}

std::string page_beside(const std::string& results) { return fs::path(results).replace_extension(".html").string(); }

void make_directory_for(const std::string& path) {
  const fs::path directory = fs::path(path).parent_path();
  std::error_code error;
  if (!directory.empty()) fs::create_directories(directory, error);
  if (error) throw IoError(directory.string(), "the directory cannot be made", error.message());
}

Backend backend_of(const std::string& name) {
  return name == "cpu" ? Backend::cpu : (name == "cuda" ? Backend::cuda : Backend::automatic);
}

RunOptions Workplace::options(const RunCommand& command) const {
  RunOptions options;
  options.engine = &engine;
  options.team = team;
  options.block = command.block;
  options.first = command.first;
  options.resumes = command.resume;
  options.joining = command.joining;
  if (!command.part.empty()) options.part = part_of(command.part);
  return options;
}

void Workplace::end_work() {
  constexpr std::chrono::seconds long_enough{60};
  if (team == nullptr || team->end(long_enough)) return;
  say("note: ranks have not come to the end of their work and are ended; the results do not depend on them\n");
  lose_ranks();
}

namespace {

WantedDevices devices_of(const RunCommand& command) try {
  return command.devices.empty() ? WantedDevices{} : parse_devices(command.devices);
} catch (const std::invalid_argument& error) {
  throw UsageError(error.what());
}

}  // namespace

Workplace make_workplace(const RunCommand& command, Team* team) {
  Workplace place;
  place.team = team;
  EngineWish wish{backend_of(command.backend), command.threads};
  wish.devices = devices_of(command);
  if (team != nullptr) {
    const bool uses_gpus = wish.backend != Backend::cpu;
    wish.ranks =
        local_ranks(*team, uses_gpus ? device_ids(cuda_status_untried(), wish.devices) : std::vector<std::string>{});
    if (wish.threads == 0)
      wish.threads =
          threads_for(usable_cores(), static_cast<int>(std::thread::hardware_concurrency()), wish.ranks.size);
  }
  place.engine = make_engine(wish);
  const ChosenBackend& chosen = place.engine.backend;
  std::vector<std::string> notes = chosen.notes;
  if (team != nullptr) {
    BytesOut mine;
    mine.put<std::uint64_t>(notes.size());
    for (const std::string& note : notes) mine.put(std::string_view(note));
    for (const std::string& said : team->gather(mine.bytes())) {
      BytesIn in(said);
      for (auto n = in.number<std::uint64_t>(); n > 0; --n)
        if (const std::string note = in.text(); std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
    }
  }
  const bool was_asked = wish.backend == Backend::automatic && command.joining == nullptr;
  if (!chosen.cuda && was_asked && !(command.quiet && chosen.is_expected))
    say("running on the CPU: {}\n", chosen.why_not_cuda);
  for (const std::string& note : notes) say("note: {}\n", note);
  return place;
}

}  // namespace vt
