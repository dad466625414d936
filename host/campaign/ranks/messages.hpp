#pragma once
/// \file What ranks say to each other. One process leads: it hands out takes and is given what is found. Every thread
/// of the others asks for itself.

#include <cstdint>
#include <string>

#include "host/campaign/bytes.hpp"
#include "host/campaign/workers/open_work.hpp"

namespace vt {

/// A thread that does not lead: it has found something, and wants a take.
struct Request {
  std::uint32_t campaign = 0;  ///< one after another: scenarios of a command
  std::uint32_t job = 0;       ///< that it has hands for; 0: none yet
  std::uint32_t threads = 1;   ///< of its rank, which ask
  double rate = 0;             ///< numbers in a second, of its last take; 0: not known
  bool is_gpu = false;
  bool leaves = false;      ///< it wants nothing more: it was stopped, or has failed
  bool is_fatal = false;    ///< the run cannot go on without it
  bool gives_back = false;  ///< its last take was not done
  std::string flaw{};       ///< why it failed, "" otherwise
  bool has_found = false;
  std::string found{};  ///< of all takes that it had before

  std::string bytes() const;
  static Request of(std::string_view bytes);  ///< \throws BadBytes
};

struct Reply {
  enum class Kind : std::uint8_t { take, hand_over, job, end };
  Kind kind = Kind::end;
  std::uint32_t job = 0;
  Take take{};
  double every = 0.2;        ///< seconds after which what was found is to be sent
  std::string about{};       ///< of a job
  bool was_stopped = false;  ///< end: before all was done

  std::string bytes() const;
  static Reply of(std::string_view bytes);
};

}  // namespace vt
