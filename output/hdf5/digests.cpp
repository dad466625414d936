#include "output/hdf5/digests.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "output/hdf5/schema.hpp"
#include "output/hdf5/stored.hpp"
#include "output/sha256.hpp"

/// \file A line has fields between tabs: the object's path, the digest of its values ("-" of a group), and of each
/// attribute name and digest, "units:1c0ffee5". Digests are the first digits of a SHA-256: they tell slips, and what
/// a program did that meant no harm. The library's own attributes of dimension scales are left out, and what comes
/// after the digests: themselves, `status`, `resealed`.

namespace vt::hdf5 {
namespace {

constexpr std::size_t kOfValues = 32, kOfAttribute = 8;  ///< hexadecimal digits
constexpr std::string_view kLater[] = {schema::kStatus, schema::kResealed};

/// A name in a line of fields.
std::string field(std::string_view name) {
  std::string text;
  for (const char c : name) {
    constexpr char digits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == '\\')
      text += {'\\', digits[byte >> 4], digits[byte & 15]};
    else
      text += c;
  }
  return text;
}

/// Digests of attributes by name.
using Attributes = std::map<std::string, std::string>;

/// Those that digests tell of.
std::vector<std::string> attributes_of(hid_t object, const std::string& path) {
  std::vector<std::string> names = attribute_names(object);
  if (path == "/")
    std::erase_if(names, [](const std::string& name) { return std::ranges::find(kLater, name) != std::end(kLater); });
  return names;
}

std::string digest_of_attribute(hid_t object, const std::string& name) {
  Sha256 hash;
  hash.text(stored_attribute(object, name));
  return hash.hex().substr(0, kOfAttribute);
}

std::string digest_of_values(const Stored& stored) {
  Sha256 hash;
  hash.text(stored.type);
  for (const std::size_t size : stored.shape) hash.integer(size);
  for (const std::string& text : stored.texts) hash.text(text);
  hash.bytes(stored.bytes.data(), stored.bytes.size());
  return hash.hex().substr(0, kOfValues);
}

std::string joined(const std::string& parent, const std::string& name) {
  return parent == "/" ? parent + name : parent + '/' + name;
}

const std::string& digests_path() {
  static const std::string path = joined(std::string("/") + schema::kProvenance, schema::kDigests);
  return path;
}

void add_line(std::string& lines, hid_t object, const std::string& path, const std::string& values) {
  lines += field(path) + '\t' + values;
  for (const std::string& name : attributes_of(object, path))
    lines += '\t' + field(name) + ':' + digest_of_attribute(object, name);
  lines += '\n';
}

void add_lines(std::string& lines, hid_t group, const std::string& path) {
  add_line(lines, group, path, "-");
  for (const std::string& name : names_as_written(group)) {
    const std::string inner = joined(path, name);
    const Handle object = open_object(group, name);
    if (is_group(object))
      add_lines(lines, object, inner);
    else
      add_line(lines, object, inner, digest_of_values(stored_values(group, name, own_texts)));
  }
}

/// What a line says.
struct Line {
  std::string values;
  Attributes attributes;
};

class Comparison {
 public:
  explicit Comparison(const Image& file) : file_(file) {}

  std::optional<Differences> against(const std::string& lines) {
    for (std::size_t from = 0; from < lines.size();) {
      const std::size_t end = lines.find('\n', from);
      require(end != std::string::npos, "its digests end in the middle of a line");
      add(lines.substr(from, end - from));
      from = end + 1;
    }
    require(!order_.empty() && order_.front() == "/", "its digests do not begin with those of /");
    compare(open_group(file_, "/"), "/");
    for (const std::string& path : order_)
      if (!seen_.contains(path) && is_in_known_group(path)) found_.missing.push_back(path);
    return std::move(found_);
  }

