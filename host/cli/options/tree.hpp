#pragma once
#include <string>
#include <vector>

/// \file Commands and options as the program knows them, for help, completion and what was misspelt.

namespace CLI {
class App;
}

namespace vt {

struct OptionFacts {
  std::vector<std::string> names;    ///< "-o", "--output"; of an argument "SCENARIO"
  std::string value;                 ///< "FILE.h5"; "": a flag
  std::vector<std::string> choices;  ///< of a fixed set
  std::string words;
  bool is_argument = false, is_required = false, is_repeated = false;
};

/// Arguments first, then options, in the order of their declaration.
std::vector<OptionFacts> options_of(const CLI::App& command);

/// That there is no such command, and which one may have been meant.
std::string unknown_command(const std::string& name);

/// What is said where an argument or option is missing: that, and what stands there instead.
std::string missing_words(const CLI::App& program, const std::string& complaint);

/// What was meant by words that were not expected, a line each: the nearest option, or one argument too many.
std::string unexpected_words(const CLI::App& program, const std::vector<std::string>& left_over);

}  // namespace vt
