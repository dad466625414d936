#pragma once
#include <optional>
#include <string>

#include "host/study/optimise/optimiser_abi.hpp"

namespace vt {

/// libvtrial_optimise.so, which is loaded where it is there: pagmo stays apart from the program and its licence.
struct Optimiser {
  std::string software;  ///< "pagmo 2.18.0"
  VtOptimiseRun* run = nullptr;
};

/// Either, or why there is none and what to do: "(…); …".
struct FoundOptimiser {
  std::optional<Optimiser> optimiser;
  std::string flaw;
};

/// In the folder that VTRIAL_PLUGINS names, else in ../lib/vtrial beside the program.
FoundOptimiser find_optimiser();

}  // namespace vt
