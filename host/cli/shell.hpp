#pragma once
#include <string>
#include <string_view>

namespace vt {

/// The word as a shell takes it for this text: as it is, in single quotes, or, with control characters or bytes that
/// are not UTF-8, as $'…'.
std::string shell_quoted(std::string_view text);

}  // namespace vt
