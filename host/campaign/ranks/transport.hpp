#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace vt {

struct Message {
  int from, tag;
  std::string bytes;
};

/// Messages between the processes of one run, its ranks. May be used by several threads.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  virtual int local_rank() const = 0;  ///< among those of this machine
  virtual int local_size() const = 0;
  virtual std::string name() const = 0;  ///< "Open MPI 4.1.4"

  /// Messages to one rank with one tag arrive in the order in which they were sent.
  virtual void send(int to, int tag, std::string_view bytes) = 0;
  /// The next one from this rank with this tag; kAny: of any. Nothing where none has arrived.
  virtual std::optional<Message> receive(int from, int tag) = 0;
  static constexpr int kAny = -1;
};

}  // namespace vt
