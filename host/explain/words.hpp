#pragma once
/// \file Small phrases that the parts of `explain` share.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/scenario/scenario.hpp"

namespace vt::words {

/// "12", "0.0389", "1e-06"
std::string number(double x);

/// "a, b and c"
std::string list(const std::vector<std::string>& items);
std::string names(const std::vector<Text>& texts);

/// "1 visit", "2 visits"
std::string count(std::uint64_t n, std::string_view what);

/// "400 mg every 12 h"
std::string regimen(const RegimenSpec& spec);

/// "14.3 L/h", or the formula as written
std::string expression(const Expression& expression);

/// "published: Schmidli 2005 …"; "no source given" where there is none.
std::string origin(const Origin& origin);

/// `text`, broken at spaces into lines of at most 120 characters that begin with `indent` (the first with `first`).
std::string paragraph(std::string_view first, std::string_view indent, std::string_view text);

}  // namespace vt::words
