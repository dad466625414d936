#include "host/campaign/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>
#include <utility>

#include "output/files.hpp"
#include "output/io_error.hpp"
#include "output/sha256.hpp"

namespace vt {

namespace {

constexpr std::string_view kMagic = "vtrial-checkpoint-1\n";
constexpr std::size_t kSealBytes = 64;

std::map<std::string, std::string> values_of(const std::string& identity) {
  std::map<std::string, std::string> values;
  std::istringstream lines(identity);
  for (std::string line; std::getline(lines, line);)
    values[line.substr(0, line.find(' '))] = line.substr(std::min(line.size(), line.find(' ') + 1));
  return values;
}

/// "seed 1 there, 2 here"; the plan, of which the others are parts, where nothing else differs.
std::string difference(const std::string& there, const std::string& here) {
  const auto a = values_of(there), b = values_of(here);
  std::string plan, others;
  for (const auto& [name, value] : b) {
    const auto other = a.find(name);
    if (other != a.end() && other->second == value) continue;
    std::string& text = name == "plan" ? plan : others;
    text += fmt::format("{}{} {} there, {} here", text.empty() ? "" : "; ", name,
                        other == a.end() ? "unknown" : other->second, value);
  }
  return others.empty() ? plan : others;
}

}  // namespace

Checkpoint::Checkpoint(std::string path, std::string identity)
    : path_(std::move(path)), identity_(std::move(identity)) {}

void Checkpoint::check_place() const {
  if (std::filesystem::exists(path_) && read_ends(path_, kMagic.size()).first != kMagic)
    throw IoError(path_, "would be replaced", "it is no checkpoint of vtrial; rename it, or choose other results");
}

std::optional<std::string> Checkpoint::load(std::string& note) const {
  check_place();
  if (!std::filesystem::exists(path_)) return std::nullopt;
  const std::string bytes = read_whole_file(path_);
  const bool is_sealed = bytes.size() > kMagic.size() + kSealBytes &&
                         sha256_hex(std::string_view(bytes).substr(0, bytes.size() - kSealBytes)) ==
                             bytes.substr(bytes.size() - kSealBytes);
  const std::size_t end = bytes.find('\0');
  if (!is_sealed || end == std::string::npos) {
    note = fmt::format("{} is damaged; what it had is done again", path_);
    return std::nullopt;
  }
  const std::string there = bytes.substr(kMagic.size(), end - kMagic.size());
  if (there != identity_)
    throw IoError(path_, "cannot be resumed",
                  fmt::format("it is of another run: {}; start without --resume, or use the same scenario, options and "
                              "version",
                              difference(there, identity_)));
  return bytes.substr(end + 1, bytes.size() - kSealBytes - end - 1);
}

bool Checkpoint::is_due() const {
  using std::chrono::seconds, std::chrono::milliseconds;
  const Clock::time_point now = Clock::now();
  const Clock::duration share = std::min<Clock::duration>((now - begun_) / 40, seconds(15));
  return now - saved_ >= std::max<Clock::duration>({share, cost_ * 50, milliseconds(200)});
}

void Checkpoint::save(const std::string& content) {
  const Clock::time_point begin = Clock::now();
  std::string bytes(kMagic);
  bytes.append(identity_).push_back('\0');
  bytes.append(content);
  write_whole_file(path_, bytes, sha256_hex(bytes));
  saved_ = Clock::now();
  cost_ = saved_ - begin;
}

void Checkpoint::remove() const {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace vt
