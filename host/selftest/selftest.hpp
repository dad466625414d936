#pragma once
/// \file The installation qualification: what is installed here, and whether it computes what it has to. Every check
/// says what it expected, what it found, and what a difference may be, and why.

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "output/json.hpp"
#include "output/results.hpp"

namespace vt {

enum class SelfVerdict { passed, failed, not_here };
struct SelfVerdictName {
  SelfVerdict verdict;
  std::string_view name;
};
inline constexpr SelfVerdictName kSelfVerdicts[] = {
    {SelfVerdict::passed, "passed"}, {SelfVerdict::failed, "failed"}, {SelfVerdict::not_here, "not here"}};

struct SelfCheck {
  std::string id, what;
  std::string expected, found;
  std::string tolerance;  ///< what a difference may be, and why
  SelfVerdict verdict = SelfVerdict::failed;
  std::string advice = {};  ///< what to do, of one that failed
  double seconds = 0;
};

/// A number that is known from elsewhere.
struct KnownNumber {
  std::string what;
  double found, expected;
};

/// All within a relative error. The worst is told.
SelfCheck check_numbers(const std::string& id, const std::string& what, const std::vector<KnownNumber>& numbers,
                        double relative, const std::string& why);
/// All within so many neighbouring doubles.
SelfCheck check_neighbours(const std::string& id, const std::string& what, const std::vector<KnownNumber>& numbers,
                           int apart, const std::string& why);
/// The same text, letter by letter. \param advice  where it is not
SelfCheck check_text(const std::string& id, const std::string& what, const std::string& found,
                     const std::string& expected, const std::string& why, const std::string& advice);

/// Random numbers, elementary functions, statistics.
std::vector<SelfCheck> check_arithmetic();
/// Concentrations against closed forms.
std::vector<SelfCheck> check_pharmacokinetics(const std::atomic<bool>& stop);

/// The trial whose hash is known: scenarios/selftest.json.
struct KnownTrial {
  std::string file;      ///< where it is known from; "" = nowhere
  std::string scenario;  ///< a path
  std::uint64_t patients = 0;
  std::string content_hash;
};
/// \throws IoError, UsageError where the file cannot be used
KnownTrial known_trial();

/// That trial on every build for this processor, with one thread and with all, and on GPUs; and its results as a file
/// in `folder`: written, read again, refused when damaged.
std::vector<SelfCheck> check_trial(const KnownTrial& known, const std::string& folder, const std::atomic<bool>& stop);

/// Of the library that is there: "1.10.8".
std::string hdf5_version();

/// Libraries, and room and permission in the folder.
std::vector<SelfCheck> check_surroundings(const std::string& folder);

struct SelfTest {
  std::vector<SelfCheck> checks;
  std::vector<std::pair<std::string, std::string>> facts;  ///< of machine and program
  Provenance provenance;
  bool is_passed() const;
};

/// All of it; what throws is a check that failed. \param tell  called with each check when it is done
SelfTest self_test(const std::string& folder, const std::function<void(const SelfCheck&)>& tell,
                   const std::atomic<bool>& stop);

std::string summary_of(const SelfTest& test);
Json self_test_json(const SelfTest& test);
std::string self_test_page(const SelfTest& test);

}  // namespace vt
