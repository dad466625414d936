#pragma once
#include <string>

namespace vt::report {

/// The style sheet of pages: for screens from 320 px on, light and dark, and for paper.
std::string page_style();

}  // namespace vt::report
