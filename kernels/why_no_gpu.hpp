#pragma once
/// \file Why a GPU cannot be used and what to do, in words, from what CUDA says.

#include <span>
#include <string>

#include "kernels/run.hpp"

namespace vt {

/// What CUDA said, and who said it.
struct CudaSaid {
  std::string error;  ///< its name: "cudaErrorNoDevice"
  std::string text;   ///< CUDA's own words
  int driver = 0;     ///< the newest CUDA that the driver supports, 1000 major + 10 minor; 0: there is no driver
  int runtime = 0;    ///< the CUDA of the Toolkit that built this, alike
};

/// Why no GPU is seen. \param visible  the value of CUDA_VISIBLE_DEVICES, or null
std::string why_no_gpu(const CudaSaid& said, const char* visible);

/// Why this GPU cannot be used.
/// \param architectures  what the build has code for, as __CUDA_ARCH_LIST__: 100 major + 10 minor, rising
std::string why_not_usable(const CudaSaid& said, const CudaDevice& device, std::span<const int> architectures);

/// True if a device is older than all that the build has code for; code of an older architecture may run on a newer
/// one.
bool is_too_old(const CudaDevice& device, std::span<const int> architectures);
std::string why_no_code(const CudaDevice& device, std::span<const int> architectures);

}  // namespace vt
