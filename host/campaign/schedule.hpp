#pragma once
/// \file Which units a trial's work is cut into. Nothing here depends on who does them.

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "host/campaign/intervals.hpp"
#include "kernels/run.hpp"

namespace vt {

/// Patients first … first + patients − 1 of several replicates, cut into units: blocks of patients, or several small
/// replicates.
struct Units {
  std::uint64_t first, patients, replicates, block;
  std::uint64_t first_replicate = 0;
  std::uint64_t count() const { return per_replicate() * ((replicates + together() - 1) / together()); }
  WorkUnit at(std::uint64_t i) const {
    const std::uint64_t replicate = i / per_replicate() * together(), begin = i % per_replicate() * block;
    return {(first_replicate + replicate) * kNextReplicate + first + begin, std::min(block, patients - begin),
            std::min(together(), replicates - replicate)};
  }

 private:
  std::uint64_t per_replicate() const { return (patients + block - 1) / block; }
  std::uint64_t together() const { return std::max<std::uint64_t>(1, block / std::max<std::uint64_t>(1, patients)); }
};

/// How a trial is divided, so that what each part of it adds stays apart: by whole replicates, or by whole cohorts.
struct Parts {
  std::uint64_t count = 1;
  bool by_replicate = false;
};

/// So many that a standard error can be found from them; one part where the trial is too small.
Parts parts_of(std::uint64_t patients, std::uint64_t replicates);

/// First replicate of a part, and the one after its last. \pre parts.by_replicate
std::pair<std::uint64_t, std::uint64_t> replicates_of(const Parts& parts, std::size_t part, std::uint64_t replicates);

/// Units of some replicates and patients of a trial, part by part.
class WorkSchedule {
 public:
  /// \param trial  all of it, so that parts are the same whichever units are done at a time
  /// \param done   places in the trial (Ledger::done) that are left out
  WorkSchedule(const Units& units, const Units& trial, const Parts& parts, const Intervals& done = {});

  std::uint64_t count() const { return pieces_.empty() ? 0 : pieces_.back().end; }
  struct Unit {
    WorkUnit work;
    std::size_t part;
    std::uint64_t rows_before;  ///< in the order of replicates, then of patients
    std::uint64_t place;        ///< of its first patient in the trial
  };
  Unit at(std::uint64_t i) const;
  std::uint64_t lives() const {
    return units_.patients * units_.replicates;
  }  ///< patients of all replicates, done or not
  /// The patients of a unit are done.
  void note(const Unit& unit, Intervals& done) const;

 private:
  struct Piece {
    Units units;
    std::size_t part;
    std::uint64_t end;  ///< units of this piece and of those before
  };
  void add(const Units& units, std::size_t part);
  void add_missing(const Units& units, std::size_t part, const Intervals& done);

  Units units_, trial_;
  std::vector<Piece> pieces_;
};

}  // namespace vt
