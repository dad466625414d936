#pragma once
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace vt::test {

/// A scenario of a test's own, or a file that it reads, which is removed afterwards.
class ScenarioFile {
 public:
  explicit ScenarioFile(const std::string& text, const std::string& ending = ".toml")
      : path_(std::filesystem::temp_directory_path() / (unique_name() + ending)) {
    std::ofstream(path_) << text;
  }
  ScenarioFile(const ScenarioFile&) = delete;
  ScenarioFile& operator=(const ScenarioFile&) = delete;
  ~ScenarioFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  static std::string unique_name() {
    static int count = 0;
    return "vtrial-test-" + std::to_string(getpid()) + "-" + std::to_string(count++);
  }
  std::filesystem::path path_;
};

}  // namespace vt::test
