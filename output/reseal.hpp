#pragma once
/// \file What became of a results file since it was written, and a new seal for one to which only something was added.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace vt {

/// The state of a results file of a trial or a study, whatever its seal.
struct SealReport {
  std::string kind;                        ///< "trial", "study"
  std::string flaw;                        ///< "missing", "of other bytes than those before it"; "" = the seal is whole
  std::string written_hash, content_hash;  ///< as the file has it; of what is in it, "" where that cannot be read
  std::string unreadable;                  ///< why it cannot
  bool has_digests = true;                 ///< false: of a program that wrote none, so that nothing else can be said
  /// "/tallies/mmr/events", "attribute title of /": not as it was written, not there, another program's.
  std::vector<std::string> changed, missing, foreign;
  std::vector<std::string> history;  ///< what earlier seals say
  /// All that vtrial wrote is there, as it was written.
  bool is_as_written() const;
};

/// Reads only. \throws IoError where it is no results file that could be understood
SealReport examine_seal(const std::string& path);

/// \param path for messages only
SealReport examine_seal(const std::string& bytes, const std::string& path);

/// The same file with what was added and with a seal, which says for ever when it got that, and why.
/// \param by  program and time, "vtrial 1.0, 2026-12-01T06:00:00Z" \pre is_as_written() \throws IoError
void write_resealed(const std::string& path, const std::string& to, const SealReport&, const std::string& by);

/// For a terminal. \param path of the file
std::string print_seal(const SealReport&, const std::string& path);

nlohmann::ordered_json seal_json(const SealReport&);

}  // namespace vt
