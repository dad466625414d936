#pragma once
#include <cstdint>

/// \file What quantities are about. Results and reports are ordered by it.

namespace vt {

/// The last two are of tallies alone: what happens when, and a response or harm by exposure.
enum class Subject : std::uint32_t {
  other,
  exposure,
  response,
  safety,
  dose,
  adherence,
  time_to_event,
  exposure_response
};
/// How a value of one patient may go as the days pass. Of a condition: constant, comes to hold for good, ceases for
/// good.
enum class InTime : std::uint32_t { varies, constant, never_falls, never_rises };

}  // namespace vt
