#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vt {

/// What is known of a study: records of points, or of replicates of one, by a key that says which. So that a study goes
/// on where it was stopped, whatever it would have asked next.
class Answered {
 public:
  /// Null where it is not known.
  const std::string* find(const std::string& key) const {
    const auto found = records_.find(key);
    return found == records_.end() ? nullptr : &found->second;
  }
  void add(const std::string& key, std::string record) { records_[key] = std::move(record); }
  std::size_t size() const { return records_.size(); }

  std::string bytes() const;
  /// Adds what was saved. \throws BadBytes
  void add_saved(std::string_view bytes);

 private:
  std::map<std::string, std::string> records_;
};

/// \param kind  what the record is of
std::string key_of(std::string_view kind, const std::vector<double>& numbers);

}  // namespace vt
