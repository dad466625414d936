#pragma once
/// \file What all files of vtrial have in common: identity, provenance, and a seal behind the HDF5 data.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "output/hdf5/handle.hpp"
#include "output/results.hpp"

namespace vt::hdf5 {

/// A file in memory, and the seal that stands behind it.
struct Sealed {
  Quiet quiet;  // before all else of the library
  MemoryFile file;
  std::string_view content;
  std::string seal;
  /// Once everything is in it.
  void close();
};

/// The line behind HDF5 data.
std::string seal_of(std::string_view content);

/// Writes what `fill` makes and closes, under a temporary name, and renames. \throws IoError
void write_sealed(const std::string& path, const std::function<void(Sealed&)>& fill);

/// The bytes before the seal. Damage is found here, before the HDF5 library sees a byte. \throws IoError
std::string unsealed(const std::string& bytes, const std::string& path);

/// The attributes by which a file is known.
void write_identity(hid_t file, const char* kind, const std::string& title, const std::string& content_hash);

/// Its attribute `kind`. \throws Failure if the file is not of this schema, or was never completed
std::string read_kind(hid_t file);

/// What seals tell that the file got after it was written, a line each.
std::vector<std::string> read_resealed(hid_t file);

/// \param notes  those of the file, and one for each seal that it got after it was written
void read_provenance(hid_t file, Provenance& provenance, std::string& scenario_path, std::string& resolved_scenario,
                     std::vector<std::string>& notes);

void write_provenance(hid_t file, const Provenance& provenance, const std::string& scenario_path,
                      const std::string& resolved_scenario, const std::vector<std::string>& notes);

}  // namespace vt::hdf5
