#pragma once
#include <cstddef>
#include <string_view>

/// \file Tables of names: entries with a member `name`.

namespace vt {

/// The entry of that name, or null.
template <class Entry, std::size_t N>
constexpr const Entry* find_named(const Entry (&table)[N], std::string_view name) {
  for (const Entry& one : table)
    if (one.name == name) return &one;
  return nullptr;
}

/// The entry whose member has that value; the first one where none has.
template <class Entry, std::size_t N, class Value>
constexpr const Entry& entry_with(const Entry (&table)[N], Value Entry::*member, Value value) {
  for (const Entry& one : table)
    if (one.*member == value) return one;
  return table[0];
}

}  // namespace vt
