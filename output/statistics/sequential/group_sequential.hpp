#pragma once
/// \file Trials that are tested several times: bounds of the test statistic, chances to stop, power, information. Z at
/// information fraction t is normal with mean drift·√t and variance 1 (`SequentialDensity`); the drift is its mean at
/// t = 1, 0 under the hypothesis that is tested. Jennison & Turnbull 2000, Group Sequential Methods.
///
/// All that is spent is of one side: a two-sided test of level 0.05 spends 0.025 on either side. Fractions ascend, by
/// at least 1e-6, and may be above 1. Errors: std::invalid_argument.

#include <span>
#include <vector>

namespace vt {

enum class Sides { one, two };

/// At each look the trial stops where Z ≥ upper or Z ≤ lower. [look]; infinite where it cannot stop. Of a two-sided
/// test `lower` is −`upper` and rejects as well; otherwise it stops for futility.
struct SequentialBounds {
  std::vector<double> fraction, lower, upper;
};

/// Bounds that spend an error. A look's bound depends on it and on looks before it alone: a trial that chooses its
/// looks as it goes asks again with one look more, and the earlier bounds come out the same, bit for bit. Error of a
/// bound below 1e-8 where at least 1e-15 is spent at it. \param spent [look] cumulative, of one side, never falling
SequentialBounds efficacy_bounds(std::span<const double> fraction, std::span<const double> spent, Sides);

/// Whether the error alpha counts on the trial's stopping at the lower bound (then it must).
enum class Futility { binding, non_binding };

/// One-sided, with a lower bound that spends beta at a drift. It is never above the upper bound, and is that where beta
/// allows it. A look depends on those before alone, as above. \param alpha_spent, beta_spent [look] cumulative
SequentialBounds futility_bounds(std::span<const double> fraction, std::span<const double> alpha_spent,
                                 std::span<const double> beta_spent, double drift, Futility);

/// The drift at which these bounds meet at the last look, all of beta being spent: the power is 1 − beta there.
double drift_of_spending(std::span<const double> fraction, std::span<const double> alpha_spent,
                         std::span<const double> beta_spent, Futility);

/// Bounds c·(t/t_last)^(shape − ½), where c, the last of them, makes the error of one side alpha. Wang & Tsiatis 1987,
/// Biometrics 43:193.
SequentialBounds wang_tsiatis_bounds(std::span<const double> fraction, double shape, double alpha, Sides);
inline constexpr double kPocockShape = 0.5;       ///< the same at each look; Pocock 1977, Biometrika 64:191
inline constexpr double kOBrienFlemingShape = 0;  ///< of B, the same at each look; 1979, Biometrics 35:549

/// `early` at each look but the last, whose bound makes the error of one side alpha. Haybittle 1971, Br J Radiol
/// 44:793; Peto et al. 1976, Br J Cancer 34:585.
SequentialBounds haybittle_peto_bounds(std::span<const double> fraction, double early, double alpha, Sides);

/// The chances to stop at each look. [look]
struct ExitChances {
  std::vector<double> above, below;
};
ExitChances exit_chances(const SequentialBounds&, double drift);

/// The chance to cross the upper bound at any look.
double chance_above(const SequentialBounds&, double drift);

/// The mean information fraction at which the trial stops, the last look's where it does not.
double expected_fraction(const SequentialBounds&, double drift);

/// The drift at which the chance to cross the upper bound is `power`; NaN where no drift up to 64 has it. Its square
/// over that of fixed_drift is the inflation factor of the information.
double drift_for_power(const SequentialBounds&, double power);

/// Of a test with a single look: z(alpha) + z(1 − power).
double fixed_drift(double alpha, double power);

}  // namespace vt
