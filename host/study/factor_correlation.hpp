#pragma once
#include <vector>

#include "host/scenario/toml/table_reader.hpp"
#include "host/study/points.hpp"

namespace vt {

/// [study.correlation] of a study whose factors and design were read. Mistakes go to the field's problems.
FactorCorrelation read_factor_correlation(const Field& field, const StudySpec& study);

/// Every two factors that are correlated, with what the design made of it.
std::vector<StudyCorrelation> correlations_of(const StudySpec& study, const Design& design);

}  // namespace vt
