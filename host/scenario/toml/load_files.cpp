#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "host/scenario/toml/find_base.hpp"
#include "host/scenario/toml/language.hpp"
#include "host/scenario/toml/merge.hpp"
#include "host/scenario/toml/toml_reader.hpp"

namespace vt {
namespace {

/// Reads files depth first, so that a file's bases stand before it.
class Loader {
 public:
  Loader(const FileText& text_of, Problems& problems) : text_of_(text_of), problems_(problems) {}

  bool load(const std::string& path, const Position& asked_at) {
    const std::string identity = identity_of(path);
    if (std::find(open_.begin(), open_.end(), identity) != open_.end()) return refuse_cycle(path, identity, asked_at);
    if (std::find(done_.begin(), done_.end(), identity) != done_.end()) return true;
    if (open_.size() > static_cast<std::size_t>(kMaxBaseDepth)) {
      problems_.add(asked_at,
                    fmt::format("base '{}' is nested too deeply (more than {} files, each the base of the next)", path,
                                kMaxBaseDepth));
      return false;
    }
    const std::optional<std::string> text = text_of_(path, asked_at, problems_);
    if (!text) return false;
    std::optional<Node> tree = read_toml(*text, path, problems_);
    if (!tree || !check_language(*tree, path, problems_)) return false;
    open_.push_back(identity);
    const bool is_complete = load_bases(*tree);
    open_.pop_back();
    done_.push_back(identity);
    tree->erase("base");
    files_.push_back({path, std::move(*tree)});
    return is_complete;
  }

  std::vector<SourceFile> take() { return std::move(files_); }

 private:
  static std::string identity_of(const std::string& path) {
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::weakly_canonical(path, error);
    return error ? path : whole.string();
  }

  bool refuse_cycle(const std::string& path, const std::string& identity, const Position& asked_at) {
    std::string way;
    bool is_in_cycle = false;
    for (const std::string& file : open_) {
      is_in_cycle = is_in_cycle || file == identity;
      if (is_in_cycle) way += std::filesystem::path(file).filename().string() + " → ";
    }
    problems_.add(asked_at, fmt::format("base '{}' goes in a circle ({}{})", path, way,
                                        std::filesystem::path(identity).filename().string()));
    return false;
  }

  bool load_bases(const Node& tree) {
    const Node* base = tree.find("base");
    if (base == nullptr) return true;
    std::vector<std::string> shipped;
    const auto load_one = [&](const Node& node) {
      if (node.is_text() && !node.text.empty()) {
        const std::string found = find_base(node, text_of_, problems_, shipped);
        return !found.empty() && load(found, node.where);
      }
      problems_.add(node.where,
                    "base is not the name of a file; write base = \"file.toml\" or base = [\"a.toml\", \"b.toml\"]");
      return false;
    };
    bool is_complete = true;
    if (!base->is_list()) is_complete = load_one(*base);
    for (const Node& item : base->items) is_complete = load_one(item) && is_complete;
    note_shipped(base->where, shipped, problems_);
    return is_complete;
  }

  const FileText& text_of_;
  Problems& problems_;
  std::vector<std::string> open_, done_;
  std::vector<SourceFile> files_;
};

}  // namespace

std::optional<std::vector<SourceFile>> load_files(const std::string& path, const FileText& text_of,
                                                  Problems& problems) {
  Loader loader(text_of, problems);
  if (!loader.load(path, {path, 0, 0})) return std::nullopt;
  return loader.take();
}

}  // namespace vt
