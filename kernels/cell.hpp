#pragma once
#include "kernels/run.hpp"
#include "kernels/tally/busy.hpp"

namespace vt {

/// A unit of one Plan on a GPU, and where its sums go. Pointers are the device's.
struct Cell {
  const std::uint64_t* plan;
  WorkUnit unit;
  BusyWords busy;
  std::uint64_t* words;
  Record* records;  ///< or null
};

}  // namespace vt
