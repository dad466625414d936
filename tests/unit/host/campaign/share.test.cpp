#include "host/campaign/workers/share.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <mutex>
#include <numeric>
#include <thread>

#include "host/campaign/bytes.hpp"
#include "host/campaign/intervals.hpp"
#include "host/campaign/ranks/team.hpp"

namespace vt { namespace {

using namespace std::chrono_literals;

/// What is done with numbers here: each is counted.
struct Counted {
  std::vector<int> times;
  std::mutex mutex;
  explicit Counted(std::size_t n) : times(n) {}
  bool all_once() const {
    return std::ranges::all_of(times, [](int n) { return n == 1; });
  }
};

/// A seat's way to do a take, which may throw.
using Doing = std::function<void(Take)>;

class CountingHand : public Hand {
 public:
  CountingHand(Counted* counted, Doing doing) : counted_(counted), doing_(std::move(doing)) {}
  void work(Take take) override {
    if (doing_) doing_(take);
    takes_.push_back(take);
  }
  std::string found() override {
    BytesOut out;
    std::vector<std::uint64_t> ends;
    for (const Take& take : std::exchange(takes_, {})) ends.insert(ends.end(), {take.begin, take.end});
    out.put(ends);
    return out.bytes();
  }
  void hand_over() override { accept(*counted_, found()); }
  static void accept(Counted& counted, std::string_view found) {
    BytesIn in(found);
    const std::vector<std::uint64_t> ends = in.numbers<std::uint64_t>();
    for (std::size_t i = 0; i < ends.size(); i += 2)
      for (std::uint64_t k = ends[i]; k < ends[i + 1]; ++k) ++counted.times[k];
  }

