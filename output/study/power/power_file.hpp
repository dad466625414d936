#pragma once
#include "output/hdf5/handle.hpp"
#include "output/study/study.hpp"

namespace vt {

/// The group /power of a study's file, which has a group for each design, and /wanted_sizes; nothing where there are no
/// designs. What is in them: output/README.md.
void write_power(hid_t file, const Study& study);

/// Nothing where the file has no such group. \pre points have been read \throws hdf5::Failure, also where the trials of
/// a point do not match its content hash
void read_power(hid_t file, Study& study);

}  // namespace vt
