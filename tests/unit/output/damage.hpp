#pragma once
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "output/hdf5/schema.hpp"
#include "output/io_error.hpp"
#include "output/sha256.hpp"

namespace vt::test {

/// Damage with a checksum that fits it reaches the HDF5 library and the reader's own checks.
enum class Reading { right, refused, wrong, library_failed };

/// Reads in a process of its own: on a damaged heap of strings the HDF5 library itself may touch memory that is not its
/// own and be ended by the system. That reads nothing wrongly; only a forged seal gets a damaged file that far.
inline Reading outcome_of(const std::function<bool()>& reads_right) {
  const pid_t child = fork();
  if (child == 0) {
    Reading reading = Reading::wrong;
    try {
      if (reads_right()) reading = Reading::right;
    } catch (const IoError&) {
      reading = Reading::refused;
    } catch (...) {  // no other error may come out
      reading = Reading::wrong;
    }
    _exit(static_cast<int>(reading));
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? static_cast<Reading>(WEXITSTATUS(status)) : Reading::library_failed;
}

/// Copies of a file with one to four bits flipped and a seal that fits, always the same ones.
inline void for_each_forged(const std::string& good, int copies,
                            const std::function<void(const std::string& bytes, int copy)>& look) {
  const std::size_t size = good.size() - schema::kSealSize;
  std::uint64_t state = 1;
  const auto draw = [&](std::size_t n) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(state >> 33) % n;
  };
  for (int copy = 0; copy < copies; ++copy) {
    std::string bytes = good.substr(0, size);
    for (int n = 0; n < 1 + copy % 4; ++n) bytes[8 + draw(size - 8)] ^= static_cast<char>(1u << draw(8));
    bytes += schema::kSeal + sha256_hex(bytes) + "\n";
    look(bytes, copy);
  }
}

}  // namespace vt::test
