#pragma once
#include <string>

namespace vt {

/// A library of ours that is loaded while the program runs, and never closed. It is in the folder that VTRIAL_PLUGINS
/// names, else in ../lib/vtrial beside the program.
struct Plugin {
  void* library = nullptr;  ///< null: it is not there, or cannot be loaded
  std::string path;
  std::string flaw;  ///< why it cannot be loaded; "" where there is no such file

  void* find(const char* name) const;  ///< null: it has no such function
  template <class Function>
  Function* function(const char* name) const {
    return reinterpret_cast<Function*>(find(name));
  }
};

/// \param shares_names  with libraries that it loads itself
Plugin open_plugin(const std::string& file, bool shares_names = false);

}  // namespace vt
