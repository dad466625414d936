#pragma once
#include "kernels/course/course.hpp"
#include "kernels/lanes.hpp"

/// \file Another drug that is taken instead of the first one: at steady state from the day of the switch on, and told
/// by how much of the first drug would act as strongly.

namespace vt { inline namespace VT_ISA {

VT_HD double on_disease(const Scalar& first_drug) { return first_drug.x; }
VT_HD double on_mutant(const Scalar& first_drug) { return first_drug.x; }
VT_HD double on_blood(const Scalar& first_drug) { return first_drug.x; }
VT_HD double on_disease(const Exposures& both) { return both.on_disease; }
VT_HD double on_mutant(const Exposures& both) { return both.on_mutant; }
VT_HD double on_blood(const Exposures& both) { return both.on_blood; }

}}  // namespace vt
