#include "host/campaign/workers/share.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "host/campaign/ranks/team.hpp"

namespace vt {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds, std::chrono::microseconds;

constexpr double kSeconds = 0.05, kGpuSeconds = 0.3;  ///< that a take lasts; a kernel's launch cannot be stopped
constexpr double kMostSeconds = 0.4;                  ///< that a core's take lasts, however large it is wanted
constexpr std::uint64_t kFewestOfSlow = 64;           ///< numbers of a core's first take, and of a slow one's, at most
constexpr double kKeepsToItself = 0.1;                ///< seconds before it is part of what is saved
constexpr double kLeastGrace = 5, kMostGrace = 60;    ///< seconds for other ranks, after a stop
constexpr double kMostEvery = 30;                     ///< seconds that somebody keeps what it has found

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

class Sharing {
 public:
  Sharing(Job& job, std::size_t seats, const std::atomic<bool>& stop, Team* team)
      : job_(job),
        stop_(stop),
        team_(team),
        number_(team ? team->begin_job() : 0),
        all_(job.open.left()),
        speeds_(seats),
        here_(seats) {}

  void work_at(std::size_t seat, const Seat& where);
  void lead();
  Shared shared(Crew crew) &&;
  void leave_seat() {
    const std::lock_guard lock(mutex_);
    --here_;
  }

 private:
  struct Speed {
    bool is_gpu = false, is_there = true;
    double rate = 0;  ///< numbers in a second; 0: not known
  };

  double rate_of_all() const;
  std::uint64_t size_for(bool is_gpu, double rate) const;
  std::optional<Take> take(const Speed& speed);
  std::optional<Take> next(std::size_t seat);
  void note_done(std::uint64_t count);
  void give_back(Take taken) {
    job_.open.give_back(taken);
    in_hand_ -= taken.count();
    changed_.notify_all();
  }
  void note_flaw(const std::string& flaw);
  bool is_over() const { return problem_ || (job_.open.left() == 0 && in_hand_ == 0); }
  void save_if_due();
  void answer(Team::Asked asked, double receiving);
  void hand_out(Team::Member& member);
  bool somebody_is_left() const;
  double seconds_to_accept() const;
  double grace() const;

  Job& job_;
  const std::atomic<bool>& stop_;
  Team* team_;
  const std::uint32_t number_;
  const std::uint64_t all_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Speed> speeds_;
  std::size_t here_;           ///< seats of this process where work is going on
  std::uint64_t in_hand_ = 0;  ///< numbers that were taken and are neither done nor given back
  std::uint64_t done_ = 0;
  double accepting_ = 0;  ///< seconds that what was found elsewhere took
  std::uint64_t accepted_ = 0;
  std::exception_ptr problem_;
  std::vector<std::string> flaws_;
};

double Sharing::rate_of_all() const {
  double sum = 0;
  for (const Speed& speed : speeds_) sum += speed.is_there ? speed.rate : 0;
  if (team_ != nullptr)
    for (const Team::Member& member : team_->members()) sum += member.has_left ? 0 : member.rate;
  return sum;
}

/// So many that all end at about the same time, and none has them for long.
std::uint64_t Sharing::size_for(bool is_gpu, double rate) const {
  std::uint64_t least = std::min(job_.most, is_gpu ? job_.least_gpu : job_.least);
  if (rate <= 0) return is_gpu ? least : std::min(least, kFewestOfSlow);
  if (!is_gpu)
    least = std::min(least, std::max(kFewestOfSlow, static_cast<std::uint64_t>(std::min(rate * kMostSeconds, 1e18))));
  const auto left = static_cast<double>(job_.open.left());
  const double fair = 0.5 * left * rate / std::max(rate, rate_of_all());
  const double most = std::min(rate * (is_gpu ? kGpuSeconds : kSeconds), fair);
  return std::clamp(static_cast<std::uint64_t>(std::min(most, 1e18)), least, job_.most);
}

std::optional<Take> Sharing::take(const Speed& speed) {
  const std::optional<Take> taken = job_.open.take(size_for(speed.is_gpu, speed.rate));
  if (taken) in_hand_ += taken->count();
  return taken;
}

/// Waits where there is none, but somebody may still give some back.
std::optional<Take> Sharing::next(std::size_t seat) {
  std::unique_lock lock(mutex_);
  while (!stop_ && !is_over()) {
    if (job_.open.left() > 0) return take(speeds_[seat]);
    changed_.wait_for(lock, milliseconds(20));
  }
  return std::nullopt;
}

void Sharing::note_done(std::uint64_t count) {
  in_hand_ -= count;
  done_ += count;
  if (job_.progress) job_.progress(static_cast<double>(done_) / static_cast<double>(all_));
  if (is_over()) changed_.notify_all();
}

void Sharing::note_flaw(const std::string& flaw) {
  if (std::ranges::find(flaws_, flaw) == flaws_.end()) flaws_.push_back(flaw);
  changed_.notify_all();
}

void Sharing::save_if_due() {
  if (job_.saving.is_due && job_.saving.is_due()) job_.saving.save();
}

void Sharing::work_at(std::size_t seat, const Seat& where) {
  try {
    speeds_[seat].is_gpu = where.is_gpu();
    const std::unique_ptr<Hand> hand = job_.hire(where);
    Clock::time_point handed_over = Clock::now();
    double keeps = kKeepsToItself;
    while (const std::optional<Take> taken = next(seat)) {
      const Clock::time_point begin = Clock::now();
      const auto leave = [&] {
        speeds_[seat].is_there = false;
        give_back(*taken);
      };
      try {
        hand->work(*taken);
      } catch (const DeviceError& error) {
        const std::lock_guard lock(mutex_);
        leave();
        note_flaw(error.what());
        break;
      } catch (const Interrupted&) {
        const std::lock_guard lock(mutex_);
        leave();
        break;
      }
      const std::lock_guard lock(mutex_);
      speeds_[seat].rate = static_cast<double>(taken->count()) / std::max(1e-6, seconds_since(begin));
      note_done(taken->count());
      if (!job_.saving.is_due || seconds_since(handed_over) < keeps) continue;
      const Clock::time_point begins = Clock::now();
      hand->hand_over();
      keeps = std::clamp(20 * static_cast<double>(speeds_.size()) * seconds_since(begins), kKeepsToItself, kMostEvery);
      save_if_due();
      handed_over = Clock::now();
    }
    const std::lock_guard lock(mutex_);
    hand->hand_over();
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!problem_) problem_ = std::current_exception();
    changed_.notify_all();
  }
  leave_seat();
}