 private:
  Counted* counted_;
  Doing doing_;
  std::vector<Take> takes_;
};

/// A job over numbers 0 … n − 1. `doing` by the seat's name.
struct CountingJob {
  Counted counted;
  std::map<std::string, Doing> doing;
  Job job;
  explicit CountingJob(std::uint64_t n) : counted(n), job{"about", OpenWork({{0, n}})} {
    job.hire = [this](const Seat& seat) { return std::make_unique<CountingHand>(&counted, doing[seat.name]); };
    job.accept = [this](std::string_view found) { CountingHand::accept(counted, found); };
  }
};

std::vector<Seat> seats_named(std::initializer_list<const char*> names) {
  std::vector<Seat> seats;
  for (const char* name : names) seats.push_back({name});
  return seats;
}

const std::atomic<bool> kNever = false;

TEST(Share, DoesEveryNumberOnceAtAnyNumberOfSeats) {
  for (const std::size_t n : {1, 2, 7}) {
    CountingJob one(10'000);
    const Shared shared = share(one.job, std::vector<Seat>(n, Seat{}), kNever);
    EXPECT_TRUE(one.counted.all_once()) << n;
    EXPECT_EQ(shared.crew.threads, static_cast<int>(n));
    EXPECT_TRUE(shared.notes.empty());
  }
}

/// A GPU that fails costs what it has in hand, which others do.
TEST(Share, GoesOnWithoutASeatThatFails) {
  CountingJob one(10'000);
  std::atomic<int> takes = 0;
  one.doing["GPU 1"] = [&](Take) {
    if (++takes > 3) throw DeviceError("GPU 1: the kernel failed");
    std::this_thread::sleep_for(1ms);
  };
  one.doing["GPU 0"] = [](Take take) { std::this_thread::sleep_for(1us * static_cast<int>(take.count())); };
  const Shared shared = share(one.job, seats_named({"GPU 0", "GPU 1"}), kNever);
  EXPECT_TRUE(one.counted.all_once());
  ASSERT_EQ(shared.notes.size(), 1u);
  EXPECT_EQ(shared.notes[0], "GPU 1: the kernel failed");
}

/// The last take comes back when nobody else has anything to do any more.
TEST(Share, WaitsForWhatMayComeBack) {
  CountingJob one(2);
  one.job.most = 1;
  std::atomic<bool> has_failed = false;
  one.doing["GPU 1"] = [&](Take) {
    std::this_thread::sleep_for(50ms);
    has_failed = true;
    throw DeviceError("out of order");
  };
  one.doing["GPU 0"] = [](Take) { std::this_thread::sleep_for(5ms); };
  share(one.job, seats_named({"GPU 0", "GPU 1"}), kNever);
  EXPECT_TRUE(one.counted.all_once());
  EXPECT_TRUE(has_failed);
}

TEST(Share, SaysWhyNothingIsLeftThatCouldWork) {
  CountingJob one(100);
  one.doing["GPU 0"] = [](Take) { throw DeviceError("GPU 0 has fallen off the bus"); };
  one.doing["GPU 1"] = [](Take) { throw DeviceError("GPU 1 as well"); };
  try {
    share(one.job, seats_named({"GPU 0", "GPU 1"}), kNever);
    ADD_FAILURE() << "done by nobody";
  } catch (const DeviceError& error) {
    EXPECT_NE(std::string(error.what()).find("GPU"), std::string::npos);
  }
}

TEST(Share, PassesOnWhatElseIsThrown) {
  CountingJob one(100);
  one.doing[""] = [](Take) { throw std::runtime_error("a mistake"); };
  EXPECT_THROW(share(one.job, std::vector<Seat>(3, Seat{}), kNever), std::runtime_error);
}

/// Unequal devices end at about the same time: the slower one, by a factor of 4, gets less. Half of that is left to a
/// busy machine.
TEST(Share, GivesMoreToTheFaster) {
  CountingJob one(20'000);
  std::atomic<std::uint64_t> fast = 0, slow = 0;
  one.doing["fast"] = [&](Take take) {
    fast += take.count(), std::this_thread::sleep_for(5us * static_cast<int>(take.count()));
  };
  one.doing["slow"] = [&](Take take) {
    slow += take.count(), std::this_thread::sleep_for(20us * static_cast<int>(take.count()));
  };
  share(one.job, seats_named({"fast", "slow"}), kNever);
  EXPECT_TRUE(one.counted.all_once());
  EXPECT_GT(fast, 2 * slow);
  EXPECT_GT(slow, 1'000u);
}

TEST(Share, HandsOverWhatWasDoneBeforeAStop) {
  CountingJob one(1'000'000);
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> done = 0;
  one.doing[""] = [&](Take take) {
    std::this_thread::sleep_for(1ms);
    done += take.count();
    if (done > 10) stop = true;
  };
  share(one.job, std::vector<Seat>(2, Seat{}), stop);
  const int counted = std::accumulate(one.counted.times.begin(), one.counted.times.end(), 0);
  EXPECT_EQ(counted, static_cast<int>(done));
  EXPECT_LT(counted, 1'000'000);
}

TEST(Share, SavesWhatHasBeenDone) {
  CountingJob one(100);
  one.job.most = 1;
  int saved = 0;
  std::vector<int> at_save;
  one.doing[""] = [](Take) { std::this_thread::sleep_for(10ms); };
  one.job.saving = {
      [] { return true; },
      [&] { ++saved, at_save.push_back(std::accumulate(one.counted.times.begin(), one.counted.times.end(), 0)); }};
  share(one.job, std::vector<Seat>(2, Seat{}), kNever);
  EXPECT_GT(saved, 3);
  EXPECT_TRUE(std::ranges::is_sorted(at_save));
  EXPECT_GT(at_save.back(), 50);
}

/// Processes that are threads of this one.
class Post {
 public:
  explicit Post(int size) : boxes_(static_cast<std::size_t>(size)) {}
  void send(int from, int to, int tag, std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    boxes_[static_cast<std::size_t>(to)].push_back({from, tag, std::string(bytes)});
  }
  std::optional<Message> receive(int here, int from, int tag) {
    const std::lock_guard lock(mutex_);
    auto& box = boxes_[static_cast<std::size_t>(here)];
    const auto found = std::ranges::find_if(box, [&](const Message& m) {
      return (from == Transport::kAny || m.from == from) && (tag == Transport::kAny || m.tag == tag);
    });
    if (found == box.end()) return std::nullopt;
    Message message = std::move(*found);
    box.erase(found);
    return message;
  }
  int size() const { return static_cast<int>(boxes_.size()); }

 private:
  std::mutex mutex_;
  std::vector<std::deque<Message>> boxes_;
};

class PostTransport : public Transport {
 public:
  PostTransport(Post& post, int rank) : post_(post), rank_(rank) {}
  int rank() const override { return rank_; }
  int size() const override { return post_.size(); }
  int local_rank() const override { return rank_; }
  int local_size() const override { return post_.size(); }
  std::string name() const override { return "threads"; }
  void send(int to, int tag, std::string_view bytes) override { post_.send(rank_, to, tag, bytes); }
  std::optional<Message> receive(int from, int tag) override { return post_.receive(rank_, from, tag); }

 private:
  Post& post_;
  int rank_;
};

/// Ranks 1, 2, … do campaigns one after another; `doing` at each.
class Followers {
 public:
  Followers(Post& post, int campaigns, std::size_t seats, const std::vector<Doing>& doing,
            const std::atomic<bool>& stop) {
    for (int rank = 1; rank < post.size(); ++rank)
      threads_.emplace_back([&post, rank, campaigns, seats, &doing, &stop] {
        Team team(std::make_unique<PostTransport>(post, rank));
        for (int c = 0; c < campaigns; ++c)
          team.follow(
              std::vector<Seat>(seats, Seat{}),
              [&](const std::string& about) -> Team::Hire {
                if (about != "about") throw std::runtime_error("another job");
                const Doing& here = doing[static_cast<std::size_t>(rank - 1)];
                return [here](const Seat&) { return std::make_unique<CountingHand>(nullptr, here); };
              },
              stop);
      });
  }
  ~Followers() {
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  std::vector<std::thread> threads_;
};

Doing slow() {
  return [](Take take) { std::this_thread::sleep_for(20us * static_cast<int>(take.count())); };
}

TEST(Team, SharesCampaignsOfSeveralJobs) {
  for (const int size : {2, 3, 4}) {
    Post post(size);
    const std::vector<Doing> doing(3, slow());
    const int campaigns = 3;
    const Followers followers(post, campaigns, 2, doing, kNever);
    Team team(std::make_unique<PostTransport>(post, 0));
    for (int c = 0; c < campaigns; ++c) {
      for (int j = 0; j < 3; ++j) {
        CountingJob one(5'000);
        std::atomic<std::uint64_t> here = 0;
        one.doing[""] = [&](Take take) { here += take.count(), slow()(take); };
        share(one.job, std::vector<Seat>(1, Seat{}), kNever, &team);
        EXPECT_TRUE(one.counted.all_once()) << size << " " << c << " " << j;
        EXPECT_LT(here, 4'500u) << "the others had nothing to do";
      }
      EXPECT_TRUE(team.end(60s));
    }
  }
}

TEST(Team, GoesOnWithoutARankThatFails) {
  Post post(3);
  std::atomic<int> takes = 0;
  const std::vector<Doing> doing = {[&](Take take) {
                                      if (++takes > 4) throw DeviceError("its GPU is gone");
                                      slow()(take);
                                    },
                                    slow()};
  const Followers followers(post, 1, 1, doing, kNever);
  Team team(std::make_unique<PostTransport>(post, 0));
  for (int j = 0; j < 2; ++j) {
    CountingJob one(20'000);
    one.doing[""] = slow();
    const Shared shared = share(one.job, std::vector<Seat>(1, Seat{}), kNever, &team);
    EXPECT_TRUE(one.counted.all_once());
    if (j > 0) continue;
    ASSERT_EQ(shared.notes.size(), 1u);
    EXPECT_NE(shared.notes[0].find("rank 1 on "), std::string::npos) << shared.notes[0];
    EXPECT_NE(shared.notes[0].find("its GPU is gone"), std::string::npos);
  }
  EXPECT_TRUE(team.end(60s));
}

/// What is no failure of a device ends the run, and says where.
TEST(Team, EndsWithARanksMistake) {
  Post post(2);
  const std::vector<Doing> doing = {[](Take) { throw std::runtime_error("it reads another scenario"); }};
  const Followers followers(post, 1, 1, doing, kNever);
  Team team(std::make_unique<PostTransport>(post, 0));
  CountingJob one(100'000);
  one.doing[""] = slow();
  try {
    share(one.job, std::vector<Seat>(1, Seat{}), kNever, &team);
    ADD_FAILURE();
  } catch (const DeviceError& error) {
    EXPECT_NE(std::string(error.what()).find("another scenario"), std::string::npos);
  }
  EXPECT_TRUE(team.end(60s));
}

/// A stop of all: what the others have done comes in before it ends.
TEST(Team, StopsWithAllThatIsDone) {
  Post post(3);
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> done = 0;
  const Doing counting = [&](Take take) {
    slow()(take);
    done += take.count();
    if (done > 2'000) stop = true;
  };
  const std::vector<Doing> doing(2, counting);
  const Followers followers(post, 1, 2, doing, stop);
  Team team(std::make_unique<PostTransport>(post, 0));
  CountingJob one(1'000'000);
  one.doing[""] = counting;
  share(one.job, std::vector<Seat>(1, Seat{}), stop, &team);
  const int counted = std::accumulate(one.counted.times.begin(), one.counted.times.end(), 0);
  EXPECT_EQ(counted, static_cast<int>(done));
  EXPECT_TRUE(std::ranges::none_of(one.counted.times, [](int n) { return n > 1; }));
  EXPECT_TRUE(team.end(60s));
}

TEST(Messages, ComeBackAsTheyWere) {
  const Request request{3, 2, 8, 1.5, true, true, false, true, "flaw", true, "found"};
  const Request again = Request::of(request.bytes());
  EXPECT_EQ(again.campaign, 3u);
  EXPECT_EQ(again.job, 2u);
  EXPECT_EQ(again.threads, 8u);
  EXPECT_EQ(again.rate, 1.5);
  EXPECT_TRUE(again.is_gpu && again.leaves && !again.is_fatal && again.gives_back && again.has_found);
  EXPECT_EQ(again.flaw, "flaw");
  EXPECT_EQ(again.found, "found");
  const Reply reply = Reply::of(Reply{Reply::Kind::take, 7, {3, 9}, 0.5, "x"}.bytes());
  EXPECT_EQ(reply.kind, Reply::Kind::take);
  EXPECT_EQ(reply.job, 7u);
  EXPECT_EQ(reply.take.end, 9u);
  EXPECT_EQ(reply.every, 0.5);
  EXPECT_THROW(Request::of("x"), BadBytes);
}

}}  // namespace vt
