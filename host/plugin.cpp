#include "host/plugin.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace vt {

namespace {

std::filesystem::path folder_of_plugins() {
  if (const char* named = std::getenv("VTRIAL_PLUGINS"); named != nullptr && *named != '\0') return named;
  std::error_code unknown;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  return (program.parent_path() / ".." / "lib" / "vtrial").lexically_normal();
}

}  // namespace

void* Plugin::find(const char* name) const { return library == nullptr ? nullptr : dlsym(library, name); }

Plugin open_plugin(const std::string& file, bool shares_names) {
  const std::filesystem::path path = folder_of_plugins() / file;
  Plugin plugin;
  plugin.path = path.string();
  std::error_code unreadable;
  if (!std::filesystem::exists(path, unreadable)) return plugin;
  plugin.library =
      dlopen(std::filesystem::absolute(path).c_str(), RTLD_NOW | (shares_names ? RTLD_GLOBAL : RTLD_LOCAL));
  if (plugin.library == nullptr) plugin.flaw = dlerror();
  return plugin;
}

}  // namespace vt
