#pragma once
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include "kernels/plan.hpp"

namespace vt {

/// The Plan's bytes while they are put together: a header and the tables behind it.
class PlanBuffer {
 public:
  PlanBuffer() : words_(sizeof(Plan) / 8) {}

  /// Copies `items` behind what is there.
  template <class T>
  Table<T> add(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 8);
    Table<T> table{static_cast<std::uint32_t>(words_.size() * 8), static_cast<std::uint32_t>(items.size())};
    words_.resize(words_.size() + (items.size_bytes() + 7) / 8);
    if (!items.empty())
      std::memcpy(reinterpret_cast<char*>(words_.data()) + table.offset, items.data(), items.size_bytes());
    return table;
  }
  template <class T>
  Table<T> add(const std::vector<T>& items) {
    return add(std::span<const T>(items));
  }

  /// Sets the header; tables must have been added before.
  void finish(const Plan& header) {
    Plan copy = header;
    copy.bytes = words_.size() * 8;
    std::memcpy(words_.data(), &copy, sizeof copy);
  }

  const Plan& plan() const { return *reinterpret_cast<const Plan*>(words_.data()); }
  std::span<const std::uint64_t> words() const { return words_; }

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace vt
