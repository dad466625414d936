#pragma once
#include <cstdint>
#include <iterator>
#include <string_view>

/// \file Where values lie.

namespace vt {

/// Both ends included.
struct Domain {
  double low, high;
};

inline constexpr Domain kAnything{-1e300, 1e300}, kFromZero{0, 1e300}, kShare{0, 1}, kPercent{0, 100}, kHours{0, 24},
    kGrade{0, 4};
// Of counts: what a living patient can have, so that a constant in another unit is seen.
inline constexpr Domain kNeutrophils{0, 500}, kWhiteCells{0, 10'000}, kPlatelets{0, 10'000}, kHaemoglobin{0, 30};

// Over which quantile groups are formed where the scenario says nothing else: powers of 2, from above 0.
inline constexpr Domain kUsual{0x1p-2, 0x1p+17}, kUsualLoad{0x1p-24, 0x1p+10}, kUsualCount{0x1p-8, 0x1p+14},
    kUsualPercent{0x1p-10, 0x1p+7}, kUsualShare{0x1p-24, 1}, kUsualRatio{0x1p-12, 0x1p+12};

}  // namespace vt
