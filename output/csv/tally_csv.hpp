#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "output/results.hpp"

namespace vt {

/// A tally as a long table, what the results file has of it but exact sums and histograms: a row for each cell, of
/// times to an event for each cell and time. Columns: tally; for each axis its label and its coordinate; every dataset
/// under its name, along a further axis one for each entry (`quantiles_0.05`), with its unit in brackets. \param
/// with_statistics false: these columns are empty
std::string tally_csv(const ResultTally&, bool with_statistics);

bool is_tally_table(std::string_view heading);

/// The folder of their files.
inline constexpr std::string_view kTallyTables = "tallies";

/// Names of files for them, in their order: unlike each other in any case of letters, fit for every file system.
std::vector<std::string> tally_files(const std::vector<ResultTally>&);

}  // namespace vt
