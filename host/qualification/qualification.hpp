#pragma once
/// \file A qualification: trials that are simulated, and what was published of them, as in scenarios/qualification
/// (format: scenarios/reference.md).

#include <optional>
#include <string>
#include <vector>

#include "host/problems.hpp"
#include "host/scenario/scenario.hpp"
#include "host/scenario/toml/find_base.hpp"
#include "host/scenario/toml/merge.hpp"
#include "host/scenario/toml/toml_reader.hpp"
#include "output/qualification/certificate.hpp"

namespace vt {

struct QualificationRun {
  std::string name;
  std::string scenario;           ///< path
  std::vector<Override> changes;  ///< of `set`
  std::optional<std::uint64_t> patients;
  Position where;
};

struct Qualification {
  std::string name, path, title;  ///< name: of the file, without its ending
  double required_share = 0.85;
  std::int64_t fewest_patients = 30;
  std::vector<QualificationRun> runs;
  std::vector<QualificationRow> rows;
};

/// Every mistake goes to `problems`; what could be understood is returned all the same.
Qualification read_qualification(const std::string& path, Problems& problems, const FileText& text_of = read_text_file);

/// The file of that name, "cml": qualification/cml.toml in one of the folders; a name with a '/' or that ends in .toml
/// is a path. A Problem where there is none.
std::string find_qualification(const std::string& name, const std::vector<std::string>& folders, Problems& problems);

/// All of the first folder that has any, by name. A Problem where there is none.
std::vector<std::string> all_qualifications(const std::vector<std::string>& folders, Problems& problems);

}  // namespace vt
