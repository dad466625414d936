#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "output/results.hpp"

/// \file Where a command writes, looked at before it starts: nothing that anybody may want is destroyed.

namespace vt {

/// A file that a command is going to write.
struct Destination {
  enum class Kind { results, rows, report, table, certificate };
  Kind kind = Kind::results;
  std::string path;
  std::uint64_t bytes = 0;  ///< that it will have at least
};

/// Refuses names that lead to a file that the command reads, or two of them to one file (ScenarioError); files that
/// exist and are not of this program, and places where no such file can be made (IoError).
void check_destinations(const std::vector<Destination>& destinations, const std::vector<std::string>& inputs);

/// A name under which results may stand already.
class ResultsPlace {
 public:
  explicit ResultsPlace(std::string path);

  /// What has to be said if those are of another scenario file or another plan; else "".
  std::string replaces(const std::string& scenario, std::uint64_t plan_hash) const;

  /// What has to be said if they are not the ones to be written: of a place that nobody chose, or if they have come
  /// since the beginning; else "". \throws IoError if now something stands there that is not of this program
  std::string replaces(const Results& results, bool is_chosen) const;

 private:
  std::string path_, stamp_;
};

}  // namespace vt
