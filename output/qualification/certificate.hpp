#pragma once
/// \file A qualification's certificate: every published result beside what was simulated, what counts, and how it ends.

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "output/qualification/earlier.hpp"
#include "output/qualification/predictive.hpp"
#include "output/results.hpp"

namespace vt {

/// A target, and what a qualification says of it beyond.
struct QualificationRow {
  std::string id;  ///< in the sources that it was taken from; several rows may share one
  Target target;
  std::vector<std::uint64_t> study_size;  ///< patients in its cell, in that of the other side, too, where there is one
};

struct CertifiedRow {
  std::string id;
  Comparison found;
  std::vector<std::uint64_t> study_size;
  PredictiveInterval predictive;
  std::optional<bool> holds_published;  ///< does the predictive interval hold the published value?
  bool is_near_limit = false;  ///< a limit lies in the interval of the simulation's own error: more patients may tell
};

/// Every row against its run. A cell with fewer than `fewest` patients cannot be tested.
std::vector<CertifiedRow> certify(const Runs&, const std::vector<QualificationRow>&, std::int64_t fewest);

/// A trial that was simulated for it.
struct CertifiedRun {
  std::string name, scenario, results_file;
  std::vector<std::string> changes;  ///< "trial.duration = \"6 month\""
  std::uint64_t seed = 0, patients = 0, replicates = 1, failed = 0;
  std::uint64_t plan_hash = 0;
  std::string content_hash;
  std::vector<std::string> notes;
};

struct Certificate {
  std::string name, title, file;
  double required_share = 0;  ///< of the rows that count, inside
  std::int64_t fewest_patients = 0;
  std::vector<CertifiedRow> rows;
  std::vector<CertifiedRun> runs;
  std::vector<std::string> notes;
  Provenance provenance;
  std::optional<EarlierCertificate> earlier;
};

/// How it ends.
struct CertificateStanding {
  Score fitted, predicted;  ///< rows that count
  Score soft;
  double share = 0;                  ///< inside, of the rows that count
  std::vector<std::string> why_not;  ///< empty: it is passed
  bool is_passed() const { return why_not.empty(); }
};
CertificateStanding standing_of(const Certificate&);

/// "passed: 17 of 20 rows inside (85.0 %; 85.0 % are needed), fitted 5 of 5, predicted 12 of 15; 4 soft rows apart"
std::string summary_of(const Certificate&);

/// For a terminal: a line for each row that is not inside, then the summary.
std::string print_certificate(const Certificate&);

/// Without those lines, and why it is not passed.
std::string print_certificate_summary(const Certificate&);

/// Its keys are documented in output/README.md.
nlohmann::ordered_json certificate_json(const Certificate&);
void write_certificate_json(const std::string& path, const Certificate&);  ///< \throws IoError

/// One page that needs nothing else.
std::string certificate_html(const Certificate&);
void write_certificate_page(const std::string& path, const Certificate&);  ///< \throws IoError

}  // namespace vt
