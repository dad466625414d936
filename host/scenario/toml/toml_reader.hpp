#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "host/problems.hpp"
#include "host/scenario/toml/tree.hpp"

namespace vt {

inline constexpr std::size_t kMaxScenarioBytes = 1 << 20;  ///< of one file
inline constexpr std::size_t kMaxTableBytes = 256 << 20;   ///< of one file *.csv
inline constexpr int kMaxTomlDepth = 32;                   ///< of brackets, and of dots in one key

/// Refuses what the TOML parser must not see: text that is not UTF-8, non-ASCII characters outside quotes and comments,
/// too deep nesting, too much text. True when nothing was found.
bool check_toml_text(std::string_view text, const std::string& file, Problems& problems);

bool is_utf8(std::string_view text);

/// The tree of TOML text. A syntax error becomes one Problem; it ends the reading.
std::optional<Node> read_toml(std::string_view text, const std::string& file, Problems& problems);

/// The whole text of a regular file of bounded size, or a Problem at `asked_at`.
std::optional<std::string> read_text_file(const std::string& path, const Position& asked_at, Problems& problems);

}  // namespace vt
