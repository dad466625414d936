/// \file What the process that leads does for requests of others, for scale.py. Prints JSON.
///
/// scale_leader: processor time of a request without MPI, by the number of threads that ask.
/// mpirun -n 2 scale_leader: of requests and deliveries by MPI between processes of one machine.
/// mpirun -n 2 scale_leader THREADS SECONDS: a run in which THREADS sleep for SECONDS each instead of simulating.

#include <chrono>
#include <cstdio>
#include <ctime>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "host/campaign/bytes.hpp"
#include "host/campaign/ledger.hpp"
#include "host/campaign/ranks/start_ranks.hpp"
#include "host/campaign/ranks/team.hpp"
#include "host/campaign/trial_hand.hpp"
#include "host/cli/load.hpp"

namespace vt { namespace {

using Json = nlohmann::ordered_json;

const std::atomic<bool> kNever = false;

double core_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// So many threads of other ranks, which always ask at once, and have nothing to tell.
class EagerRanks : public Transport {
 public:
  explicit EagerRanks(int threads) : replies_(static_cast<std::size_t>(threads)) {
    for (int i = 0; i < threads; ++i) waiting_.push_back(i);
  }
  int rank() const override { return 0; }
  int size() const override { return static_cast<int>(replies_.size()) + 1; }
  int local_rank() const override { return 0; }
  int local_size() const override { return 1; }
  std::string name() const override { return "none"; }

  void send(int to, int, std::string_view bytes) override {
    const int i = to - 1;
    Reply reply = Reply::of(bytes);
    replies_[static_cast<std::size_t>(i)] = std::move(reply);
    waiting_.push_back(i);
  }
  std::optional<Message> receive(int, int) override {
    const double now = core_seconds();
    if (waiting_.empty()) return std::nullopt;
    const int i = waiting_.front();
    waiting_.pop_front();
    const Reply& last = replies_[static_cast<std::size_t>(i)];
    Request request;
    request.job = last.job, request.is_gpu = true, request.rate = last.kind == Reply::Kind::take ? 1 : 0;
    if (last.kind == Reply::Kind::hand_over) request.has_found = true;
    if (last.kind == Reply::Kind::take) {
      if (begin_ == 0) begin_ = now;
      last_ = now, ++served_;
    }
    return Message{i + 1, 1, request.bytes()};
  }
  double seconds_each() const { return (last_ - begin_) / static_cast<double>(served_ - 1); }

