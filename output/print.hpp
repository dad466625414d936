#pragma once
/// \file A run's results in words and numbers, for a terminal, and as JSON for programs.

#include <nlohmann/json_fwd.hpp>

#include <string>

#include "output/results.hpp"

namespace vt {

/// Arms, every tally as a table with a line per cell that has patients, failures and the content hash.
std::string print_results(const Results&);

/// What `info` says: identity, tallies with their axes, provenance, content hash.
std::string print_info(const Results&);

/// Everything but the histograms: counts, derived statistics, axes, failures, provenance, hashes (as text).
nlohmann::ordered_json results_json(const Results&);

}  // namespace vt
