#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vt {

/// A file beside the results that has what is done of a campaign, so that it can go on after it was stopped or killed.
/// It is written aside, fsynced, renamed and sealed: whatever happens, there is the last one or the one before.
class Checkpoint {
 public:
  /// \param identity  what must be the same for the work to go on: one "name value" in each line
  /// \param origin  how the work can be asked for again; read by read_checkpoint() alone
  Checkpoint(std::string path, std::string identity, std::string origin = "");

  /// Removes what killed runs have left of it. \throws IoError where a file of this name is no checkpoint, or none can
  /// be written
  void check_place() const;

  /// What was saved; nothing where there is no such file, or a damaged one, which the note says.
  /// \throws IoError where it is of another identity, which is told, or no checkpoint
  std::optional<std::string> load(std::string& note) const;

  /// Whether so much time has passed that saving again costs little: a fortieth of the work so far, at most 15 s; never
  /// less than fifty times what saving took.
  bool is_due() const;
  /// \param is_whole  nothing of what was asked for is missing \throws IoError
  void save(const std::string& content, bool is_whole = false);
  /// The same, of a run that can go on without. \return false: flaw() says why
  bool try_save(const std::string& content, bool is_whole = false);
  /// What the last try_save that failed said; "": none did.
  const std::string& flaw() const { return flaw_; }
  /// Whether so much was done that it is kept until the results are written.
  bool is_worth_keeping() const;
  /// Once the results are written.
  void remove() const;

  const std::string& path() const { return path_; }

 private:
  using Clock = std::chrono::steady_clock;
  std::string path_, identity_, origin_, flaw_;
  Clock::time_point begun_ = Clock::now(), saved_ = Clock::now();
  Clock::duration cost_{};
};

/// A checkpoint of any run.
struct SavedWork {
  std::string path, identity, origin, content;
  bool is_whole = false;
};
/// Whether the file begins as one does. \throws IoError
bool is_checkpoint(const std::string& path);
/// "name", "value" of an identity, in its order.
std::vector<std::pair<std::string, std::string>> identity_values(const std::string& identity);
/// \throws IoError: it is none, or damaged
SavedWork read_checkpoint(const std::string& path);

/// "seed 1 there, 2 here"; the plan, of which the others are parts, where nothing else differs.
std::string difference_of(const std::string& there, const std::string& here);

}  // namespace vt
