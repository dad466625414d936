#include "kernels/why_no_gpu.hpp"

#include <gtest/gtest.h>

namespace vt { namespace {

constexpr int kArchitectures[] = {750, 800, 1200};

const CudaDevice kK80{.name = "Tesla K80", .major = 3, .minor = 7};

CudaSaid old_driver(int driver, int runtime) {
  return {.error = "cudaErrorInsufficientDriver",
          .text = "CUDA driver version is insufficient",
          .driver = driver,
          .runtime = runtime};
}

TEST(WhyNoGpu, ADriverThatIsTooOldHasBothVersionsAndWhatToInstall) {
  EXPECT_EQ(why_no_gpu(old_driver(12020, 13000), nullptr),
            "the NVIDIA driver is too old for this build: it supports CUDA 12.2, the program was built with CUDA 13.0; "
            "install driver 580 or newer, or build with an older Toolkit");
  EXPECT_EQ(why_no_gpu(old_driver(11040, 12090), nullptr),  // no Toolkit that is older compiles this
            "the NVIDIA driver is too old for this build: it supports CUDA 11.4, the program was built with CUDA 12.9; "
            "install driver 525 or newer");
  EXPECT_NE(why_no_gpu(old_driver(13000, 14010), nullptr).find("install a driver for CUDA 14.1 or newer"),
            std::string::npos);
}

TEST(WhyNoGpu, NoDriverIsNoOldDriver) {
  EXPECT_EQ(why_no_gpu(old_driver(0, 13000), nullptr), "no NVIDIA driver was found (libcuda.so.1)");
}

TEST(WhyNoGpu, NoDeviceSaysWhatHidesThem) {
  const CudaSaid said{.error = "cudaErrorNoDevice", .text = "no CUDA-capable device is detected", .driver = 13000};
  EXPECT_EQ(why_no_gpu(said, nullptr), "the NVIDIA driver sees no GPU");
  EXPECT_EQ(why_no_gpu(said, "-1"), "the NVIDIA driver shows no GPU (CUDA_VISIBLE_DEVICES is '-1')");
}

TEST(WhyNoGpu, EachMistakeInAnInstallationHasItsRemedy) {
  const auto why = [](const char* error) {
    return why_no_gpu({.error = error, .text = "CUDA's words", .driver = 12020, .runtime = 13000}, nullptr);
  };
  EXPECT_NE(why("cudaErrorStubLibrary").find("stubs"), std::string::npos);
  EXPECT_NE(why("cudaErrorSystemDriverMismatch").find("restart"), std::string::npos);
  EXPECT_NE(why("cudaErrorCompatNotSupportedOnDevice").find("install driver 580"), std::string::npos);
  EXPECT_NE(why("cudaErrorSystemNotReady").find("nvidia-fabricmanager"), std::string::npos);
  EXPECT_EQ(why("cudaErrorOfTomorrow"), "CUDA's words (cudaErrorOfTomorrow)");
}

TEST(WhyNotUsable, ADeviceWithoutCodeHasItsCapabilityThoseOfTheBuildAndWhatToDo) {
  for (const char* error : {"cudaErrorNoKernelImageForDevice", "cudaErrorInvalidDeviceFunction"})
    EXPECT_EQ(why_not_usable({.error = error}, kK80, kArchitectures),
              "compute capability 3.7, this build has 7.5, 8.0, 12.0; build with CUDAARCHS=37, with a Toolkit that "
              "compiles for it");
}

TEST(WhyNotUsable, ADriverThatCannotCompileForADeviceIsSaid) {
  EXPECT_EQ(why_not_usable({.error = "cudaErrorUnsupportedPtxVersion", .driver = 12020, .runtime = 12090},
                           {.major = 10, .minor = 0}, kArchitectures),
            "compute capability 10.0: the driver, for CUDA 12.2, does not compile code of CUDA 12.9 for it; install a "
            "driver for CUDA 12.9 or newer, or build with CUDAARCHS=100");
}

TEST(WhyNotUsable, ABusyDeviceAndOneWithoutMemoryAreSaid) {
  EXPECT_NE(why_not_usable({.error = "cudaErrorDevicesUnavailable"}, kK80, kArchitectures).find("busy"),
            std::string::npos);
  EXPECT_NE(why_not_usable({.error = "cudaErrorMemoryAllocation"}, kK80, kArchitectures).find("memory"),
            std::string::npos);
}

TEST(IsTooOld, MeansOlderThanAllCodeOfTheBuild) {
  EXPECT_TRUE(is_too_old(kK80, kArchitectures));
  EXPECT_TRUE(is_too_old({.major = 7, .minor = 0}, kArchitectures));
  EXPECT_FALSE(is_too_old({.major = 7, .minor = 5}, kArchitectures));
  EXPECT_FALSE(is_too_old({.major = 9, .minor = 0}, kArchitectures));
  EXPECT_FALSE(is_too_old({.major = 13, .minor = 0}, kArchitectures));
}

}}  // namespace vt
