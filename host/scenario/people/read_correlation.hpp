#pragma once
#include <string_view>
#include <vector>

#include "host/scenario/people/correlation.hpp"
#include "host/scenario/toml/table_reader.hpp"

namespace vt {

/// What is correlated, in the order of first mention, and how.
struct ReadCorrelations {
  std::vector<Text> names;
  Matrix matrix;  ///< symmetric with unit diagonal, in the order of names; empty where it could not be read
  Field written;  ///< pairs, or matrix
};

/// `pairs`, or `names` with a `matrix`. Whether there is what has the names is not looked at.
/// \param what  is correlated, in messages: "covariate"
ReadCorrelations read_correlations(TableReader& reader, std::string_view what);

}  // namespace vt
