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
    return add_each<T>(items.size(), [&](std::size_t i) { return items[i]; });
  }
  /// The same for item(0), item(1) …, of which there need be no list.
  template <class T, class Item>
  Table<T> add_each(std::size_t count, const Item& item) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 8);
    const Table<T> table{static_cast<std::uint32_t>(words_.size() * 8), static_cast<std::uint32_t>(count)};
    words_.resize(words_.size() + (count * sizeof(T) + 7) / 8);
    char* place = reinterpret_cast<char*>(words_.data()) + table.offset;
    for (std::size_t i = 0; i < count; ++i, place += sizeof(T)) {
      const T one = item(i);
      std::memcpy(place, &one, sizeof(T));
    }
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