 private:
  void add(const std::string& text) {
    std::vector<std::string> fields;
    for (std::size_t from = 0; from <= text.size();) {
      const std::size_t end = std::min(text.find('\t', from), text.size());
      fields.push_back(text.substr(from, end - from));
      from = end + 1;
    }
    require(fields.size() >= 2, "a line of its digests is none");
    Line line{fields[1], {}};
    for (std::size_t i = 2; i < fields.size(); ++i) {
      const std::size_t colon = fields[i].rfind(':');
      require(colon != std::string::npos, "a line of its digests is none");
      line.attributes.emplace(fields[i].substr(0, colon), fields[i].substr(colon + 1));
    }
    require(written_.emplace(fields[0], std::move(line)).second, "its digests name an object twice");
    order_.push_back(fields[0]);
  }

  void compare(hid_t group, const std::string& path) {
    const Line& line = written_.at(path);
    seen_.insert(path);
    groups_.insert(path);
    compare_attributes(group, path, line);
    std::set<std::string> there;
    for (const std::string& name : group_names(group)) {
      const std::string inner = joined(path, field(name));
      if (inner == digests_path()) continue;
      const auto known = written_.find(inner);
      if (known == written_.end() || !is_hard_link(group, name)) {
        found_.foreign.push_back(inner);
        continue;
      }
      compare_member(group, name, inner, known->second);
      there.insert(inner);
    }
    compare_order(group, path, there);
  }

  void compare_member(hid_t group, const std::string& name, const std::string& path, const Line& line) {
    seen_.insert(path);
    const Handle object = open_object(group, name);
    if (is_group(object) != (line.values == "-")) return found_.changed.push_back(path);
    if (is_group(object)) return compare(object, path);
    compare_digest(path, line.values, [&] { return digest_of_values(stored_values(group, name, read_texts)); });
    compare_attributes(object, path, line);
  }

  /// Notes under this name that a digest is not as it was, or why there is none: not of a kind that is written,
  /// damaged.
  template <class Digest>
  void compare_digest(const std::string& name, const std::string& written, Digest digest) {
    try {
      if (digest() != written) found_.changed.push_back(name);
    } catch (const Failure& failure) {
      found_.changed.push_back(name + " (" + failure.what() + ")");
    }
  }

  void compare_attributes(hid_t object, const std::string& path, const Line& line) {
    Attributes left = line.attributes;
    for (const std::string& name : attributes_of(object, path)) {
      const std::string words = "attribute " + field(name) + " of " + path;
      const auto known = left.find(field(name));
      if (known == left.end()) {
        found_.foreign.push_back(words);
        continue;
      }
      compare_digest(words, known->second, [&] { return digest_of_attribute(object, name); });
      left.erase(known);
    }
    for (const auto& [name, digest] : left) found_.missing.push_back("attribute " + name + " of " + path);
  }

  /// Members that are there have to come in the order in which they were written.
  void compare_order(hid_t group, const std::string& path, const std::set<std::string>& there) {
    std::vector<std::string> before, now;
    std::ranges::copy_if(order_, std::back_inserter(before),
                         [&](const std::string& inner) { return there.contains(inner); });
    try {
      for (const std::string& name : names_as_written(group))
        if (const std::string inner = joined(path, field(name)); there.contains(inner)) now.push_back(inner);
    } catch (const Failure&) {
      now.clear();  // the group keeps no order any more
    }
    if (now != before) found_.changed.push_back("the order of what is in " + path);
  }

  /// Of what was in a group that is not there, only the group is named.
  bool is_in_known_group(const std::string& path) const {
    const std::size_t slash = path.rfind('/');
    return groups_.contains(slash == 0 ? "/" : path.substr(0, slash));
  }

  const Image& file_;
  std::vector<std::string> order_;
  std::map<std::string, Line> written_;
  std::set<std::string> seen_, groups_;
  Differences found_;
};

}  // namespace

void complete(hid_t file) {
  std::string lines;
  add_lines(lines, open_group(file, "/"), "/");
  write(open_group(file, schema::kProvenance), schema::kDigests, {}, std::vector<std::string>{lines});
  put(file, schema::kStatus, "complete");
}

std::optional<Differences> differences(const Image& file) {
  const Handle provenance = open_group(file, schema::kProvenance);
  if (!has(provenance, schema::kDigests)) return std::nullopt;
  const std::vector<std::string> lines = read_texts(provenance, schema::kDigests);
  require(lines.size() == 1, "its digests are not one text");
  return Comparison(file).against(lines[0]);
}

}  // namespace vt::hdf5
