#pragma once
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/campaign/ranks/messages.hpp"
#include "host/campaign/ranks/transport.hpp"
#include "host/campaign/workers/share.hpp"

namespace vt {

/// How long to sleep where nothing has been heard for so long: MPI's own waiting takes a core.
inline std::chrono::nanoseconds nap_after(std::chrono::nanoseconds quiet) {
  return std::clamp<std::chrono::nanoseconds>(quiet / 20, std::chrono::microseconds(100), std::chrono::milliseconds(1));
}

/// The processes that do a run together. Rank 0 leads, and works, too.
class Team {
 public:
  explicit Team(std::unique_ptr<Transport> transport) : transport_(std::move(transport)) {}
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  const Transport& transport() const { return *transport_; }
  bool leads() const { return transport_->rank() == 0; }

  /// What every rank says, by rank. Called by all of them, before any work. \throws DeviceError where one declines
  std::vector<std::string> gather(const std::string& mine);

  /// A thread of another rank, as the leader knows it.
  struct Member {
    int rank, tag;
    bool is_gpu = false, waits = false, has_left = false, is_told = false;  ///< is_told: that the campaign is over
    double rate = 0;
    std::uint32_t job = 0;      ///< that it has hands for
    std::vector<Take> holds{};  ///< what it has not handed over yet
  };

  /// Of the leader.
  std::uint32_t begin_job() { return ++job_; }
  struct Asked {
    Member& member;
    Request request;
  };
  std::optional<Asked> next_request();
  void reply(Member& member, const Reply& reply);
  std::deque<Member>& members() { return members_; }
  /// Whether every other rank has asked for something.
  bool has_heard_all() const { return static_cast<int>(threads_of_.size()) + 1 >= transport_->size(); }
  /// The campaign is over: waits until all have asked once more, and are told. \return false: somebody has not asked in
  /// time
  bool end(std::chrono::seconds most, bool was_stopped = false);

  /// Of the others: does what the leader hands out, a thread at each seat, until it says that the work is over.
  /// \throws Interrupted where it was stopped
  using Hire = std::function<std::unique_ptr<Hand>(const Seat& seat)>;
  void follow(const std::vector<Seat>& seats, const std::function<Hire(const std::string& about)>& hire,
              const std::atomic<bool>& stop);
  /// Instead of that: tells the leader that this rank cannot work, which ends the run.
  void decline(const std::string& flaw);

 private:
  std::optional<Message> next_message();
  /// \return whether the work was stopped
  bool follow_at(int tag, std::uint32_t threads, const Seat& seat,
                 const std::function<Hire(const std::string& about)>& hire, const std::atomic<bool>& stop);
  Reply ask(int tag, Request request);
  std::string here() const;

  std::unique_ptr<Transport> transport_;
  std::uint32_t job_ = 0, campaign_ = 0;
  std::deque<Member> members_;
  std::deque<Message> early_;                ///< requests of the next campaign
  std::map<int, std::uint32_t> threads_of_;  ///< by rank, of those that have asked
};

}  // namespace vt
