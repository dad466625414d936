#include "host/study/optimise/load_optimiser.hpp"

#include <fmt/format.h>

#include "host/plugin.hpp"

namespace vt {

FoundOptimiser find_optimiser() {
  const char* const file = "libvtrial_optimise.so";
  const Plugin plugin = open_plugin(file);
  if (plugin.library == nullptr && plugin.flaw.empty())
    return {{},
            fmt::format(
                "(which needs {}, and {} is not there); install pagmo (Debian's libpagmo-dev) and build again, "
                "or name the library's folder in VTRIAL_PLUGINS; scipy does the same job with vtrial.objective of the "
                "Python package",
                file, plugin.path)};
  if (plugin.library == nullptr)
    return {{},
            fmt::format("(whose library cannot be loaded: {}); install pagmo (Debian's libpagmo8), or build again",
                        plugin.flaw)};
  auto* version = plugin.function<VtOptimiseVersion>("vtrial_optimise_version");
  auto* software = plugin.function<VtOptimiseSoftware>("vtrial_optimise_software");
  auto* run = plugin.function<VtOptimiseRun>("vtrial_optimise");
  if (version == nullptr || software == nullptr || run == nullptr || version() != kVtOptimiseVersion)
    return {{}, fmt::format("(and {} is of another version of vtrial); build both from one source", plugin.path)};
  return {Optimiser{software(), run}, ""};
}

}  // namespace vt
