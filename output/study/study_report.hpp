#pragma once
#include <string>

#include "output/study/study.hpp"

namespace vt {

/// A study as one HTML page that needs nothing else, like write_report's of a trial: what was asked, goals against
/// each other, endpoints over the factors, sensitivity, points, provenance. \throws IoError
void write_study_report(const std::string& path, const Study&);

/// The page itself.
std::string study_report_html(const Study&);

}  // namespace vt
