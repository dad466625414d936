#pragma once
/// \file A run's results in words and numbers, for a terminal, and as JSON for programs.

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

#include "output/results.hpp"

namespace vt {

/// Arms, every tally as a table with a line per cell that has patients, failures and the content hash.
std::string print_results(const Results&);

/// Where the rest of what is printed is, as a shell takes it; "" = not written.
struct Whereabouts {
  std::string results, report;
};

/// What fits a screen: 24 lines of 100 columns, 30 lines of more than 6 arms. Patients and, of each arm, the first
/// tallies at their last visit; tests; failures and notes; where the rest is.
std::string print_summary(const Results&, const Whereabouts&);

/// What print_named() knows: tallies and tests.
std::vector<std::string> printable(const Results&);

/// These tallies and tests in full. \pre they are printable()
std::string print_named(const Results&, const std::vector<std::string>& names);

/// What `info` says: identity, tallies with their axes, provenance, content hash.
std::string print_info(const Results&);

/// Everything but the histograms: counts, derived statistics, axes, failures, provenance, hashes (as text).
nlohmann::ordered_json results_json(const Results&);

}  // namespace vt
