#pragma once
#include "output/hdf5/handle.hpp"
#include "output/results.hpp"

namespace vt::hdf5 {

/// /tests/<name>: one group for each test of the trial table.
void write_tests(hid_t file, const std::vector<ResultTest>&);
std::vector<ResultTest> read_tests(hid_t file);

}  // namespace vt::hdf5
