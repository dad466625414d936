#include "host/cli/streams.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace vt {

namespace {

std::atomic<int> output_error = 0;
std::atomic<bool> is_quiet = false, was_printed = false;

/// The error, or 0.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd ready{fd, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

void guard_standard_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF)
      (void)::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);  // takes the lowest free number: this one
}

void print(std::string_view text) {
  if (output_error != 0 || is_quiet) return;
  was_printed = true;
  output_error = write_all(STDOUT_FILENO, text);
}

void say(std::string_view text) {
  if (!is_quiet) write_all(STDERR_FILENO, text);
}

void keep_quiet() { is_quiet = true; }

bool has_printed() { return was_printed; }

std::string output_failure() { return output_error == 0 ? "" : std::generic_category().message(output_error); }

}  // namespace vt
