#include "host/scenario/toml/language.hpp"

#include <fmt/format.h>

namespace vt {

bool check_language(Node& tree, const std::string& path, Problems& problems) {
  const Node* found = tree.find("language");
  if (found == nullptr) return true;
  const Position where = found->where;
  const bool is_version = found->kind == Node::Kind::whole && found->whole >= 1;
  const bool is_newer = is_version && found->whole > kLanguage;
  if (!is_version)
    problems.add(where, fmt::format("language is no version of the language of scenarios (a whole number from 1 on); "
                                    "write language = {}",
                                    kLanguage));
  else if (is_newer)
    problems.add(where,
                 fmt::format("{} is written in language {} (this program reads language {}); take a newer vtrial", path,
                             found->whole, kLanguage));
  tree.erase("language");
  return !is_newer;
}

}  // namespace vt
