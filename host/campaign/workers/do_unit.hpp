#pragma once
#include <vector>

#include "host/campaign/failures.hpp"
#include "host/campaign/ledger.hpp"

namespace vt {

/// What a ledger needs to know of a unit.
struct PlacedUnit {
  WorkUnit work;
  std::size_t part = 0;
  std::uint64_t begin = 0, end = 0;  ///< its places in the trial
};

/// Adds what a unit's patients find. Patients who failed are in no tally. \param plain  as `run`, without writing
/// anything down \param rows  of these patients; or null
void do_unit(const Plan& plan, const Runner& run, const Runner& plain, const PlacedUnit& unit, Ledger& ledger,
             Record* rows);

/// The same where `run` may throw, halfway, too: then nothing is added.
void do_unit_or_nothing(const Plan& plan, const Runner& run, const PlacedUnit& unit, Ledger& ledger, Record* rows);

/// The same, of a unit that was simulated elsewhere: all words but those that it has added are 0. \param rows  or null
void add_unit(const Plan& plan, const Runner& plain, const PlacedUnit& unit, std::vector<std::uint64_t> words,
              const Record* rows, Ledger& ledger);

}  // namespace vt
