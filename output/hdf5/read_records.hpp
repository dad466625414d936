#pragma once
#include "output/hdf5/handle.hpp"
#include "output/results.hpp"

namespace vt::hdf5 {

// \param records the group /records. \throws Failure where tables do not fit each other

void read_daily(hid_t records, DailyValues&);
void read_concentrations(hid_t records, ConcentrationTimes&);

}  // namespace vt::hdf5
