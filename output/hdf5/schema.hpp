#pragma once
/// \file Names that the writer and the reader of the results file share.

#include <cstdint>
#include <string>

#include "output/results.hpp"

namespace vt::schema {

inline constexpr const char* kName = "vtrial-result";
inline constexpr std::int64_t kMajor = 3, kMinor = 3;

inline constexpr const char* kStatus = "status";      ///< of /, the last to be written
inline constexpr const char* kResealed = "resealed";  ///< of /: what became of the file afterwards, a line each time
inline constexpr const char *kProvenance = "provenance", *kDigests = "digests";

/// The last line of the file, behind the HDF5 data: this text, the SHA-256 of all bytes before it, a line break.
inline constexpr const char* kSeal = "\nvtrial sha256 ";
inline constexpr std::size_t kSealSize = 15 + 64 + 1;

struct ProvenanceText {
  const char* name;
  std::string Provenance::*member;
};
inline constexpr ProvenanceText kProvenanceTexts[] = {
    {"software_version", &Provenance::software_version},
    {"git_commit", &Provenance::git_commit},
    {"compiler", &Provenance::compiler},
    {"build_flags", &Provenance::build_flags},
    {"host", &Provenance::host},
    {"backend", &Provenance::backend},
    {"isa", &Provenance::isa},
    {"device_name", &Provenance::device_name},
    {"command_line", &Provenance::command_line},
    {"started_utc", &Provenance::started_utc},
    {"finished_utc", &Provenance::finished_utc},
};

struct SourceColumn {
  const char* name;
  std::string ModelSource::*member;
};
inline constexpr SourceColumn kSourceColumns[] = {
    {"value", &ModelSource::value},
    {"unit", &ModelSource::unit},
    {"source", &ModelSource::source},
    {"basis", &ModelSource::basis},
    {"calibrated_to", &ModelSource::calibrated_to},
};

/// Dataset with the numeric coordinate of an axis.
inline std::string coordinate_name(const ResultAxis& axis) {
  return axis.name + std::string(entry_of(axis.kind).coordinate);
}

}  // namespace vt::schema
