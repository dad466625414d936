#pragma once
/// \file How much of an error a trial may have spent by an information fraction t: Lan & DeMets 1983, Biometrika
/// 70:659. `alpha` is the error of one side, 0 < alpha < 1. A two-sided test of level 0.05 spends 0.025 on either side.
/// The functions rise from 0 at t ≤ 0 to alpha at t ≥ 1 and serve for beta as well.

#include <span>
#include <string_view>
#include <vector>

#include "kernels/vocabulary/named.hpp"

namespace vt {

/// 2 − 2Φ(z(alpha/2)/√t).
double spent_obrien_fleming(double alpha, double parameter, double t);

/// alpha · ln(1 + (e − 1)t).
double spent_pocock(double alpha, double parameter, double t);

/// alpha · t^parameter, parameter > 0. Kim & DeMets 1987, Biometrika 74:149.
double spent_kim_demets(double alpha, double parameter, double t);

/// alpha · (1 − e^(−parameter·t))/(1 − e^(−parameter)), any parameter; alpha · t at 0. Hwang, Shih & DeCani 1990, Stat
/// Med 9:1439.
double spent_hwang_shih_decani(double alpha, double parameter, double t);

struct Spending {
  enum class Kind { obrien_fleming, pocock, kim_demets, hwang_shih_decani } kind;
  double parameter = 0;
};

struct SpendingEntry {
  Spending::Kind kind;
  std::string_view name;
  std::string_view meaning;
  double (*spent)(double alpha, double parameter, double t);
  double low = 0, high = 0;  ///< its parameter lies between, ends excluded; none where they are the same
  bool takes_parameter() const { return high > low; }
};
inline constexpr SpendingEntry kSpending[] = {
    {.kind = Spending::Kind::obrien_fleming,
     .name = "obrien_fleming",
     .meaning = "little at first: bounds near those of O'Brien and Fleming",
     .spent = spent_obrien_fleming},
    {.kind = Spending::Kind::pocock,
     .name = "pocock",
     .meaning = "nearly even: bounds near those of Pocock",
     .spent = spent_pocock},
    {.kind = Spending::Kind::kim_demets,
     .name = "kim_demets",
     .meaning = "a power of the information fraction; 1 is even, 3 is near O'Brien and Fleming",
     .spent = spent_kim_demets,
     .low = 0,
     .high = 1000},
    {.kind = Spending::Kind::hwang_shih_decani,
     .name = "hwang_shih_decani",
     .meaning = "exponential in the information fraction; 1 is near Pocock, −4 near O'Brien and Fleming",
     .spent = spent_hwang_shih_decani,
     .low = -40,
     .high = 40},
};

/// Spent by t. \throws std::invalid_argument unless 0 < alpha < 1, t is a number and the parameter is in its domain
double spent(const Spending&, double alpha, double t);

/// Spent by each of the fractions.
std::vector<double> spent(const Spending&, double alpha, std::span<const double> fractions);

}  // namespace vt
