#pragma once
#include "host/formula/formula.hpp"
#include "host/formula/parser.hpp"

namespace vt::formula_text {

/// Instructions, constants, result_slot, needs, defined_slot and constant of a parsed Formula (not its names).
///
/// Whatever does not depend on an observable is computed here, by the machine itself. A Formula that can never have a
/// value, or needs more temporaries or constants than there are, is reported.
CompiledFormula generate(const Tree&, int first_temporary, int slots, Mistakes&);

}  // namespace vt::formula_text
