#pragma once
/// \file A complete scenario in memory, and ways to break it.

#include <map>
#include <string>
#include <vector>

#include "host/scenario/read_scenario.hpp"

namespace vt::sample {

/// A scenario that uses every kind of table once and has no mistake.
const std::string& text();

/// `text()` with the first `from` replaced by `to`. Fails the test when there is none.
std::string with(const std::string& from, const std::string& to);

/// What reading gave.
struct Reading {
  std::optional<Scenario> scenario;
  std::vector<Problem> problems;
};

/// Reads text that calls itself "s.toml".
Reading read(const std::string& text, const std::vector<Override>& overrides = {});

/// Reads "s.toml" of these files; nothing is read from the disk.
Reading read_files(const std::map<std::string, std::string>& files, const std::vector<Override>& overrides = {});

/// All problems, a line each.
std::string join(const std::vector<Problem>& problems);

/// Everything a Scenario holds but file names and places, as text for comparison.
std::string dump(const Scenario& scenario);

/// `marked` with its marker «» taken out, and where the marker stood (column in characters).
struct Marked {
  std::string text;
  int line = 0, column = 0;
};
Marked unmark(const std::string& marked);

}  // namespace vt::sample
