#include "host/campaign/crew.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "host/campaign/isa.hpp"
#include "host/campaign/worker.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

void merge(Share& into, const Share& from) {
  for (std::size_t i = 0; i < into.words.size(); ++i) into.words[i] += from.words[i];
  for (std::size_t f = 0; f < into.first_failing_unit.size(); ++f)
    into.first_failing_unit[f] = std::min(into.first_failing_unit[f], from.first_failing_unit[f]);
}

}  // namespace

Share Crew::work(int threads) {
  std::vector<Share> shares(static_cast<std::size_t>(threads));
  {
    std::deque<Worker> crew;
    for (threads_ = 1; threads_ < threads; ++threads_) {
      Share& share = shares[static_cast<std::size_t>(threads_)];
      flaw_ = crew.emplace_back([this, &share] { work_on(share); }).flaw();
      if (!flaw_.empty()) break;
    }
    work_on(shares[0]);
  }
  if (problem_) std::rethrow_exception(problem_);
  for (int i = 1; i < threads_; ++i) merge(shares[0], shares[static_cast<std::size_t>(i)]);
  return std::move(shares[0]);
}

void Crew::work_on(Share& share) {
  try {
    share.words.assign(all_words(plan_), 0);
    share.first_failing_unit.assign(ways_to_fail(plan_), kNone);
    for (std::uint64_t i; !stop_ && (i = next_++) < units_.count();) do_unit(share, i);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    problem_ = std::current_exception();
    next_ = units_.count();
  }
}

void Crew::do_unit(Share& share, std::uint64_t i) {
  const std::uint64_t* failures = share.words.data() + failure_word(plan_);
  const std::vector<std::uint64_t> before(failures, failures + ways_to_fail(plan_));
  const WorkUnit unit = units_.at(i);
  Record* rows = records_ ? records_ + units_.rows_before(i) : nullptr;
  run_(plan_, unit, share.words.data(), rows);
  for (std::size_t f = 0; f < before.size(); ++f)
    if (failures[f] != before[f]) share.first_failing_unit[f] = std::min(share.first_failing_unit[f], i);
  if (!std::equal(before.begin(), before.end(), failures)) take_back_failed(unit, rows, share.words);
  const std::uint64_t done = done_ += unit.count * unit.replicates;
  const std::lock_guard lock(mutex_);
  if (progress_) progress_(static_cast<double>(done) / static_cast<double>(units_.patients * units_.replicates));
}

void Crew::take_back_failed(const WorkUnit& unit, const Record* rows, std::vector<std::uint64_t>& words) const {
  std::vector<Record> own;
  if (rows == nullptr) {
    own.resize(unit.count * unit.replicates);
    std::vector<std::uint64_t> unused(words.size());
    plain_(plan_, unit, unused.data(), own.data());
    rows = own.data();
  }
  std::vector<std::uint64_t> ids, added(words.size());
  for (std::uint64_t i = 0; i < unit.count * unit.replicates; ++i)
    if (rows[i].failure != 0) ids.push_back(rows[i].patient);
  choose_cpu_build().run(plan_, {.count = ids.size(), .ids = ids.data()}, added.data(), nullptr);
  for (std::uint64_t i = 0; i < plan_.tally_words; ++i) words[i] -= added[i];
}

}  // namespace vt