double Sharing::seconds_to_accept() const { return accepted_ > 0 ? accepting_ / static_cast<double>(accepted_) : 0; }

/// What all may need to hand over what they have.
double Sharing::grace() const {
  return std::clamp(2 * static_cast<double>(team_->members().size()) * seconds_to_accept(), kLeastGrace, kMostGrace);
}

bool Sharing::somebody_is_left() const {
  return here_ > 0 || !team_->has_heard_all() ||
         std::ranges::any_of(team_->members(), [](const Team::Member& m) { return !m.has_left; });
}

void Sharing::hand_out(Team::Member& member) {
  Reply reply;
  reply.job = number_;
  const auto members = static_cast<double>(team_->members().size());
  reply.every = std::clamp(10 * members * seconds_to_accept(), 0.2, kMostEvery);
  if (const std::optional<Take> taken = stop_ ? std::nullopt : take({member.is_gpu, true, member.rate})) {
    member.holds.push_back(*taken);
    reply.kind = Reply::Kind::take;
    reply.take = *taken;
  } else if (!member.holds.empty()) {
    reply.kind = Reply::Kind::hand_over;
  } else {
    return;  // it waits
  }
  team_->reply(member, reply);
}

/// A member's request, which took so many seconds to receive. \pre the lock is held
void Sharing::answer(Team::Asked asked, double receiving) {
  Team::Member& member = asked.member;
  const Request& request = asked.request;
  if (request.has_found && request.job == number_) {
    const Clock::time_point begin = Clock::now();
    if (request.gives_back) {
      give_back(member.holds.back());
      member.holds.pop_back();
    }
    job_.accept(request.found);
    for (const Take& taken : std::exchange(member.holds, {})) note_done(taken.count());
    accepting_ += receiving + seconds_since(begin), ++accepted_;
    save_if_due();
  }
  if (request.leaves) {
    for (const Take& taken : std::exchange(member.holds, {})) give_back(taken);
    if (!request.flaw.empty()) note_flaw(request.flaw);
    if (request.is_fatal && !problem_) problem_ = std::make_exception_ptr(DeviceError(request.flaw));
    changed_.notify_all();
  } else if (request.job != number_) {
    team_->reply(member, {Reply::Kind::job, number_, {}, 0, job_.about});
  } else {
    hand_out(member);
  }
}

void Sharing::lead() {
  try {
    std::optional<Clock::time_point> stopped;
    Clock::time_point heard = Clock::now();
    while (true) {
      bool is_quiet = true;
      {
        const std::lock_guard lock(mutex_);
        if (stop_ && !stopped) stopped = Clock::now();
        if (is_over() || (stopped && (in_hand_ == 0 || seconds_since(*stopped) > grace())) || !somebody_is_left())
          break;
        for (Team::Member& member : team_->members())
          if (member.waits && !member.has_left && job_.open.left() > 0 && !stop_) {
            answer({member, Request{.job = member.job}}, 0);
            is_quiet = false;
          }
        const Clock::time_point begin = Clock::now();
        if (std::optional<Team::Asked> asked = team_->next_request()) {
          answer(std::move(*asked), seconds_since(begin));
          is_quiet = false;
        }
      }
      if (!is_quiet) heard = Clock::now();
      if (is_quiet) std::this_thread::sleep_for(nap_after(Clock::now() - heard));
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!problem_) problem_ = std::current_exception();
  }
  changed_.notify_all();
}

Shared Sharing::shared(Crew crew) && {
  if (problem_) std::rethrow_exception(problem_);
  if (job_.open.left() > 0 && !stop_) throw DeviceError(flaws_.empty() ? "nothing could do the work" : flaws_.front());
  return {std::move(crew), std::move(flaws_)};
}

}  // namespace

Shared share(Job& job, const std::vector<Seat>& seats, const std::atomic<bool>& stop, Team* team) {
  Sharing sharing(job, seats.size(), stop, team);
  Crew crew;
  {
    std::deque<Worker> others;
    if (team != nullptr) others.emplace_back([&] { sharing.lead(); });
    const std::size_t before = others.size();
    for (std::size_t s = 1; s < seats.size(); ++s, ++crew.threads) {
      crew.flaw = others.emplace_back([&, s] { sharing.work_at(s, seats[s]); }).flaw();
      if (crew.flaw.empty()) continue;
      for (; s < seats.size(); ++s) sharing.leave_seat();
      break;
    }
    sharing.work_at(0, seats[0]);
    if (team != nullptr && !others[before - 1].flaw().empty()) sharing.lead();
  }
  return std::move(sharing).shared(crew);
}

}  // namespace vt
