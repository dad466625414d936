#pragma once
/// \file The results file. What is in it: output/README.md.

#include <string>

#include "output/results.hpp"

namespace vt {

namespace hdf5 {
class Image;
}

/// Writes a run's results, quantile axes cut into groups, under a temporary name, and renames.
/// \throws IoError; then nothing has changed on disk
void write_results(const std::string& path, const Results&);

/// Reads them back and recomputes the content hash.
/// \throws IoError if the file cannot be read, is not ours, is of a later schema, or is not as it was written
Results read_results(const std::string& path);

/// Does a file begin and end like one of write_results? What is between is not looked at. \throws IoError
bool is_results_file(const std::string& path);

/// The bytes that write_results writes.
std::string results_file_bytes(const Results&);

/// \param path for messages only
Results parse_results_file(const std::string& bytes, const std::string& path);

/// Of what is in a trial's file that is open, whatever its attribute says. \throws hdf5::Failure
std::string recomputed_trial_hash(const hdf5::Image& file);

}  // namespace vt
