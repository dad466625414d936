#pragma once
/// \file How a trial is conducted: who enters when, when it is looked at, and what is done then. What becomes of a
/// patient in each arm does not depend on it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/problems.hpp"
#include "kernels/vocabulary/named.hpp"
#include "output/statistics/sequential/spending.hpp"

namespace vt {

/// When patients enter.
enum class AccrualProcess { at_once, even, poisson };

/// Which arms may stop before the others.
enum class Dropping { none, by_power, worst };

/// Who decides the arm of the next patient: the trial's blocks, or what is known of the arms.
enum class Allocation { blocks, thall_wathen };

/// More patients where the result is promising (Mehta and Pocock, Stat Med 2011;30:3267).
struct ReEstimation {
  std::size_t look = 0;    ///< after which, from 0
  double from = 0.3;       ///< conditional power of the zone's lower end
  double power = 0.9;      ///< that is wanted
  std::uint64_t most = 0;  ///< patients, or events of times
};

struct TrialDesign {
  std::string name;
  std::string curve;             ///< of designs that differ in their size alone: their name; else ""
  std::string analysis;          ///< of the scenario
  bool fewer_is_better = false;  ///< events: of times; a response is better when there is more of it
  double margin = 0;             ///< of shares: how much worse is not inferior
  std::uint64_t patients = 0;    ///< who enter
  std::uint64_t events = 0;      ///< of times: at the last look; 0: when everybody has been followed to the end
  double alpha = 0.05;
  int sides = 2;
  bool adjusts = true;                 ///< alpha is shared by the comparisons with the first arm
  std::vector<double> looks = {1.0};   ///< shares of the information
  std::optional<Spending> spending;    ///< none: nothing is rejected before the last look
  std::optional<double> futile_below;  ///< conditional power
  Dropping dropping = Dropping::none;
  double drop_below = 0;  ///< conditional power
  Allocation allocation = Allocation::blocks;
  std::uint64_t burn_in = 0, every = 1;  ///< patients: allocated by blocks; between updates
  std::optional<ReEstimation> re_estimation;
  AccrualProcess accrual = AccrualProcess::at_once;
  double patients_per_day = 0;
  std::int32_t known_after = 0;  ///< days from entry on which a response is known
  std::optional<double> wanted_power;
  Position where;
};

/// A published count of events in an arm, to be held against the replicates.
struct ObservedSpec {
  std::string name, design, arm;
  std::int64_t events = 0, patients = 0;
  Position where;
};

}  // namespace vt
