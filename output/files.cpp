#include "output/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "output/io_error.hpp"

namespace vt {
namespace {

std::string reason(int error) {
  std::string text = std::generic_category().message(error);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  int get() const { return fd_; }
  bool close() {
    const int fd = fd_;
    fd_ = -1;
    return fd < 0 || ::close(fd) == 0;
  }

 private:
  int fd_;
};

/// A new file beside `path` that is removed unless it was renamed.
struct Temporary {
  std::string name;
  ~Temporary() {
    if (!name.empty()) ::unlink(name.c_str());
  }
};

/// Where a write to `path` must end: behind symbolic links, and nowhere but a regular file.
std::string destination(const std::string& path) {
  constexpr int most_links = 40;  // as the system follows
  std::error_code error;
  std::filesystem::path behind = path;
  for (int links = 0; links < most_links && std::filesystem::is_symlink(behind, error); ++links)
    behind = behind.parent_path() / std::filesystem::read_symlink(behind, error);
  const std::string target = behind.string();
  struct stat status {};
  if (::stat(target.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    throw IoError(path, "cannot be written", "it exists and is not a regular file");
  }
  return target;
}

/// ": it leads to …", of a link.
std::string led_to(const std::string& path, const std::string& target) {
  return path == target ? "" : ": it is a link that leads to " + target;
}

/// "FILE.HOST-": what temporary files of this machine begin with; then come the process and a number.
std::string beginning_of_temporary(const std::string& target) {
  char host[256] = {};
  ::gethostname(host, sizeof host - 1);
  return target + "." + host + "-";
}

/// Whether the file has a name, still.
bool has_name(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && status.st_nlink > 0;
}

/// It is locked as long as it is open: who sweeps removes what nobody holds.
int open_beside(const std::string& target, Temporary& temporary) {
  const std::string beginning = beginning_of_temporary(target) + std::to_string(::getpid());
  for (int attempt = 0;; ++attempt) {
    const std::string name = beginning + "-" + std::to_string(attempt) + ".part";
    const int fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && (errno != EEXIST || attempt > 1000)) return fd;
    if (fd < 0) continue;
    const bool is_taken = ::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;  // by somebody who sweeps
    if (!is_taken && has_name(fd)) {
      temporary.name = name;
      return fd;
    }
    ::close(fd);
  }
}

/// Is `name`, "FILE.HOST-PROCESS-NUMBER.part", left by a process of this machine that is gone? Containers on one
/// machine may share its name and not its processes: there the lock tells.
bool is_left(const std::string& name) {
  const std::string ending = ".part";
  if (!name.ends_with(ending)) return false;
  const std::size_t process_at = name.rfind('-', name.rfind('-') - 1);
  if (process_at == std::string::npos || process_at == 0) return false;
  char host[256] = {};
  ::gethostname(host, sizeof host - 1);
  const std::string owner = std::string(".") + host;
  if (process_at <= owner.size() || name.compare(process_at - owner.size(), owner.size(), owner) != 0) return false;
  int process = 0, number = 0, end = -1;
  const char* rest = name.c_str() + process_at + 1;
  if (std::sscanf(rest, "%d-%d.part%n", &process, &number, &end) != 2 || end < 0 || rest[end] != '\0') return false;
  return process > 0 && number >= 0 && ::kill(process, 0) != 0 && errno == ESRCH;
}

void sweep(const std::string& name) {
  Descriptor file(::open(name.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(name.c_str());
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

/// File systems that cannot do it answer EINVAL; there the rename is as safe as it gets.
bool sync_directory(const std::string& target) {
  const std::string parent = std::filesystem::path(target).parent_path().string();
  Descriptor directory(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0) return errno == EACCES;
  return ::fsync(directory.get()) == 0 || errno == EINVAL || errno == ENOTSUP;
}

/// Takes room on the disk, as far as the file system can.
bool take_room(int fd, std::uint64_t bytes) {
  if (bytes == 0 || ::fallocate(fd, 0, 0, static_cast<off_t>(bytes)) == 0) return true;
  return errno != ENOSPC && errno != EDQUOT && errno != EFBIG;
}

}  // namespace

void write_whole_file(const std::string& path, std::string_view content, std::string_view more) {
  const std::string target = destination(path);
  const auto fail = [&](const char* problem) { throw IoError(path, problem, reason(errno) + led_to(path, target)); };
  Temporary temporary;
  Descriptor file(open_beside(target, temporary));
  if (file.get() < 0) fail("cannot be created");
  const Descriptor lock(::dup(file.get()));  // held until the file has its name
  if (!write_all(file.get(), content) || !write_all(file.get(), more)) fail("cannot be written");
  if (::fsync(file.get()) != 0) fail("cannot be flushed to disk");
  if (!file.close()) fail("cannot be closed");
  if (::rename(temporary.name.c_str(), target.c_str()) != 0) fail("cannot be given its final name");
  temporary.name.clear();
  if (!sync_directory(target)) fail("was written, but its directory cannot be flushed to disk");
}

void remove_leftovers(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code unreadable;
  const fs::path folder = fs::path(destination(path)).parent_path();
  for (const fs::directory_entry& entry : fs::directory_iterator(folder.empty() ? "." : folder, unreadable))
    if (is_left(entry.path().filename().string())) sweep(entry.path().string());
}

std::string read_whole_file(const std::string& path) {
  const auto fail = [&](const char* problem) { throw IoError(path, problem, reason(errno)); };
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) fail("cannot be opened");
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail("cannot be examined");
  if (!S_ISREG(status.st_mode)) throw IoError(path, "cannot be read", "it is not a regular file");
  std::string content(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < content.size()) {
    const ssize_t n = ::read(file.get(), content.data() + filled, content.size() - filled);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("cannot be read");
    if (n == 0) break;
    filled += static_cast<std::size_t>(n);
  }
  content.resize(filled);
  return content;
}

Ends read_ends(const std::string& path, std::size_t most) {
  const auto fail = [&](const char* problem) { throw IoError(path, problem, reason(errno)); };
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) fail("cannot be opened");
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail("cannot be examined");
  if (!S_ISREG(status.st_mode)) throw IoError(path, "cannot be read", "it is not a regular file");
  Ends ends{static_cast<std::uint64_t>(status.st_size), "", ""};
  const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(most, ends.size));
  const auto read_at = [&](std::uint64_t from) {
    std::string part(bytes, '\0');
    const ssize_t n = ::pread(file.get(), part.data(), part.size(), static_cast<off_t>(from));
    if (n < 0) fail("cannot be read");
    part.resize(static_cast<std::size_t>(n));
    return part;
  };
  ends.first = read_at(0);
  ends.last = read_at(ends.size - bytes);
  return ends;
}

bool is_same_file(const std::string& a, const std::string& b) {
  struct stat one {
  }, other{};
  return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

WriteTrial::WriteTrial(const std::string& path, std::uint64_t bytes) : target_(destination(path)) {
  Temporary temporary;
  Descriptor file(open_beside(target_, temporary));
  if (file.get() < 0) throw IoError(path, "cannot be created", reason(errno) + led_to(path, target_));
  if (!take_room(file.get(), bytes)) throw IoError(path, "has no room for what will be written", reason(errno));
  temporary_ = std::move(temporary.name);
  temporary.name.clear();
}

WriteTrial::~WriteTrial() { ::unlink(temporary_.c_str()); }

bool WriteTrial::is_also(const std::string& path) const {
  const std::string other = destination(path);
  return is_same_file(target_, other) || is_same_file(temporary_, other + temporary_.substr(target_.size()));
}

}  // namespace vt
