/// \file Mistakes in what [pk] says of a metabolite and of steps.
#include "tests/unit/host/scenario/refusal.hpp"

namespace vt { namespace {

class MetaboliteMistake : public testing::TestWithParam<Refusal> {};

TEST_P(MetaboliteMistake, IsReportedAtItsPlace) { expect_refused(GetParam()); }

const Refusal kMetabolites[] = {
    {"[pk]\nmodel", "«»[pk]\nmetabolite_clearance = \"50 L/h\"\nmodel",
     "pk has no metabolite_volume (a metabolite needs it)"},
    {"[pk]\nmodel", "[pk]\nmetabolite_clearance_step = «»{ factor = 0.5, from = \"day 3\" }\nmodel",
     "pk.metabolite_clearance_step belongs to a metabolite (this model has none)"},
    {"[pk]\nmodel", "[pk]\nmetabolite_peripheral_volume = «»\"50 L\"\nmodel",
     "pk.metabolite_peripheral_volume belongs to a metabolite (this model has none)"},
    {"[pk]\nmodel",
     "«»[pk]\nmetabolite_clearance = \"50 L/h\"\nmetabolite_volume = \"9 L\"\nmetabolite_peripheral_volume = \"50 "
     "L\"\nmodel",
     "pk has no metabolite_intercompartmental_clearance (a metabolite in two compartments needs it)"},
    {"[pk]\nmodel", "[pk]\ngut_extraction = «»0.3\nmodel",
     "pk.gut_extraction belongs to a metabolite (this model has none)"},
    {"[pk]\nmodel",
     "«»[pk]\nmetabolite_clearance = \"50 L/h\"\nmetabolite_volume = \"9 L\"\ngut_extraction = 0.3\nmodel",
     "pk has no gut_metabolite (a metabolite that the gut wall forms needs it)"},
    {"[pk]\nmodel", "[pk]\nvolume_step = «»{ from = \"day 3\" }\nmodel",
     "pk.volume_step has no factor (from that day on the value is multiplied by the factor)"},
    {"[pk]\nmodel", "[pk]\nclearance_step = { factor = «»0, from = \"day 3\" }\nmodel",
     "pk.clearance_step.factor is 0"},
};

INSTANTIATE_TEST_SUITE_P(Pharmacokinetics, MetaboliteMistake, testing::ValuesIn(kMetabolites));

}  // namespace
}  // namespace vt
