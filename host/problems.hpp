#pragma once
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace vt {

/// Where in the user's text something stands. Line and column count from 1; 0 = unknown.
struct Position {
  std::string file;
  int line = 0;
  int column = 0;
};

/// One mistake in a scenario: `problem (why it is one); what to do`.
struct Problem {
  Position where;
  std::string text;
};

/// The text as people can read it: what stands in quotes is cut where it is long, and says how long it was; characters
/// that steer a terminal are written out ("\\x1b").
std::string readable(std::string text);

class Shapes;

/// Collects every mistake before anything is refused, and what is no mistake but has to be said.
class Problems {
 public:
  void add(const Position& where, std::string text) { list_.push_back({where, readable(std::move(text))}); }
  /// Nothing is refused for a note: `check`, standard error, `--json` and the results file repeat it.
  void note(const Position& where, std::string text) { notes_.push_back({where, readable(std::move(text))}); }
  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  /// In order of file, line and column; no two the same.
  std::vector<Problem> sorted() const;
  std::vector<Problem> sorted_notes() const;
  /// What readers ask for is written down there, too (host/scenario/toml/shapes.hpp).
  void write_down(Shapes& shapes) { shapes_ = &shapes; }
  Shapes* shapes() const { return shapes_; }

 private:
  std::vector<Problem> list_, notes_;
  Shapes* shapes_ = nullptr;
};

/// "file:line:col: text"
std::string to_string(const Problem&);

/// A scenario, a target file or a command line that cannot be used (exit code 2).
class ScenarioError : public std::runtime_error {
 public:
  explicit ScenarioError(std::vector<Problem> problems);
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

/// "; did you mean 'x'?" for the candidate nearest to `name`, or "" when none is near.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

/// The same, and then the names that there are: "; there are 'a', 'b'", those first that hold `name`, ten at most.
std::string there_are(std::string_view name, const std::vector<std::string>& names);

}  // namespace vt
