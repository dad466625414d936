#pragma once
#include <string>
#include <vector>

#include "output/compare.hpp"
#include "output/results.hpp"

namespace vt {

/// One HTML page that needs nothing else: comparison with published results, figures with their numbers, tables, the
/// origin of every parameter, provenance. No script. Written under a temporary name, then renamed.
/// \throws IoError
void write_report(const std::string& path, const Results&, const std::vector<Comparison>&);

/// Does a file begin like a page of write_report? \throws IoError
bool is_report_file(const std::string& path);

/// The page itself. The same text for the same results and comparisons.
std::string report_html(const Results&, const std::vector<Comparison>&);

}  // namespace vt
