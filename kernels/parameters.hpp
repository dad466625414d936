#pragma once
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "kernels/numerics/real.hpp"

/// \file Tables of what models (kernels/models) and inputs (kernels/drug/input) have in a scenario: what they say there
/// follows from them.

namespace vt {

enum class Need : std::uint32_t { required, optional };
enum class Zero : std::uint32_t { allowed, refused };

/// An entry that may be a formula of the patient.
template <class Parameters>
struct Parameter {
  double Parameters::*member;
  std::string_view key, unit;
  Need need;
  double fallback;   ///< where it is optional and not given
  double low, high;  ///< inclusive range of a number
  Zero zero = Zero::allowed;
  bool is_share = false;  ///< at most 1 in every patient
};

/// An entry that is one number for all patients.
struct Setting {
  std::string_view key, unit;
  double fallback, low, high;
  bool is_whole = false;
  Need need = Need::optional;
};

inline namespace VT_ISA {

/// visit.operator()<i>() for the places of a table: `RowsOf<decltype(M::parameters)>{}`.
template <class Visit, int... i>
VT_HD constexpr void for_each_row(std::integer_sequence<int, i...> /*rows*/, Visit visit) {
  (visit.template operator()<i>(), ...);
}
template <class Table>
using RowsOf = std::make_integer_sequence<int, std::extent_v<Table>>;

}  // namespace VT_ISA

}  // namespace vt
