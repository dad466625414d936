#include "host/campaign/ranks/team.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <thread>

#include "host/campaign/workers/worker.hpp"

namespace vt {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kMostBytes = std::size_t{64} << 20;  // that a hand keeps
constexpr auto kNap = std::chrono::microseconds(100);      // MPI's own waiting takes a core

}  // namespace

std::vector<std::string> Team::gather(const std::string& mine) {
  constexpr int tag = 0;  // threads have tags from 1 on
  const auto wait_for = [&](int from, int with) {
    while (true) {
      if (std::optional<Message> message = transport_->receive(from, with)) return *std::move(message);
      std::this_thread::sleep_for(kNap);
    }
  };
  if (!leads()) {
    transport_->send(0, tag, mine);
    const Message all = wait_for(0, tag);
    BytesIn in(all.bytes);
    std::vector<std::string> said;
    for (int rank = 0; rank < transport_->size(); ++rank) said.push_back(in.text());
    return said;
  }
  std::vector<std::string> said(static_cast<std::size_t>(transport_->size()));
  said[0] = mine;
  for (int heard = 1; heard < transport_->size(); ++heard) {
    Message message = wait_for(Transport::kAny, Transport::kAny);
    if (message.tag != tag) throw DeviceError(Request::of(message.bytes).flaw);
    said[static_cast<std::size_t>(message.from)] = std::move(message.bytes);
  }
  BytesOut out;
  for (const std::string& text : said) out.put(std::string_view(text));
  for (int rank = 1; rank < transport_->size(); ++rank) transport_->send(rank, tag, out.bytes());
  return said;
}

/// Of this campaign.
std::optional<Message> Team::next_message() {
  const auto is_now = [&](const Message& message) { return Request::of(message.bytes).campaign == campaign_; };
  if (const auto early = std::ranges::find_if(early_, is_now); early != early_.end()) {
    Message message = std::move(*early);
    early_.erase(early);
    return message;
  }
  std::optional<Message> message = transport_->receive(Transport::kAny, Transport::kAny);
  if (!message || is_now(*message)) return message;
  early_.push_back(std::move(*message));
  return std::nullopt;
}

std::optional<Team::Asked> Team::next_request() {
  const std::optional<Message> message = next_message();
  if (!message) return std::nullopt;
  Request request = Request::of(message->bytes);
  threads_of_[message->from] = request.threads;
  auto member =
      std::ranges::find_if(members_, [&](const Member& m) { return m.rank == message->from && m.tag == message->tag; });
  if (member == members_.end()) {
    members_.push_back({message->from, message->tag, request.is_gpu});
    member = std::prev(members_.end());
  }
  member->waits = true;
  member->job = request.job;
  if (request.rate > 0) member->rate = request.rate;
  if (request.leaves) member->has_left = true;
  return Asked{*member, std::move(request)};
}

void Team::reply(Member& member, const Reply& reply) {
  member.waits = false;
  transport_->send(member.rank, member.tag, reply.bytes());
}

bool Team::end(std::chrono::seconds most, bool was_stopped) {
  const Clock::time_point begin = Clock::now();
  const auto is_told = [&] {
    std::uint32_t expected = 0;
    for (const auto& [rank, threads] : threads_of_) expected += threads;
    return has_heard_all() && members_.size() == expected && std::ranges::all_of(members_, &Member::is_told);
  };
  while (!is_told()) {
    if (Clock::now() - begin > most) return false;
    while (next_request()) {
    }
    for (Member& member : members_)
      if (member.waits) {
        reply(member, {.kind = Reply::Kind::end, .was_stopped = was_stopped});
        member.is_told = true;
      }
    std::this_thread::sleep_for(kNap);
  }
  members_.clear();
  threads_of_.clear();
  ++campaign_;
  return true;
}

Reply Team::ask(int tag, Request request) {
  request.campaign = campaign_;
  transport_->send(0, tag, request.bytes());
  const Clock::time_point begin = Clock::now();
  while (true) {
    if (const std::optional<Message> answer = transport_->receive(0, tag)) return Reply::of(answer->bytes);
    std::this_thread::sleep_for(nap_after(Clock::now() - begin));
  }
}

std::string Team::here() const {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return fmt::format("rank {} on {}", transport_->rank(), name);
}

void Team::decline(const std::string& flaw) {
  Request request;
  request.leaves = request.is_fatal = true;
  request.flaw = fmt::format("{}: {}", here(), flaw);
  ask(1, request);
  ++campaign_;
}

bool Team::follow_at(int tag, std::uint32_t threads, const Seat& seat,
                     const std::function<Hire(const std::string& about)>& hire, const std::atomic<bool>& stop) {
  Request request;
  const auto start_anew = [&](std::uint32_t job) {
    request = {};
    request.job = job, request.threads = threads, request.is_gpu = seat.is_gpu();
  };
  start_anew(0);
  Hire hires;
  std::unique_ptr<Hand> hand;  // which may refer to what `hires` holds
  bool holds = false;
  double every = 0;
  Clock::time_point sent = Clock::now();
  while (true) {
    const Reply reply = ask(tag, request);
    start_anew(request.job);
    if (reply.kind == Reply::Kind::end) return reply.was_stopped;
    try {
      if (reply.kind == Reply::Kind::job) {
        hand = nullptr;
        hires = hire(reply.about);
        hand = hires(seat);
        request.job = reply.job;
        sent = Clock::now();
        continue;
      }
      if (reply.kind == Reply::Kind::take) {
        every = reply.every * (0.5 + (17 * transport_->rank() + 29 * tag) % 64 / 64.0);  // not all at once
        const Clock::time_point begin = Clock::now();
        hand->work(reply.take);
        request.rate = static_cast<double>(reply.take.count()) /
                       std::max(1e-6, std::chrono::duration<double>(Clock::now() - begin).count());
        holds = true;
      }
    } catch (const Interrupted&) {
      request.gives_back = true;
    } catch (const DeviceError& error) {
      request.flaw = fmt::format("{}: {}", here(), error.what());
      request.gives_back = true;
    } catch (const std::exception& error) {
      request.flaw = fmt::format("{}: {}", here(), error.what());
      request.gives_back = request.is_fatal = true;
    }
    request.leaves = stop || request.gives_back;
    const bool is_due = Clock::now() - sent >= std::chrono::duration<double>(every) ||
                        (hand != nullptr && hand->bytes_found() > kMostBytes);
    if (holds && (is_due || request.leaves || reply.kind == Reply::Kind::hand_over)) {
      request.has_found = true;
      request.found = hand->found();
      holds = false;
      sent = Clock::now();
    }
  }
}

void Team::follow(const std::vector<Seat>& seats, const std::function<Hire(const std::string& about)>& hire,
                  const std::atomic<bool>& stop) {
  const auto threads = static_cast<std::uint32_t>(seats.size());
  std::deque<Worker> others;
  std::vector<int> without_thread{1};
  for (std::size_t s = 1; s < seats.size(); ++s) {
    const int tag = static_cast<int>(s) + 1;
    if (!others.emplace_back([=, this, &seats, &hire, &stop] { follow_at(tag, threads, seats[s], hire, stop); })
             .flaw()
             .empty())
      without_thread.push_back(tag);
  }
  const bool was_stopped = follow_at(1, threads, seats[0], hire, stop);
  for (std::size_t i = 1; i < without_thread.size(); ++i) {  // which the leader counts
    Request request;
    request.threads = threads, request.leaves = true;
    ask(without_thread[i], request);
  }
  others.clear();  // all are told
  ++campaign_;
  if (was_stopped) throw Interrupted("the process that leads was stopped");
}

}  // namespace vt
