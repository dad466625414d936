#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/campaign/ledger.hpp"
#include "host/campaign/places.hpp"
#include "host/campaign/workers/share.hpp"
#include "host/plan/build_plan.hpp"
#include "output/results.hpp"

namespace vt {

/// What is wanted of a trial's patients beside their tallies: nothing, a row of each, or the tests of whole replicates.
enum class Wanted : std::uint8_t { tallies, rows, tests };

/// A trial's work, of one process.
struct TrialWork {
  const BuiltPlan& built;
  const Places& places;
  std::uint64_t parts;
  Wanted wanted;
  std::uint64_t rows_begin;  ///< place of the first row
  // Of the process that leads, else null:
  Ledger* ledger = nullptr;
  Record* rows = nullptr;
  std::vector<ResultTest>* tests = nullptr;  ///< of all replicates
};

/// \param run  a unit at the hand's seat  \param plain  as `run`, without writing anything down  \param may_fail  `run`
/// may throw, halfway, too
std::unique_ptr<Hand> make_trial_hand(const TrialWork& work, Runner run, Runner plain, bool may_fail);

/// Puts what a hand elsewhere has found where it belongs. \throws BadBytes
void accept_found(const TrialWork& work, std::string_view found);

/// Tests of so many replicates, none of which has an answer yet.
std::vector<ResultTest> unanswered_tests(const BuiltPlan& built);

/// Tests of all replicates as bytes, and back. \throws BadBytes
void save_tests(const std::vector<ResultTest>& tests, BytesOut& out);
void load_tests(BytesIn& in, std::vector<ResultTest>& tests);

/// Adds a replicate's answer to those of others.
void append_replicate(const ResultTest& from, std::uint64_t replicate, ResultTest& to);

/// Puts tests of some replicates where those of all are. \param from  of one replicate
void place_replicate(const std::vector<ResultTest>& from, std::uint64_t replicate, std::vector<ResultTest>& all);

}  // namespace vt
