#pragma once
/// \file A certificate that was written before, to compare with.

#include <string>
#include <vector>

namespace vt {

struct EarlierRow {
  std::string name, verdict;
  double simulated, low, high;  ///< NaN and infinite where there is none
};

struct EarlierCertificate {
  std::string file, name, software, finished;
  bool is_passed = false;
  std::vector<EarlierRow> rows;
};

/// \throws IoError where the file is no certificate as JSON
EarlierCertificate read_certificate(const std::string& path);

/// Does a file begin as one does? \throws IoError
bool is_certificate_file(const std::string& path);

inline constexpr const char* kCertificateSchema = "vtrial-certificate";
inline constexpr int kCertificateVersion = 1;  ///< programs that read it read every 1.x: later ones only add

}  // namespace vt
