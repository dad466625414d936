#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "output/print.hpp"
#include "output/study/study.hpp"

/// \file What a command puts on standard output: chosen once, from its options.

namespace vt {

enum class Print { none, summary, all };
struct PrintEntry {
  Print amount;
  std::string_view name, words;
};
inline constexpr PrintEntry kPrints[] = {
    {Print::summary, "summary", "a screen"}, {Print::all, "all", "every table"}, {Print::none, "none", "nothing"}};

struct Printing {
  Print amount = Print::summary;
  std::vector<std::string> tallies;  ///< names that are printed in full
  bool is_all() const { return amount == Print::all; }
};

/// As typed.
struct PrintingAsked {
  std::string amount;  ///< "" = not said
  std::vector<std::string> tallies;
  bool quiet = false, json = false;
};

/// Nothing if quiet, what was named if something was, else a summary. \throws UsageError where options contradict each
/// other
Printing choose_printing(const PrintingAsked&);

/// \throws UsageError where a name is not among the known ones, with the nearest and all of them
void check_printed(const Printing&, const std::vector<std::string>& known, const std::string& where);

/// Whereabouts as a shell takes them.
Whereabouts whereabouts(const std::string& results, const std::string& report);

std::string printed(const Printing&, const Results&, const Whereabouts&);
std::string printed(const Printing&, const Study&, const Whereabouts&);

}  // namespace vt
