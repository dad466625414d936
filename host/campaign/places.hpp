#pragma once
/// \file How a trial's patients are numbered and cut into units of work. Nothing here depends on who does them.

#include <cstdint>
#include <utility>
#include <vector>

#include "host/campaign/intervals.hpp"
#include "host/campaign/workers/open_work.hpp"
#include "kernels/run.hpp"

namespace vt {

/// How a trial is divided, so that what each part of it adds stays apart: by whole replicates, or by whole cohorts.
struct Parts {
  std::uint64_t count = 1;
  bool by_replicate = false;
};

/// So many that a standard error can be found from them; one part where the trial is too small.
Parts parts_of(std::uint64_t patients, std::uint64_t replicates);

/// First replicate of a part, and the one after its last. \pre parts.by_replicate
std::pair<std::uint64_t, std::uint64_t> replicates_of(const Parts& parts, std::size_t part, std::uint64_t replicates);

/// A trial's patients `first` … of every replicate, in their places: 0, 1, … in the order of replicates, then of
/// patients.
class Places {
 public:
  Places(std::uint64_t first, std::uint64_t patients, std::uint64_t replicates, const Parts& parts)
      : first_(first), patients_(patients), replicates_(replicates), parts_(parts) {}

  std::uint64_t count() const { return patients_ * replicates_; }

  /// Where the places from `begin` on, before `limit`, have to be cut to be one unit of at most `most` patients: whole
  /// replicates, or patients of one; of one part.
  std::uint64_t cut(std::uint64_t begin, std::uint64_t limit, std::uint64_t most) const;

  /// \pre cut() made the take
  WorkUnit unit(Take take) const;
  std::size_t part_of(std::uint64_t place) const;

  /// Patients begin … end − 1, of those numbered from 0, of every replicate.
  std::vector<Take> of_every_replicate(std::uint64_t begin, std::uint64_t end) const;

 private:
  bool is_divided_within_replicates() const { return parts_.count > 1 && !parts_.by_replicate; }
  std::uint64_t end_of_part(std::uint64_t place) const;

  std::uint64_t first_, patients_, replicates_;
  Parts parts_;
};

/// What of these takes is not done.
std::vector<Take> without(const std::vector<Take>& takes, const Intervals& done);

}  // namespace vt
