#pragma once
/// \file Parts of a study's file that have files of their own.

#include "output/hdf5/handle.hpp"
#include "output/study/study.hpp"

namespace vt {

/// Sizes of the dimensions that tables over points begin with: the factors of a grid, else the points.
hdf5::Shape study_shape(const Study&);

/// Their scales, in their order.
std::vector<hdf5::Handle> write_study_scales(hid_t group, const Study&);

/// A column of numbers with so many rows. \throws hdf5::Failure
std::vector<double> numbers_of(hid_t group, const std::string& name, std::size_t rows);

/// value, standard_error, low, high and n of so many rows. \throws hdf5::Failure
std::vector<Estimate> estimates_of(hid_t group, std::size_t rows);

/// Why there is no estimate; "" everywhere where the file says nothing. \throws hdf5::Failure
std::vector<std::string> reasons_of(hid_t group, std::size_t rows);

/// Tallies at every point; nothing where there are none. Shapes: output/README.md.
void write_kept_tallies(hid_t file, const Study&);

/// \pre points and factors have been read \throws hdf5::Failure
void read_kept_tallies(hid_t file, Study&);

}  // namespace vt
