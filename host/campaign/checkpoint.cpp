#include "host/campaign/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>
#include <utility>

#include "host/campaign/bytes.hpp"
#include "output/files.hpp"
#include "output/io_error.hpp"
#include "output/sha256.hpp"

namespace vt {

namespace {

constexpr std::string_view kMagic = "vtrial-checkpoint-2\n";
constexpr std::size_t kSealBytes = 64;

/// Nothing where it is damaged.
std::optional<SavedWork> unsealed(const std::string& path) {
  const std::string bytes = read_whole_file(path);
  if (bytes.size() <= kMagic.size() + kSealBytes) return std::nullopt;
  const std::string_view sealed = std::string_view(bytes).substr(0, bytes.size() - kSealBytes);
  if (sha256_hex(sealed) != std::string_view(bytes).substr(sealed.size())) return std::nullopt;
  try {
    BytesIn in(sealed.substr(kMagic.size()));
    SavedWork work;
    work.path = path;
    work.identity = in.text(), work.origin = in.text();
    work.is_whole = in.number<bool>();
    work.content = in.text();
    in.end();
    return work;
  } catch (const BadBytes&) {
    return std::nullopt;
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> identity_values(const std::string& identity) {
  std::vector<std::pair<std::string, std::string>> values;
  std::istringstream lines(identity);
  for (std::string line; std::getline(lines, line);)
    values.emplace_back(line.substr(0, line.find(' ')), line.substr(std::min(line.size(), line.find(' ') + 1)));
  return values;
}

bool is_checkpoint(const std::string& path) { return read_ends(path, kMagic.size()).first == kMagic; }

std::string difference_of(const std::string& there, const std::string& here) {
  const auto pairs = identity_values(there);
  const std::map<std::string, std::string> a(pairs.begin(), pairs.end());
  std::string plan, others;
  for (const auto& [name, value] : identity_values(here)) {
    const auto other = a.find(name);
    if (other != a.end() && other->second == value) continue;
    std::string& text = name == "plan" || name == "scenario" ? plan : others;
    text += fmt::format("{}{} {} there, {} here", text.empty() ? "" : "; ", name,
                        other == a.end() ? "unknown" : other->second, value);
  }
  return others.empty() ? plan : others;
}

Checkpoint::Checkpoint(std::string path, std::string identity, std::string origin)
    : path_(std::move(path)), identity_(std::move(identity)), origin_(std::move(origin)) {}

void Checkpoint::check_place() const {
  if (std::filesystem::exists(path_) && !is_checkpoint(path_))
    throw IoError(path_, "would be replaced", "it is no checkpoint of vtrial; rename it, or choose other results");
  remove_leftovers(path_);
  const WriteTrial trial(path_, 0);
}

std::optional<std::string> Checkpoint::load(std::string& note) const {
  if (!std::filesystem::exists(path_)) return std::nullopt;
  check_place();
  std::optional<SavedWork> work = unsealed(path_);
  if (!work) {
    note = fmt::format("{} is damaged; what it had is done again", path_);
    return std::nullopt;
  }
  if (work->identity != identity_)
    throw IoError(path_, "cannot be resumed",
                  fmt::format("it is of another run: {}; start without --resume, or use the same scenario, options and "
                              "version",
                              difference_of(work->identity, identity_)));
  return std::move(work->content);
}

SavedWork read_checkpoint(const std::string& path) {
  if (!is_checkpoint(path)) throw IoError(path, "cannot be joined", "it is not what a run of vtrial has left");
  if (std::optional<SavedWork> work = unsealed(path)) return *std::move(work);
  throw IoError(path, "cannot be joined", "it is damaged; run this part once more");
}

bool Checkpoint::is_due() const {
  using std::chrono::seconds, std::chrono::milliseconds;
  const Clock::time_point now = Clock::now();
  const Clock::duration share = std::min<Clock::duration>((now - begun_) / 40, seconds(15));
  return now - saved_ >= std::max<Clock::duration>({share, cost_ * 50, milliseconds(200)});
}

void Checkpoint::save(const std::string& content, bool is_whole) {
  const Clock::time_point begin = Clock::now();
  BytesOut out;
  out.put(std::string_view(identity_)), out.put(std::string_view(origin_));
  out.put(is_whole);
  out.put(std::string_view(content));
  const std::string bytes = std::string(kMagic) + out.bytes();
  write_whole_file(path_, bytes, sha256_hex(bytes));
  saved_ = Clock::now();
  cost_ = saved_ - begin;
}

bool Checkpoint::try_save(const std::string& content, bool is_whole) {
  try {
    save(content, is_whole);
    return true;
  } catch (const IoError& error) {
    flaw_ = error.what();
    saved_ = Clock::now();  // later again
    return false;
  }
}

bool Checkpoint::is_worth_keeping() const { return Clock::now() - begun_ >= std::chrono::seconds(5); }

void Checkpoint::remove() const {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace vt
