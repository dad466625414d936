#pragma once
#include <hdf5.h>

#include "output/study/study.hpp"

namespace vt {

/// The group /optimum. What is in it: output/README.md. \pre study.optimum
void write_optimum(hid_t file, const Study& study);

/// Nothing where the file has no such group. \pre points and endpoints have been read \throws hdf5::Failure
void read_optimum(hid_t file, Study& study);

}  // namespace vt
