#pragma once
#include "output/hdf5/handle.hpp"
#include "output/study/study.hpp"

namespace vt {

/// The group /power of a study's file: a group for each design. What is in it: output/README.md.
void write_power(hid_t file, const Study& study);

}  // namespace vt
