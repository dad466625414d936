#pragma once
#include <cstdint>
#include <numeric>
#include <vector>

#include "host/campaign/bytes.hpp"
#include "host/campaign/intervals.hpp"
#include "kernels/run.hpp"

namespace vt {

/// What units that are done have added: integer words (kernels/tally/layout.hpp), so that their order cannot matter.
struct Ledger {
  std::vector<std::vector<std::uint64_t>> words;  ///< by part of the trial; empty where nothing of it is done
  std::vector<WorkUnit> failing;        ///< for each way to fail the first unit with such a patient; none: count 0
  std::vector<std::uint64_t> lives_in;  ///< [part] patients of all replicates who are done

  Intervals done;  ///< places of these patients in the trial: replicate after replicate, in the order of their numbers

  Ledger() = default;
  Ledger(const Plan& plan, std::uint64_t parts);

  /// The words of a part, zeroes at first.
  std::vector<std::uint64_t>& words_of(const Plan& plan, std::size_t part);
  std::uint64_t lives() const { return std::accumulate(lives_in.begin(), lives_in.end(), std::uint64_t{0}); }
  /// Patients failed in this way in the unit.
  void note_failure(std::size_t way, const WorkUnit& unit);
  /// What other units have added. \pre of the same Plan and parts
  void add(Ledger&& other);

  void save(BytesOut& out) const;
  /// \throws BadBytes where it is not of this Plan and so many parts
  static Ledger load(BytesIn& in, const Plan& plan, std::uint64_t parts);

  /// Of all parts. \param without  but this one
  static constexpr std::size_t kNone = ~std::size_t{0};
  std::vector<std::uint64_t> total(const Plan& plan, std::size_t without = kNone) const;
};

}  // namespace vt
