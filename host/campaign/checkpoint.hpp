#pragma once
#include <chrono>
#include <optional>
#include <string>

namespace vt {

/// A file beside the results that has what is done of a campaign, so that it can go on after it was stopped or killed.
/// It is written aside, fsynced, renamed and sealed: whatever happens, there is the last one or the one before.
class Checkpoint {
 public:
  /// \param identity  what must be the same for the work to go on: one "name value" in each line
  Checkpoint(std::string path, std::string identity);

  /// \throws IoError where a file of this name is no checkpoint
  void check_place() const;

  /// What was saved; nothing where there is no such file, or a damaged one, which the note says.
  /// \throws IoError where it is of another identity, which is told, or no checkpoint
  std::optional<std::string> load(std::string& note) const;

  /// Whether so much time has passed that saving again costs little: a fortieth of the work so far, at most 15 s; never
  /// less than fifty times what saving took.
  bool is_due() const;
  /// \throws IoError
  void save(const std::string& content);
  /// Once the results are written.
  void remove() const;

  const std::string& path() const { return path_; }

 private:
  using Clock = std::chrono::steady_clock;
  std::string path_, identity_;
  Clock::time_point begun_ = Clock::now(), saved_ = Clock::now();
  Clock::duration cost_{};
};

}  // namespace vt
