#include "host/cli/new_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "host/cli/shell.hpp"
#include "host/cli/streams.hpp"
#include "host/embedded.hpp"
#include "host/problems.hpp"
#include "host/scenario/toml/find_base.hpp"
#include "output/files.hpp"
#include "output/io_error.hpp"

namespace vt {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kToml = ".toml";

/// The scenario's name among those that come with the program, "studies/tops_power". \throws UsageError
std::string shipped_name(const std::string& asked) {
  std::string name = asked;
  if (name.ends_with(kToml)) name.resize(name.size() - kToml.size());
  std::vector<std::string> known;
  std::error_code none;
  for (const std::string& folder : scenario_folders())
    for (const char* inner : {"", "studies"}) {
      if (fs::is_regular_file(fs::path(folder) / inner / (name + ".toml"), none))
        return (fs::path(inner) / name).generic_string();
      for (const fs::directory_entry& file : fs::directory_iterator(fs::path(folder) / inner, none))
        if (file.path().extension() == kToml) known.push_back(file.path().stem().string());
    }
  throw UsageError(known.empty() ? "--from: no scenarios come with this program (none were found beside it)"
                                 : fmt::format("--from {}: no scenario of this name comes with the program{}", asked,
                                               did_you_mean(asked, known)));
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

/// The first line, which tells editors where the schema is; "" where none came with the program.
std::string schema_line() {
  std::error_code none;
  for (const std::string& folder : scenario_folders())
    if (const fs::path file = fs::path(folder) / "scenario.schema.json"; fs::is_regular_file(file, none))
      return fmt::format("#:schema {}\n", file.string());
  return "";
}

bool has_library() {
  std::error_code none;
  return std::ranges::any_of(scenario_folders(), [&](const std::string& folder) {
    return fs::is_directory(fs::path(folder) / "library", none);
  });
}

}  // namespace

ExitCode write_new_scenario(const NewCommand& asked) {
  if (!asked.from.empty() && !asked.study.empty())
    throw UsageError("--from and --study stand beside each other (a study's base can be changed in it); take one away");
  const std::string base = asked.from.empty() ? "" : shipped_name(asked.from);
  const std::string starter = !base.empty() ? "from" : asked.study.empty() ? "trial" : asked.study;
  std::string file = asked.file;
  if (file.empty()) file = base.empty() ? starter + ".toml" : fs::path(base).filename().string() + "_changed.toml";
  if (!file.ends_with(kToml))
    throw UsageError(fmt::format("{0}: a scenario's file ends in .toml; write {0}.toml", file));
  if (std::ranges::any_of(file, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    throw UsageError("the name has a control character; take it away");
  std::error_code none;
  if (fs::exists(fs::symlink_status(file, none)))
    throw IoError(file, "is there already", "nothing is replaced; choose another name");
  std::string text(embedded_text(fmt::format("starters/{}.toml", starter)));
  const std::string name = shell_quoted(file);
  replace_all(text, "FILE", name);
  replace_all(text, "{NAME}", base);
  text = schema_line() + text;
  if (!has_library())
    say("note: the scenarios that come with the program were not found, and with them what the new one stands on; "
        "install "
        "share/vtrial beside bin\n");
  write_whole_file(file, text);
  const bool is_study = !asked.study.empty();
  print("{}: {}, {} lines; every choice is explained in it\n\nNext:\n", file,
        is_study       ? "a study of the kind " + asked.study
        : base.empty() ? std::string("a trial with two arms")
                       : "changes to " + base,
        std::ranges::count(text, '\n'));
  print(
      "  vtrial check {0}           every mistake with its line, or ok\n"
      "  vtrial explain {0}         in words, with all sources, and what a run takes\n"
      "  vtrial run {0} --report    results in output/runs, and a page to look at\n",
      name);
  return ExitCode::ok;
}

}  // namespace vt
