#pragma once
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

namespace vt {

/// A set of numbers, as ranges [begin, end) that do not touch.
class Intervals {
 public:
  void add(std::uint64_t begin, std::uint64_t end) {
    if (begin >= end) return;
    auto next = ranges_.upper_bound(begin);
    if (next != ranges_.begin() && std::prev(next)->second >= begin) next = std::prev(next);
    while (next != ranges_.end() && next->first <= end) {
      begin = std::min(begin, next->first);
      end = std::max(end, next->second);
      next = ranges_.erase(next);
    }
    ranges_[begin] = end;
  }
  void add(const Intervals& others) {
    for (const auto& [begin, end] : others.ranges_) add(begin, end);
  }

  /// What of [begin, end) is not in it.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> missing(std::uint64_t begin, std::uint64_t end) const {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> all;
    auto next = ranges_.upper_bound(begin);
    if (next != ranges_.begin()) begin = std::max(begin, std::prev(next)->second);
    for (; next != ranges_.end() && next->first < end; ++next) {
      all.emplace_back(begin, next->first);
      begin = next->second;
    }
    if (begin < end) all.emplace_back(begin, end);
    return all;
  }

  const std::map<std::uint64_t, std::uint64_t>& ranges() const { return ranges_; }
  bool has(std::uint64_t number) const { return missing(number, number + 1).empty(); }
  bool empty() const { return ranges_.empty(); }

 private:
  std::map<std::uint64_t, std::uint64_t> ranges_;
};

}  // namespace vt
