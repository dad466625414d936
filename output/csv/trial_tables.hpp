#pragma once
/// \file A trial as tables of comma-separated values.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "output/results.hpp"

namespace vt {

struct TrialTable {
  std::string_view file;
  std::string_view heading;                ///< its beginning, or all of it
  std::string (*text_of)(const Results&);  ///< with the heading; "": there is none
};
/// All but the tallies.
std::vector<TrialTable> trial_tables();

/// What was recorded of individual patients: one table for each group of /records, and /patients.
extern const TrialTable kRecordTables[6];

/// Name of the file within the directory, and its text: tallies/NAME.csv, and those of trial_tables() that have rows.
std::vector<std::pair<std::string, std::string>> tables_of(const Results&);

/// Is this the first line of one of them?
bool is_trial_table(std::string_view heading);

}  // namespace vt
