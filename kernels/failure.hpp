#pragma once
#include "kernels/numerics/real.hpp"
#include "kernels/plan.hpp"

/// \file A failure as one number, 0 for none: the reason in its lowest byte, above it the place.

namespace vt { inline namespace VT_ISA {

VT_HD std::uint32_t failed(Failure why, std::uint32_t place) { return static_cast<std::uint32_t>(why) | place << 8; }
VT_HD std::uint32_t failed(Failure why, Trait trait) { return failed(why, static_cast<std::uint32_t>(trait)); }
VT_HD Failure reason_of(std::uint64_t failure) { return static_cast<Failure>(failure & 0xff); }
VT_HD std::uint32_t place_of(std::uint64_t failure) { return static_cast<std::uint32_t>(failure >> 8); }

}}  // namespace vt
