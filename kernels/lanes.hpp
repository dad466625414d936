#pragma once
#include <cstddef>
#include <type_traits>

#include "kernels/numerics/real.hpp"

namespace vt { inline namespace VT_ISA {

/// One number per patient.
struct Scalar {
  double x;
};

/// One S for each of L patients, stored member by member.
///
/// L = 64 on a CPU, where a loop over lanes becomes vector instructions; L = 1 on a GPU, where it melts into registers.
/// S: a small trivially copyable struct whose members are doubles or 64-bit integers.
template <class S, int L>
class Lanes {
  static constexpr int words = sizeof(S) / 8;
  static_assert(sizeof(S) % 8 == 0 && alignof(S) == 8 && std::is_trivially_copyable_v<S>,
                "members must be double or 64-bit integers");
  alignas(L == 1 ? 8 : 64) double word_[words][L];

 public:
  VT_HD S operator[](int lane) const {
    S s;
    VT_UNROLL
    for (int i = 0; i < words; ++i) {
      const double word = word_[i][lane];  // typed: nvcc would copy bytes
      __builtin_memcpy(reinterpret_cast<char*>(&s) + 8 * i, &word, 8);
    }
    return s;
  }
  VT_HD void put(int lane, const S& s) {
    VT_UNROLL
    for (int i = 0; i < words; ++i) {
      double word;
      __builtin_memcpy(&word, reinterpret_cast<const char*>(&s) + 8 * i, 8);
      word_[i][lane] = word;
    }
  }

  /// One member of as many lanes as V has elements of eight bytes.
  template <class V>
  VT_HD void load(int member, int lane, V& several) const {
    __builtin_memcpy(&several, &word_[member][lane], sizeof(V));
  }
  template <class V>
  VT_HD void store(int member, int lane, const V& several) {
    __builtin_memcpy(&word_[member][lane], &several, sizeof(V));
  }
};

/// condition ? a : b, word by word (see select).
template <class S>
VT_HD S choose(bool condition, const S& a, const S& b) {
  S chosen;
  VT_UNROLL
  for (std::size_t i = 0; i < sizeof(S) / 8; ++i) {
    double x, y;
    __builtin_memcpy(&x, reinterpret_cast<const char*>(&a) + 8 * i, 8);
    __builtin_memcpy(&y, reinterpret_cast<const char*>(&b) + 8 * i, 8);
    const double word = select(condition, x, y);
    __builtin_memcpy(reinterpret_cast<char*>(&chosen) + 8 * i, &word, 8);
  }
  return chosen;
}

/// run(lane) for every lane.
template <int L, class Run>
VT_HD void for_lanes(Run run) {
  constexpr int few = 8;
  if constexpr (L <= few) {
    VT_FEW_LANES
    for (int lane = 0; lane < L; ++lane) run(lane);
  } else {
    VT_LANES
    for (int lane = 0; lane < L; ++lane) run(lane);
  }
}

/// state[lane] = stage(state[lane], inputs[lane]...) for every lane. The stage, if a lambda, must carry VT_INLINE.
template <class S, int L, class Stage, class... Inputs>
VT_HD void advance(Lanes<S, L>& state, Stage stage, const Lanes<Inputs, L>&... inputs) {
  for_lanes<L>([&](int lane) VT_INLINE { state.put(lane, stage(state[lane], inputs[lane]...)); });
}

/// The same in every lane.
template <class S, int L>
VT_HD void set_all(Lanes<S, L>& lanes, const S& value) {
  advance(lanes, [=](const S&) VT_INLINE { return value; });
}

/// Whether a condition holds for none of the patients who live side by side: on a GPU those of the threads that run
/// together, which stay together if they branch on it.
VT_HD bool nobody(bool holds) {
#if defined(__CUDA_ARCH__)
  return __any_sync(__activemask(), holds) == 0;
#else
  return !holds;
#endif
}

}}  // namespace vt
