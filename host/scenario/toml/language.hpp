#pragma once
#include "host/scenario/toml/tree.hpp"

namespace vt {

/// The language of scenarios. A change after which an older scenario would mean something else, or nothing, makes it
/// one more; check_language then says what has changed and how to write it now.
inline constexpr int kLanguage = 1;

/// Takes `language = 1` out of a file's tree: a file without it is taken for one of this language. False: what else it
/// says is not known.
bool check_language(Node& tree, const std::string& path, Problems& problems);

}  // namespace vt
