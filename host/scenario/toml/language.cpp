#include "host/scenario/toml/language.hpp"

#include <fmt/format.h>

namespace vt {

void check_language(Node& tree, const std::string& path, Problems& problems) {
  const Node* found = tree.find("language");
  if (found == nullptr) return;
  if (found->kind != Node::Kind::whole || found->whole < 1)
    problems.add(found->where, fmt::format("language is no version of the language of scenarios (a whole number from 1 "
                                           "on); write language = {}",
                                           kLanguage));
  else if (found->whole > kLanguage)
    problems.add(found->where,
                 fmt::format("{} is written in language {} (this program reads language {}); take a newer "
                             "vtrial",
                             path, found->whole, kLanguage));
  tree.erase("language");
}

}  // namespace vt
