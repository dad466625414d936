#include "host/cli/run_support.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "output/io_error.hpp"
#include "vtrial_version.hpp"

namespace vt {

namespace fs = std::filesystem;

namespace {

std::atomic<bool> was_stop_requested = false;

extern "C" void on_signal(int) {
  if (was_stop_requested.exchange(true)) std::_Exit(static_cast<int>(ExitCode::killed));
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

}  // namespace vt
