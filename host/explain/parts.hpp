#pragma once
#include <string>

#include "host/plan/build_plan.hpp"
#include "host/scenario/scenario.hpp"

/// \file The parts of `explain`, each a block of indented lines; "" where a scenario has nothing of the kind.

namespace vt::words {

// explain_trial.cpp
std::string trial(const Scenario&);
std::string arms(const Scenario&);
std::string visits(const Scenario&);
std::string rules(const Scenario&);
std::string events(const Scenario&);
std::string tallies(const Scenario&);

// explain_patients.cpp
std::string record(const Scenario&);
std::string analyses(const Scenario&);

// explain_models.cpp
std::string population(const Scenario&);
std::string adherence(const Scenario&);
std::string interactions(const Scenario&);
std::string models(const Scenario&);

}  // namespace vt::words
