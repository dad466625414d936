#pragma once
#include "kernels/numerics/real.hpp"
#include "kernels/plan.hpp"

namespace vt { inline namespace VT_ISA {

/// The first entry of a table of the Plan. `plan` must be the buffer's own header, not a copy of it.
template <class T>
VT_HD const T* begin(const Plan& plan, Table<T> table) {
  return reinterpret_cast<const T*>(reinterpret_cast<const char*>(&plan) + table.offset);
}

template <class T>
VT_HD const T& at(const Plan& plan, Table<T> table, std::uint32_t i) {
  return begin(plan, table)[i];
}

/// Whether patients have a state of a model.
template <class M>
VT_HD bool has(const Plan& plan) {
  constexpr int bit = kBefore<M>.models;
  return (plan.models >> bit & 1) != 0;
}
VT_HD bool has_lineage(const Plan& plan, int lineage) {
  constexpr int first = kBefore<Neutrophils>.models;
  return (plan.models >> (first + lineage) & 1) != 0;
}

}}  // namespace vt
