#include "host/study/optimise/load_optimiser.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace vt {

namespace {

constexpr const char* kLibrary = "libvtrial_optimise.so";

std::filesystem::path folder_of_plugins() {
  if (const char* named = std::getenv("VTRIAL_PLUGINS"); named != nullptr && *named != '\0') return named;
  std::error_code unknown;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  return (program.parent_path() / ".." / "lib" / "vtrial").lexically_normal();
}

template <class Function>
Function* function_of(void* library, const char* name) {
  return reinterpret_cast<Function*>(dlsym(library, name));
}

}  // namespace

FoundOptimiser find_optimiser() {
  const std::filesystem::path path = folder_of_plugins() / kLibrary;
  std::error_code unreadable;
  if (!std::filesystem::exists(path, unreadable))
    return {{},
            fmt::format("(which needs {}, and {} is not there); install pagmo (Debian's libpagmo-dev) and build again, "
                        "or name the library's folder in VTRIAL_PLUGINS",
                        kLibrary, path.string())};
  void* library = dlopen(std::filesystem::absolute(path).c_str(), RTLD_NOW | RTLD_LOCAL);  // and never closed
  if (library == nullptr)
    return {{},
            fmt::format("(whose library cannot be loaded: {}); install pagmo (Debian's libpagmo8), or build again",
                        dlerror())};
  auto* version = function_of<VtOptimiseVersion>(library, "vtrial_optimise_version");
  auto* software = function_of<VtOptimiseSoftware>(library, "vtrial_optimise_software");
  auto* run = function_of<VtOptimiseRun>(library, "vtrial_optimise");
  if (version == nullptr || software == nullptr || run == nullptr || version() != kVtOptimiseVersion)
    return {{}, fmt::format("(and {} is of another version of vtrial); build both from one source", path.string())};
  return {Optimiser{software(), run}, ""};
}

}  // namespace vt
