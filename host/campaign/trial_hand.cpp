#include "host/campaign/trial_hand.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "host/campaign/trial_table.hpp"
#include "host/campaign/workers/do_unit.hpp"
#include "output/statistics/estimate.hpp"

namespace vt {

namespace {

class TrialHand : public Hand {
 public:
  TrialHand(const TrialWork& work, Runner run, Runner plain, bool may_fail)
      : work_(work), run_(std::move(run)), plain_(std::move(plain)), may_fail_(may_fail), own_(plan(), work.parts) {}

  void work(Take take) override {
    const PlacedUnit unit{work_.places.unit(take), work_.places.part_of(take.begin), take.begin, take.end};
    if (work_.wanted == Wanted::tallies) return simulate(unit, nullptr);
    if (work_.rows != nullptr) return simulate(unit, work_.rows + (take.begin - work_.rows_begin));
    std::vector<Record> rows(take.count());
    simulate(unit, rows.data());
    if (work_.wanted == Wanted::rows) {
      rows_.emplace_back(take, std::move(rows));
      return;
    }
    const std::uint64_t patients = plan().patients;
    for (std::uint64_t i = 0; i < take.count() / patients; ++i) {
      std::vector<ResultTest> tests = empty_tests(work_.built);
      add_replicate(work_.built, std::span(rows).subspan(i * patients, patients), tests);
      tests_.emplace_back(take.begin / patients + i, std::move(tests));
    }
  }

  std::string found() override {
    BytesOut out;
    own_.save(out);
    out.put<std::uint64_t>(rows_.size());
    for (const auto& [take, rows] : rows_) {
      out.put(take.begin);
      out.put(std::string_view(reinterpret_cast<const char*>(rows.data()), rows.size() * sizeof(Record)));
    }
    out.put<std::uint64_t>(tests_.size());
    for (const auto& [replicate, tests] : tests_) {
      out.put(replicate);
      save_tests(tests, out);
    }
    start_anew();
    return out.bytes();
  }

  std::size_t bytes_found() const override {
    std::size_t rows = 0;
    for (const auto& [take, some] : rows_) rows += some.size();
    return rows * sizeof(Record);
  }

  void hand_over() override {
    work_.ledger->add(std::move(own_));
    for (const auto& [replicate, tests] : tests_) place_replicate(tests, replicate, *work_.tests);
    start_anew();
  }

 private:
  const Plan& plan() const { return work_.built.buffer.plan(); }
  void simulate(const PlacedUnit& unit, Record* rows) {
    if (may_fail_) return do_unit_or_nothing(plan(), run_, unit, own_, rows);
    do_unit(plan(), run_, plain_, unit, own_, rows);
  }
  void start_anew() {
    own_ = Ledger(plan(), work_.parts);
    rows_.clear();
    tests_.clear();
  }

  const TrialWork work_;
  const Runner run_, plain_;
  const bool may_fail_;
  Ledger own_;
  std::vector<std::pair<Take, std::vector<Record>>> rows_;                ///< where nobody leads here
  std::vector<std::pair<std::uint64_t, std::vector<ResultTest>>> tests_;  ///< by replicate
};

}  // namespace

std::unique_ptr<Hand> make_trial_hand(const TrialWork& work, Runner run, Runner plain, bool may_fail) {
  return std::make_unique<TrialHand>(work, std::move(run), std::move(plain), may_fail);
}

void accept_found(const TrialWork& work, std::string_view found) {
  BytesIn in(found);
  work.ledger->add(Ledger::load(in, work.built.buffer.plan(), work.parts));
  for (auto n = in.number<std::uint64_t>(); n > 0; --n) {
    const auto begin = in.number<std::uint64_t>();
    const std::string rows = in.text();
    std::memcpy(work.rows + (begin - work.rows_begin), rows.data(), rows.size());
  }
  for (auto n = in.number<std::uint64_t>(); n > 0; --n) {
    const auto replicate = in.number<std::uint64_t>();
    std::vector<ResultTest> tests = empty_tests(work.built);
    load_tests(in, tests);
    place_replicate(tests, replicate, *work.tests);
  }
  in.end();
}

std::vector<ResultTest> unanswered_tests(const BuiltPlan& built) {
  const std::uint64_t replicates = built.buffer.plan().replicates;
  std::vector<ResultTest> tests = empty_tests(built);
  for (ResultTest& test : tests) {
    for (std::vector<double>* column : {&test.estimate, &test.standard_error, &test.p})
      column->assign(replicates * test.terms.size(), kNaN);
    test.patients.assign(replicates, 0);
    test.events.assign(replicates, 0);
  }
  return tests;
}

void save_tests(const std::vector<ResultTest>& tests, BytesOut& out) {
  for (const ResultTest& test : tests) {
    for (const std::vector<double>* column : {&test.estimate, &test.standard_error, &test.p}) out.put(*column);
    out.put(test.patients);
    out.put(test.events);
  }
}

void load_tests(BytesIn& in, std::vector<ResultTest>& tests) {
  for (ResultTest& test : tests) {
    for (std::vector<double>* column : {&test.estimate, &test.standard_error, &test.p}) *column = in.numbers<double>();
    test.patients = in.numbers<std::int64_t>();
    test.events = in.numbers<std::int64_t>();
    const std::size_t values = test.patients.size() * test.terms.size();
    if (test.events.size() != test.patients.size() || test.estimate.size() != values ||
        test.standard_error.size() != values || test.p.size() != values)
      throw BadBytes("its tests have other columns");
  }
}

void append_replicate(const ResultTest& from, std::uint64_t replicate, ResultTest& to) {
  const auto append = [&](const auto& of_all, auto& chosen, std::size_t each) {
    const auto begin = of_all.begin() + static_cast<std::ptrdiff_t>(replicate * each);
    chosen.insert(chosen.end(), begin, begin + static_cast<std::ptrdiff_t>(each));
  };
  append(from.estimate, to.estimate, from.terms.size());
  append(from.standard_error, to.standard_error, from.terms.size());
  append(from.p, to.p, from.terms.size());
  append(from.patients, to.patients, 1);
  append(from.events, to.events, 1);
}

void place_replicate(const std::vector<ResultTest>& from, std::uint64_t replicate, std::vector<ResultTest>& all) {
  for (std::size_t t = 0; t < all.size(); ++t) {
    const auto place = [&](const auto& of_one, auto& of_all) {
      std::ranges::copy(of_one, of_all.begin() + static_cast<std::ptrdiff_t>(replicate * of_one.size()));
    };
    place(from[t].estimate, all[t].estimate);
    place(from[t].standard_error, all[t].standard_error);
    place(from[t].p, all[t].p);
    place(from[t].patients, all[t].patients);
    place(from[t].events, all[t].events);
  }
}

}  // namespace vt
