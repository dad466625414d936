#pragma once
/// \file The ground that all patient arithmetic stands on: who may call a function, how lanes are vectorised, and the
/// refusal to be compiled with anything that would change a bit (see kernels/README.md).

#include <cmath>
#include <cstdint>

#if defined(__FAST_MATH__)
#error "vtrial: -ffast-math changes results; compile without it"
#endif

/// Every instruction-set build of the kernels lives in its own inline namespace, so that no inline function of one can
/// stand in for that of another when they are linked into one program.
#ifndef VT_ISA
#if defined(__CUDACC__)
#define VT_ISA device
#else
#define VT_ISA scalar
#endif
#endif

#define VT_INLINE __attribute__((always_inline))

/// VT_HD: small, inlined into everything. VT_STAGE: a loop over lanes, one function of its own on a CPU, inlined on a
/// GPU so that a patient's state stays in registers. VT_COLD: visits and sampling, never inlined; VT_COLD_STAGE: such a
/// function of loops over lanes. VT_LANES: a loop over lanes; VT_FEW_LANES: over few, which g++ would unroll into
/// scalars before it vectorises.

#if defined(__CUDACC__)
#define VT_HD __host__ __device__ __forceinline__
#define VT_STAGE __host__ __device__ __forceinline__
#define VT_COLD __host__ __device__ __noinline__ inline
#define VT_COLD_STAGE __host__ __device__ __noinline__ inline
#define VT_LANES
#define VT_FEW_LANES
#define VT_UNROLL _Pragma("unroll")
#elif defined(__clang__)
#define VT_HD inline VT_INLINE
#define VT_STAGE inline __attribute__((noinline))
#define VT_COLD inline __attribute__((noinline))
#define VT_COLD_STAGE inline __attribute__((noinline))
#define VT_LANES _Pragma("clang loop vectorize(assume_safety) interleave(disable)")
#define VT_FEW_LANES VT_LANES
#define VT_UNROLL _Pragma("GCC unroll 64")
#else
#define VT_HD inline VT_INLINE
#define VT_STAGE inline __attribute__((noinline))
#define VT_COLD inline __attribute__((noinline))
#define VT_COLD_STAGE inline __attribute__((noinline))
#define VT_LANES _Pragma("GCC ivdep")
#define VT_FEW_LANES _Pragma("GCC ivdep") _Pragma("GCC unroll 1")
#define VT_UNROLL _Pragma("GCC unroll 64")
#endif

namespace vt { inline namespace VT_ISA {

/// a·b + c with one rounding, on every target.
VT_HD double fma(double a, double b, double c) {
#if defined(__CUDA_ARCH__)
  return ::fma(a, b, c);
#else
  return __builtin_fma(a, b, c);
#endif
}

/// Correctly rounded square root; x ≥ 0.
VT_HD double square_root(double x) {
#if defined(__CUDA_ARCH__)
  return ::sqrt(x);
#else
  return __builtin_sqrt(x);
#endif
}

/// The 64 bits of a double, and back.
VT_HD std::uint64_t bits_of(double x) {
  std::uint64_t u;
  __builtin_memcpy(&u, &x, 8);
  return u;
}
VT_HD double from_bits(std::uint64_t u) {
  double x;
  __builtin_memcpy(&x, &u, 8);
  return x;
}

/// Written as comparisons, not fmin/fmax: those differ between targets on NaN and signed zero.
VT_HD double lesser(double a, double b) { return a < b ? a : b; }
VT_HD double greater(double a, double b) { return a > b ? a : b; }
/// condition ? a : b where both are at hand. Selects bits: from `?:` on several values compilers make two branches, and
/// do what follows twice.
VT_HD double select(bool condition, double a, double b) {
  const std::uint64_t mask = condition ? ~std::uint64_t{0} : 0;
  return from_bits((bits_of(a) & mask) | (bits_of(b) & ~mask));
}
/// x within [low, high], low ≤ high; no number stays none.
VT_HD double clamp(double x, double low, double high) { return lesser(high, greater(low, x)); }

}}  // namespace vt
