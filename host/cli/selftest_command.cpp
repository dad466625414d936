#include "host/cli/selftest_command.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "host/cli/destinations.hpp"
#include "host/cli/run_support.hpp"
#include "host/cli/streams.hpp"
#include "host/selftest/selftest.hpp"
#include "kernels/vocabulary/named.hpp"
#include "output/files.hpp"
#include "output/io_error.hpp"

namespace vt {

namespace fs = std::filesystem;

namespace {

std::string line_of(const SelfCheck& check) {
  const std::string_view verdict = entry_with(kSelfVerdicts, &SelfVerdictName::verdict, check.verdict).name;
  std::string text = fmt::format("  {:<9} {:<17} {}\n", verdict, check.id, check.what);
  if (check.verdict == SelfVerdict::failed)
    text += fmt::format("            expected {}\n            found    {}\n            what to do: {}\n",
                        check.expected, check.found, check.advice);
  if (check.verdict == SelfVerdict::not_here) text += fmt::format("            {}\n", check.found);
  return text;
}

/// An earlier certificate is replaced, nothing else.
void check_owner_of(const std::string& path) {
  std::error_code none;
  if (!fs::exists(path, none) || fs::file_size(path, none) == 0) return;
  const Json earlier = Json::parse(read_whole_file(path), nullptr, false);
  if (!earlier.is_object() || earlier.value("kind", "") != "selftest")
    throw IoError(path, "is not replaced", "it is no certificate of vtrial selftest; choose another folder with -o");
}

}  // namespace

ExitCode run_self_test(const SelfTestCommand& command) {
  stop_on_signals();
  const fs::path folder = command.directory.empty() ? fs::path("output") / "selftest" : fs::path(command.directory);
  std::error_code error;
  command.directory.empty() ? fs::create_directories(folder, error) : fs::create_directory(folder, error);
  if (error) throw IoError(folder.string(), "the directory cannot be made", error.message());
  const std::string page = (folder / "selftest.html").string(), json = (folder / "selftest.json").string();
  check_destinations(
      {{Destination::Kind::report, page, 0}, {Destination::Kind::results, (folder / "selftest.h5").string(), 0}}, {});
  check_owner_of(json);
  const SelfTest test = self_test(
      folder.string(),
      [&](const SelfCheck& check) {
        if (!command.quiet && !command.json) print(line_of(check));
      },
      stop_requested());
  const ExitCode code = test.is_passed() ? ExitCode::ok : ExitCode::comparison_failed;
  Json told = self_test_json(test);
  told["exit"] = static_cast<int>(code);
  write_whole_file(page, self_test_page(test));
  write_whole_file(json, told.dump(1) + "\n");
  if (command.json) {
    print_json(told, 1);
    return code;
  }
  if (command.quiet) {
    for (const SelfCheck& check : test.checks)
      if (check.verdict == SelfVerdict::failed) say("{}", line_of(check));
    return code;
  }
  print("{}\n  certificate: {}, {}\n", summary_of(test), page, json);
  return code;
}

}  // namespace vt
