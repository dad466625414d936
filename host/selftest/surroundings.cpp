#include <fmt/format.h>

#include <cstdint>
#include <filesystem>

#include "host/plan/build_plan.hpp"
#include "host/selftest/selftest.hpp"
#include "output/files.hpp"
#include "output/hdf5/handle.hpp"
#include "output/io_error.hpp"

namespace vt {

namespace {

namespace fs = std::filesystem;

SelfCheck check_room(const std::string& folder) {
  SelfCheck check{"room", "room on the disk of " + folder, fmt::format("{} MB or more", kAllTallyBytes >> 20), "",
                  "so much may the tallies of one run have"};
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  check.found = error ? error.message() : fmt::format("{:.1f} GB", static_cast<double>(space.available) / 1e9);
  const bool is_enough = !error && space.available >= kAllTallyBytes;
  check.verdict = is_enough ? SelfVerdict::passed : SelfVerdict::failed;
  if (!is_enough) check.advice = "make room there, or write elsewhere with -o";
  return check;
}

SelfCheck check_permission(const std::string& folder) {
  SelfCheck check{"permission", "a file can be made in " + folder, "yes", "yes", ""};
  check.verdict = SelfVerdict::passed;
  try {
    const WriteTrial trial((fs::path(folder) / "selftest.h5").string(), 1 << 20);
  } catch (const IoError& error) {
    check.found = error.what();
    check.verdict = SelfVerdict::failed;
    check.advice = "name a folder with -o in which you may write";
  }
  return check;
}

std::string compiled_hdf5() { return fmt::format("{}.{}.{}", H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE); }

/// Files are read by any 1.x; another one than that of the compiler's headers ends every program that uses it.
SelfCheck check_hdf5() {
  return check_text("hdf5", "the HDF5 library", hdf5_version(), compiled_hdf5(),
                    "the version that the program was compiled for", "install the HDF5 library of this version");
}

}  // namespace

std::string hdf5_version() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

std::vector<SelfCheck> check_surroundings(const std::string& folder) {
  return {check_hdf5(), check_room(folder), check_permission(folder)};
}

}  // namespace vt
