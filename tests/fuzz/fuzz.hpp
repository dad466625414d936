#pragma once
/// \file What the targets have in common. A target reads bytes, does what the program does with such input and ends the
/// process where a promise is broken; crashes, leaks, hangs and sanitizers' findings are libFuzzer's to see.

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "host/problems.hpp"
#include "host/scenario/toml/merge.hpp"

namespace vt::fuzz {

/// Ends the process where a promise is broken, saying which.
inline void require(bool holds, std::string_view promise, std::string_view about = {}) {
  if (holds) return;
  std::cerr << "broken: " << promise << "\n" << about << std::endl;
  std::abort();
}

/// Numbers that libFuzzer watches beside the branches that are taken. In a program that was not compiled for it they
/// are all that it has.
[[gnu::section("__libfuzzer_extra_counters")]] inline std::uint8_t counters[1 << 14];

/// An input led to this; what stands in quotes and numbers do not count.
inline void reached(std::string_view what) {
  std::uint64_t hash = 14695981039346656037u;
  bool is_quoted = false;
  for (const char c : what) {
    if (c == '\'') is_quoted = !is_quoted;
    if (!is_quoted && !(c >= '0' && c <= '9')) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  }
  counters[(hash >> 32) % std::size(counters)] = 1;
}

/// Every mistake says what and where, and stays of a size that people read.
inline void require_readable(const Problems& problems) {
  constexpr std::size_t longest = 4000;
  for (const Problem& problem : problems.sorted()) {
    require(!problem.text.empty() && !problem.where.file.empty(), "a problem without text or file");
    reached(problem.text);
    require(problem.text.size() <= longest, "a problem that nobody reads to its end", problem.text);
  }
}

/// Texts by the names of their files.
using Files = std::map<std::string, std::string>;

/// From `files`, and behind them from `others`.
inline FileText texts_of(const Files& files, const FileText& others = {}) {
  return [&files, others](const std::string& path, const Position& asked_at,
                          Problems& problems) -> std::optional<std::string> {
    if (const auto at = files.find(path); at != files.end()) return at->second;
    if (others) return others(path, asked_at, problems);
    problems.add(asked_at, "there is no file '" + path + "'");
    return std::nullopt;
  };
}

}  // namespace vt::fuzz
