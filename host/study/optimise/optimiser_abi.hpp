#pragma once
/// \file What the program and libvtrial_optimise.so, which it loads where that is there, say to each other. Plain C, so
/// that each may have a C++ library of its own; no exception crosses it.

#include <cstddef>
#include <cstdint>

extern "C" {

enum VtOptimiseMethod : std::int32_t { vt_cmaes = 0, vt_de = 1, vt_nsga2 = 2 };

/// What is to be made small, over a box.
struct VtOptimiseTask {
  std::int32_t method;              ///< VtOptimiseMethod
  std::uint32_t dimensions, whole;  ///< the last `whole` dimensions are whole numbers
  std::uint32_t goals;              ///< 1 of cmaes and de
  std::uint32_t population;         ///< points of a generation
  std::uint32_t generations;        ///< at most, the first one included
  std::uint64_t seed;
  const double *low, *high;  ///< [dimension], both inclusive
  const double* first;       ///< [population][dimension]: the first generation
  void* context;             ///< handed back
  /// Fills `fitness` [point][goal] of a whole generation. Anything but 0 ends the search.
  int (*evaluate)(void* context, const double* points, std::size_t count, double* fitness);
};

enum VtOptimiseOutcome : std::int32_t {
  vt_all_generations = 0,
  vt_converged = 1,  ///< the method has no point left to ask for
  vt_stopped = 2,    ///< by evaluate
  vt_failed = 3      ///< `message` says why
};

/// The functions that the library has, under these names. `version` has to be kVtOptimiseVersion.
typedef std::int32_t VtOptimiseVersion(void);
typedef const char* VtOptimiseSoftware(void);  ///< "pagmo 2.18.0"
typedef std::int32_t VtOptimiseRun(const VtOptimiseTask* task, char* message, std::size_t room);
}

inline constexpr std::int32_t kVtOptimiseVersion = 1;
