#pragma once
#include <vector>

#include "output/qualification/certificate.hpp"
#include "output/report/figures.hpp"

namespace vt::report {

/// A line for each row: what was accepted as a band, the published value in it, what was simulated with its error, and
/// where 95 % of studies of that size would lie. Each line has its own scale, on which the bands lie below each other.
Figure forest_of(const std::string& title, const std::vector<const CertifiedRow*>& rows, std::size_t id);

}  // namespace vt::report
