#pragma once
#include "output/json.hpp"

namespace vt {

/// Puts what stands several times in a schema, but for its description and default, into `definitions` and refers to
/// it.
void share_repeated(Json& schema);

}  // namespace vt
