#pragma once
#include "output/hdf5/handle.hpp"
#include "output/results.hpp"

/// \file Doses of recorded patients, and what stood over each of their days: /records/doses and /records/rates.

namespace vt::hdf5 {

/// \pre results.has_doses
void write_doses(hid_t records, const Results& results);
void read_doses(hid_t records, Results& results);

}  // namespace vt::hdf5
