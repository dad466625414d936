#pragma once
#include <stdexcept>
#include <string>
#include <utility>

namespace vt {

/// A file that could not be read or written. what() reads "path: problem (why)".
class IoError : public std::runtime_error {
 public:
  IoError(std::string path, std::string problem, std::string why)
      : std::runtime_error(path + ": " + problem + " (" + why + ")"),
        path_(std::move(path)),
        problem_(std::move(problem)),
        why_(std::move(why)) {}
  const std::string& path() const { return path_; }
  const std::string& problem() const { return problem_; }
  const std::string& why() const { return why_; }

 private:
  std::string path_, problem_, why_;
};

}  // namespace vt
