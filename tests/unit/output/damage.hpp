#pragma once
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <utility>

#include "output/hdf5/schema.hpp"
#include "output/io_error.hpp"
#include "output/sha256.hpp"

namespace vt::test {

/// Damage with a checksum that fits it reaches the HDF5 library and the reader's own checks.
enum class Reading { right, refused, wrong, library_failed };

/// Reads in a process of its own, so that one that is ended by the system ends no test.
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

inline bool ends_well(Reading reading) { return reading == Reading::right || reading == Reading::refused; }

/// Copies of a file in each of which one reference to a text is damaged: the collection of texts that it leads to, its
/// place there, or how long the text is; each with a seal that fits.
inline void for_each_damaged_text(const std::string& good, const std::function<void(const std::string& bytes)>& look) {
  const std::string content = good.substr(0, good.size() - schema::kSealSize);
  for (std::size_t heap = content.find("GCOL"); heap != std::string::npos; heap = content.find("GCOL", heap + 4)) {
    std::string address;  // as the file has it
    for (int i = 0; i < 8; ++i) address += static_cast<char>(heap >> (8 * i) & 0xff);
    int left = 5;  // the others are alike
    for (std::size_t at = content.find(address); at != std::string::npos && left > 0;
         at = content.find(address, at + 1)) {
      if (at < 4 || at + 12 > content.size()) continue;
      for (const auto& [from, size] :
           {std::pair<std::size_t, std::size_t>{at - 4, 4}, {at, 8}, {at + 1, 3}, {at + 8, 4}})
        for (const char byte : {'\x7f', '\xff'}) {
          std::string bytes = content;
          bytes.replace(from, size, std::string(size, byte));
          look(bytes + schema::kSeal + sha256_hex(bytes) + "\n");
        }
      --left;
    }
  }
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
