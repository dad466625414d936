#pragma once
/// \file The parts of a scenario that a test has no interest in.

namespace vt::test {

/// One compartment with input of first order.
inline constexpr const char* kPlainPk = R"toml([pk]
model = "one_compartment"
absorption = "first_order"
clearance = "10 L/h"
volume = "200 L"
absorption_rate = "1 1/h"
source = "test"
basis = "assumed"
)toml";

/// 100 mg once a day.
inline constexpr const char* kPlainArm = R"toml([[arm]]
name = "a"
regimen = { dose = "100 mg", every = "24 h" }
)toml";

}  // namespace vt::test
