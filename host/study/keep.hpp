#pragma once
/// \file What study.keep = "tallies" asks of a study: tables that all its points share, and not too many of them.

#include <mutex>

#include "host/study/points.hpp"

namespace vt {

inline constexpr std::uint64_t kMostKeptBytes = std::uint64_t{1} << 30;

/// Finds the tallies that have the same tables at all points. Of a study that keeps none it does nothing.
class KeptTables {
 public:
  KeptTables(const StudySpec& study, const Design& design, const FileText& text_of);
  /// Of every point, by any thread.
  void look_at(std::size_t point, const std::vector<ResultTally>& tallies);
  /// Once all points have been looked at: their names. Notes go to `problems` for those that are left out, mistakes for
  /// tables that have no room or no name of their own.
  std::vector<std::string> names(Problems& problems) const;

 private:
  struct Apart {
    std::size_t point;
    std::string how;
  };
  const StudySpec& study_;
  const Design& design_;
  std::vector<ResultTally> first_;  ///< of the first point, without counts
  std::mutex mutex_;
  std::map<std::string, Apart> apart_;  ///< by tally, at the lowest point that differs
};

/// Of the counts of all points, of the tallies that are kept. \param tallies  of one point
std::uint64_t kept_bytes(const StudySpec& study, const std::vector<ResultTally>& tallies, std::size_t points);

}  // namespace vt
