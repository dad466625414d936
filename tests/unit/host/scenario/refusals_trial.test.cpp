// Every mistake that is recognised in [trial] and in arms, one by one.
#include "tests/unit/host/scenario/refusal.hpp"

namespace vt { namespace {

class TrialMistake : public testing::TestWithParam<Refusal> {};

TEST_P(TrialMistake, IsReportedAtItsPlace) { expect_refused(GetParam()); }

const Refusal kTrial[] = {
    {"title = \"A sample\"", "title = «»3", "title is a whole number (text is expected)"},
    {"title = \"A sample\"", "title = «»\"\"", "title is empty"},
    {"title = \"A sample\"", "title = «»2020-01-01", "title is a date"},
    {"title = \"A sample\"", "«»titel = \"x\"", "unknown key 'titel'; did you mean 'title'?"},
    {"[trial]\nseed", "[«»trail]\nseed", "unknown key 'trail'; did you mean 'trial'?"},
    {"seed = 7", "seed = «»-1", "trial.seed is -1 (allowed: 0 to 9223372036854775807)"},
    {"seed = 7", "seed = «»true", "trial.seed is true or false (a whole number"},
    {"patients = 1_000", "patients = «»0", "trial.patients is 0 (allowed: 1 to"},
    {"patients = 1_000", "patients = «»1.5", "trial.patients is 1.5 (a whole number"},
    {"patients = 1_000", "patients = «»nan", "trial.patients is nan (a whole number"},
    {"patients = 1_000", "patients = «»1e300", "trial.patients is 1e+300 (a whole number"},
    {"patients = 1_000", "patients = «»\"many\"", "trial.patients is text (a whole number"},
    {"patients = 1_000", "«»pateints = 1", "unknown key 'trial.pateints'; did you mean 'patients'?"},
    {"[trial]\nseed = 7\npatients = 1_000", "«»[trial]\nseed = 7", "trial has no patients"},
    {"replicates = 2", "replicates = «»0", "trial.replicates is 0"},
    {"duration = \"12 month\"", "duration = «»365",
     "365 without a unit (a time in day is expected); write \"365 day\""},
    {"duration = \"12 month\"", "duration = «»\"12 moth\"",
     "'moth' is not a known unit (a quantity in day is expected); did you mean 'month'?"},
    {"duration = \"12 month\"", "duration = «»\"12\"", "'12' has no unit (a quantity in day is expected)"},
    {"duration = \"12 month\"", "duration = «»\"12 mg\"", "trial.duration is a mass in mg (a time in day is expected)"},
    {"duration = \"12 month\"", "duration = «»\"month 12\"", "a point in time (a duration is expected)"},
    {"duration = \"12 month\"", "duration = «»\"0 day\"", "trial.duration is 0 day (allowed: 1 to 36525 day)"},
    {"duration = \"12 month\"", "duration = «»\"2000 year\"", "(allowed: 1 to 36525 day)"},
    {"start = \"day -8\"", "start = «»\"day 8\"", "trial.start is day 8"},
    {"start = \"day -8\"", "start = «»\"-8 day\"", "write \"day -8\""},
    {"start = \"day -8\"", "start = «»-8", "trial.start is a whole number (a time of the trial is expected)"},
    {"allocation = \"randomised\"", "allocation = «»\"randomized\"", "did you mean 'randomised'?"},
    {"block = 6", "block = «»4", "trial.block is 4 (a block is a multiple of the sum of the shares, 3)"},
    {"block = 6", "block = «»66", "trial.block is 66 (allowed: 1 to 64)"},
    {"missed_visit = 0.06", "missed_visit = «»1.5", "trial.missed_visit is 1.5 (allowed: 0 to 1)"},
    {"missed_visit = 0.06", "missed_visit = «»\"6 mg\"",
     "trial.missed_visit is a mass in mg (a plain number without unit"},
    {"source = \"made up\"", "source = «»7", "trial.source is a whole number"},
};

const Refusal kArms[] = {
    {"[[arm]]\nname = \"400 mg QD\"\nshare = 1", "«»[[arm]]\nshare = 1", "arm[1] has no name"},
    {"[[arm]]\nname = \"400 mg QD\"", "«»[[arm]]\nname = 3", "arm[1] has no name"},
    {"[[arm]]\nname = \"400 mg BID\"", "«»[[arm]]\nname = \"400 mg QD\"",
     "arm '400 mg QD' stands twice in this file (first in line"},
    {"share = 2", "share = «»0", "arm.'400 mg BID'.share is 0 (allowed: 1 to 64)"},
    {"[[arm]]\nname = \"400 mg BID\"\nshare = 2", "«»[[arm]]\nname = \"400 mg BID\"\nshare = 64",
     "the shares of the arms sum to 65"},
    {"share = 2", "«»shaer = 2", "unknown key 'arm.'400 mg BID'.shaer'; did you mean 'share'?"},
    {"dose = \"400 mg\", every = \"1 day\"", "dose = «»400, every = \"1 day\"",
     "400 without a unit (a mass in mg is expected); write \"400 mg\""},
    {"dose = \"400 mg\", every = \"1 day\"", "dose = «»\"400 L\", every = \"1 day\"",
     "is a volume in L (a mass in mg is expected)"},
    {"dose = \"400 mg\", every = \"1 day\"", "dose = «»\"0 mg\", every = \"1 day\"", "is 0 mg (allowed: above 0"},
    {"dose = \"400 mg\", every = \"1 day\"", "dose = \"400 mg\", every = «»\"6 h\"",
     "is 6 h (doses are taken every 24, 12 or 8 h)"},
    {"dose = \"400 mg\", every = \"1 day\"", "dose = \"400 mg\", every = \"24 h\", «»unti = 1",
     "unknown key 'arm.'400 mg QD'.regimen.unti'"},
    {"{ dose = \"400 mg\", every = \"1 day\" }", "«»{ dose = \"400 mg\" }", "regimen has no every"},
    {"{ dose = \"400 mg\", every = \"1 day\" }", "«»{ every = \"24 h\" }", "regimen has no dose"},
    {"{ dose = \"400 mg\", every = \"1 day\" }", "«»\"400 mg\"",
     "regimen is text (a regimen is a dose and an interval)"},
    {"[[arm]]\nname = \"400 mg BID\"\nshare = 2\nregimen", "«»[[arm]]\nname = \"400 mg BID\"\nshare = 2\nregime",
     "has no regimen"},
    {"ladder = \"down\"", "ladder = «»\"dwon\"",
     "names the unknown ladder 'dwon' (there are: down); did you mean 'down'?"},
    {"rules = [\"cytopenia\", \"reduce\"]", "rules = [\"cytopenia\", «»\"reduct\"]",
     "names the unknown rule 'reduct' (there are: cytopenia, reduce); did you mean 'reduce'?"},
    {"rules = [\"cytopenia\", \"reduce\"]", "rules = [\"cytopenia\", «»\"cytopenia\"]", "names 'cytopenia' again"},
    {"rules = [\"cytopenia\", \"reduce\"]", "rules = [\"cytopenia\", «»3]",
     "arm.'400 mg QD'.rules[2] is a whole number"},
    {"rules = [\"cytopenia\"]", "rules = [«»\"reduce\"]", "which does 'step down' (but the arm has no ladder"},
    {"discontinuation = \"0.123 1/year\"", "discontinuation = «»0.123", "write \"0.123 1/year\""},
    {"discontinuation = \"0.123 1/year\"", "discontinuation = «»\"-1 1/year\"",
     "is -1 1/year (allowed: 0 to 1000 1/year)"},
    {"discontinuation = \"0.123 1/year\"", "remove = «»3", "arm.'400 mg QD'.remove is not true"},
    {"{ dose = \"0.2 g\", every = \"12 h\" }", "«»{ dose = \"150 mg\", every = \"12 h\" }",
     "steps[2] is 300 mg a day after 300 mg a day (the steps of a ladder ascend)"},
    {"steps = [{ dose = \"300 mg\", every = \"24 h\" }, { dose = \"0.2 g\", every = \"12 h\" }]", "steps = «»[]",
     "is an empty list (one regimen or more"},
};

INSTANTIATE_TEST_SUITE_P(Trial, TrialMistake, testing::ValuesIn(kTrial));
INSTANTIATE_TEST_SUITE_P(Arms, TrialMistake, testing::ValuesIn(kArms));

}  // namespace
}  // namespace vt
