#pragma once
#include <string>
#include <string_view>

namespace vt {

/// A Formula that is one name, in words: "trough on day 29" of "trough @ 'day 29'", "daily dose" of daily_dose_mg.
/// Another stays as it is written.
std::string words_of(std::string_view formula);

}  // namespace vt