 private:
  std::deque<int> waiting_;
  std::vector<Reply> replies_;
  double begin_ = 0, last_ = 0;
  std::uint64_t served_ = 0;
};

class IdleHand : public Hand {
 public:
  void work(Take) override { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }
  std::string found() override { return ""; }
  void hand_over() override {}
};

/// That the leader takes for one request for a take, with the messages of such a request but without MPI.
double seconds_of_request(int threads) {
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 3; ++i) {
    auto ranks = std::make_unique<EagerRanks>(threads);
    const EagerRanks& told = *ranks;
    Team team(std::move(ranks));
    Job job{"about", OpenWork({{0, static_cast<std::uint64_t>(20 * threads + 20'000)}})};
    job.most = 1;
    job.hire = [](const Seat&) { return std::make_unique<IdleHand>(); };
    job.accept = [](std::string_view) {};
    share(job, {Seat{}}, kNever, &team);
    least = std::min(least, told.seconds_each());
  }
  return least;
}

/// What a thread of another rank has found: so many bytes.
class TellingHand : public Hand {
 public:
  explicit TellingHand(std::size_t bytes) : text_(bytes, '.') {}
  void work(Take) override {}
  std::string found() override { return text_; }
  void hand_over() override {}

 private:
  std::string text_;
};

/// Processor time of the leader for a request by MPI between processes of one machine, with so many threads that always
/// ask, and what deliveries of so many bytes add to it, though nothing is made of them.
Json costs_of_messages(Team& team) {
  constexpr std::size_t threads = 32;
  Json json = Json::array();
  for (const std::size_t bytes : {std::size_t{64}, std::size_t{1} << 20}) {
    if (!team.leads()) {
      team.follow(
          std::vector<Seat>(threads),
          [&](const std::string&) -> Team::Hire {
            return [bytes](const Seat&) { return std::make_unique<TellingHand>(bytes); };
          },
          kNever);
      continue;
    }
    constexpr std::uint64_t requests = 40'000;
    std::uint64_t deliveries = 0;
    Job job{"about", OpenWork({{0, requests}})};
    job.most = 1;
    job.hire = [](const Seat&) { return std::make_unique<IdleHand>(); };
    job.accept = [&](std::string_view) { ++deliveries; };
    const auto begin = std::chrono::steady_clock::now();
    const std::clock_t used = std::clock();
    share(job, {Seat{}}, kNever, &team);
    json.push_back({{"bytes", bytes},
                    {"requests", requests},
                    {"deliveries", deliveries},
                    {"leader_s", static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC},
                    {"wall_s", std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()}});
    team.end(std::chrono::seconds(60));
  }
  return json;
}

/// Does a number in so many seconds, asleep.
class SleepingHand : public TellingHand {
 public:
  SleepingHand(std::string found, double each) : TellingHand(0), found_(std::move(found)), each_(each) {}
  void work(Take take) override {
    std::this_thread::sleep_for(std::chrono::duration<double>(each_ * static_cast<double>(take.count())));
  }
  std::string found() override { return found_; }

 private:
  const std::string found_;
  double each_;
};

/// The whole schedule by MPI, with threads of another rank that sleep instead of simulating TOPS, so many seconds each,
/// and hand over its counts: what schedule.py says of as many GPUs with one thread each can be held against it.
Json run_asleep(Team& team, std::size_t threads, double seconds) {
  constexpr double each = 5e-6;
  const LoadedScenario loaded = load(VTRIAL_SOURCE_DIR "/scenarios/tops.toml", {}, 1000);
  const Plan& plan = loaded.built.buffer.plan();
  Ledger ledger(plan, 1);
  (void)ledger.words_of(plan, 0);
  BytesOut found;
  ledger.save(found);
  found.put<std::uint64_t>(0), found.put<std::uint64_t>(0);
  if (!team.leads()) {
    team.follow(
        std::vector<Seat>(threads, Seat{"GPU"}),
        [&](const std::string&) -> Team::Hire {
          return [&](const Seat&) { return std::make_unique<SleepingHand>(found.bytes(), each); };
        },
        kNever);
    return {};
  }
  const Places places(0, plan.patients, 1, Parts{});
  const TrialWork work{loaded.built, places, 1, Wanted::tallies, 0, &ledger};
  Job job{"about", OpenWork({{0, static_cast<std::uint64_t>(seconds / each) * threads}})};
  job.least_gpu = 1000;
  std::uint64_t deliveries = 0;
  job.hire = [](const Seat&) { return std::make_unique<SleepingHand>("", 0.02); };
  job.accept = [&](std::string_view bytes) { accept_found(work, bytes), ++deliveries; };
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t used = std::clock();
  share(job, {Seat{}}, kNever, &team);
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double leader = static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC;
  team.end(std::chrono::seconds(60));
  return {
      {"threads", threads}, {"seconds", seconds}, {"wall_s", wall}, {"leader_s", leader}, {"deliveries", deliveries}};
}

Json costs_of_requests() {
  Json json;
  for (const int threads : {1, 15, 127, 511, 1999}) json[std::to_string(threads)] = seconds_of_request(threads);
  return json;
}

}}  // namespace vt

int main(int argc, char** argv) {
  const std::unique_ptr<vt::Team> team = vt::start_ranks();
  vt::Json json;
  if (team == nullptr)
    json = vt::costs_of_requests();
  else
    json = argc > 2 ? vt::run_asleep(*team, std::stoul(argv[1]), std::stod(argv[2])) : vt::costs_of_messages(*team);
  if (team == nullptr || team->leads()) std::puts(json.dump(1).c_str());
  vt::end_ranks();
}
