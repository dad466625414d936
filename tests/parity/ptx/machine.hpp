#pragma once
/// \file What a translated GPU program stands on: the meaning of its instructions in C++, as the PTX ISA manual defines
/// them, and the launch of a grid, thread after thread. translate.py makes the programs.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace ptx {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using s8 = std::int8_t;
using s16 = std::int16_t;
using s32 = std::int32_t;
using s64 = std::int64_t;
using f64 = double;
__extension__ using u128 = unsigned __int128;
__extension__ using s128 = __int128;

// ---- memory: an address of any state space is one of this process ------------------------------------------------

[[noreturn]] inline void fail(const char* what) {
  std::fprintf(stderr, "translated program: %s\n", what);
  std::abort();
}

inline char* address(u64 bits) {
  char* at;
  std::memcpy(&at, &bits, sizeof(at));
  return at;
}

/// `bytes` of the whole access: a GPU stops at an address that is not a multiple of it.
inline char* aligned(char* at, u64 bytes) {
  if (reinterpret_cast<u64>(at) % bytes != 0) fail("misaligned address");
  return at;
}

template <class T>
T load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

template <class T>
void store(char* at, T value) {
  std::memcpy(at, &value, sizeof(T));
}

template <class T>
T add_in_memory(char* at, T value) {  // threads run one after another
  const T before = load<T>(aligned(at, sizeof(T)));
  store<T>(at, static_cast<T>(before + value));
  return before;
}

/// What the threads of a block share.
inline constexpr u32 kSharedBytes = 48 * 1024;
alignas(16) inline char shared_memory[kSharedBytes];
inline char* shared(u32 offset) {
  if (offset >= kSharedBytes) fail("beyond shared memory");
  return shared_memory + offset;
}

// ---- bits --------------------------------------------------------------------------------------------------------

inline u64 as_u64(f64 x) { return load<u64>(reinterpret_cast<const char*>(&x)); }
inline f64 as_f64(u64 x) { return load<f64>(reinterpret_cast<const char*>(&x)); }

template <class T>
constexpr u32 width = 8 * sizeof(T);

/// Amounts of the width and more shift everything out.
template <class T>
T shift_left(T a, u32 by) {
  return by >= width<T> ? T{0} : static_cast<T>(a << by);
}
template <class T>
T shift_right(T a, u32 by) {  // arithmetic for signed T
  if (by >= width<T>) return static_cast<T>(a < 0 ? -1 : 0);
  return static_cast<T>(a >> by);
}

/// b with the `length` lowest bits of a from bit `position` on.
template <class T>
T insert_bits(T a, T b, u32 position, u32 length) {
  position &= 0xff;
  length &= 0xff;
  const T mask = static_cast<T>(shift_left<T>(shift_left<T>(1, length) - T{1}, position));
  return static_cast<T>((b & ~mask) | (shift_left<T>(a, position) & mask));
}

inline u64 pair(u32 low, u32 high) { return u64{high} << 32 | low; }
inline u32 halves(u16 low, u16 high) { return u32{high} << 16 | low; }

// ---- numbers -----------------------------------------------------------------------------------------------------

/// One rounding each.
inline f64 fma_rn(f64 a, f64 b, f64 c) { return std::fma(a, b, c); }
inline f64 sqrt_rn(f64 a) { return std::sqrt(a); }

/// Of a number and a NaN the number; −0 is less than +0.
inline f64 lesser(f64 a, f64 b) {
  if (a != a) return b;
  if (b != b) return a;
  if (a == b) return std::signbit(a) ? a : b;
  return a < b ? a : b;
}
inline f64 greater(f64 a, f64 b) {
  if (a != a) return b;
  if (b != b) return a;
  if (a == b) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}

/// Towards zero, out of range to the nearest end; a NaN becomes the highest bit alone.
template <class T>
T truncated(f64 a) {
  constexpr bool is_signed = static_cast<T>(-1) < T{0};
  constexpr T top = static_cast<T>(T{1} << (width<T> - 1));
  const f64 end = std::ldexp(1.0, static_cast<int>(width<T>) - (is_signed ? 1 : 0));
  if (a != a) return top;
  if (a >= end) return is_signed ? static_cast<T>(~top) : static_cast<T>(~T{0});
  if (is_signed ? a < -end : a < 0) return is_signed ? top : T{0};
  return static_cast<T>(a);
}

// ---- the grid ----------------------------------------------------------------------------------------------------

/// Special registers of the thread that runs.
struct Thread {
  u32 tid_x = 0, ntid_x = 1, ctaid_x = 0, nctaid_x = 1;
};
inline Thread thread;

inline void barrier() {
  if (thread.ntid_x != 1) fail("a barrier for threads that run one after another");
}

/// One kernel of the program.
struct Entry {
  const char* name;
  u32 max_threads;  ///< of a block, as the program declares
  void (*run)(void* const* parameters);
};

/// One stretch of code without jumps in or out: whose it is, and how often it was entered.
struct Stretch {
  u32 function;
  u64 entered;
};

/// See ptx_launch.
template <std::size_t N>
int launch(const Entry (&entries)[N], const char* name, u32 blocks, u32 threads, void* const* parameters) {
  const Entry* found = nullptr;
  for (const Entry& entry : entries) {
    if (std::strstr(entry.name, name) == nullptr) continue;
    if (found != nullptr) return 1;
    found = &entry;
  }
  if (found == nullptr) return 1;
  if (threads > found->max_threads) return 2;
  thread.ntid_x = threads;
  thread.nctaid_x = blocks;
  for (thread.ctaid_x = 0; thread.ctaid_x < blocks; ++thread.ctaid_x) {
    std::memset(shared_memory, 0xA5, kSharedBytes);  // what was not written yet must not matter
    for (thread.tid_x = 0; thread.tid_x < threads; ++thread.tid_x) found->run(parameters);
  }
  return 0;
}

}  // namespace ptx

/// Defined by every translated program.
extern "C" {
/// Runs the only kernel whose name contains `name`, blocks × threads times, with pointers to its parameters.
/// 0, or 1 for a name that fits no kernel or several, 2 for too many threads.
int ptx_launch(const char* name, std::uint32_t blocks, std::uint32_t threads, void* const* parameters);

/// The i-th stretch of code, the name of its function and how often launches entered it; 0 past the last one.
int ptx_stretch(std::uint32_t i, const char** function, std::uint64_t* entered);
}

#define PTX_PROGRAM(entries, stretches, functions)                                                         \
  int ptx_launch(const char* name, std::uint32_t blocks, std::uint32_t threads, void* const* parameters) { \
    return ptx::launch(entries, name, blocks, threads, parameters);                                        \
  }                                                                                                        \
  int ptx_stretch(std::uint32_t i, const char** function, std::uint64_t* entered) {                        \
    if (i >= sizeof(stretches) / sizeof(stretches[0])) return 0;                                           \
    *function = functions[stretches[i].function];                                                          \
    *entered = stretches[i].entered;                                                                       \
    return 1;                                                                                              \
  }
