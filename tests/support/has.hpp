#pragma once
#include <string>

namespace vt::test {

/// Does the text have the part?
inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace vt::test
