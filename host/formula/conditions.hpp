#pragma once
#include "host/formula/parser.hpp"

namespace vt::formula_text {

/// The names in conditions of a formula, in the order of the tree.
std::vector<NameInCondition> names_in_conditions(const Tree&);

/// What is certain where a formula holds.
Implied names_implied_by(const Tree&);

}  // namespace vt::formula_text
