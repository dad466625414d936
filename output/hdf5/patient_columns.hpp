#pragma once
#include "output/hdf5/handle.hpp"
#include "output/results.hpp"

namespace vt::hdf5 {

/// The group /patients, where columns were kept.
void write_columns(hid_t file, const Results&);
void read_columns(hid_t file, Results&);

}  // namespace vt::hdf5
