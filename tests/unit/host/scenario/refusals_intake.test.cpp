// Every mistake that is recognised in adherence and comedications, one by one.
#include "tests/unit/host/scenario/refusal.hpp"

namespace vt { namespace {

class IntakeMistake : public testing::TestWithParam<Refusal> {};

TEST_P(IntakeMistake, IsReportedAtItsPlace) { expect_refused(GetParam()); }

const Refusal kIntake[] = {
    {"model = \"bernoulli\"\ntaken", "model = «»\"bernouli\"\ntaken", "did you mean 'bernoulli'?"},
    {"model = \"bernoulli\"\ntaken = { once_daily", "model = \"perfect\"\ntaken = «»{ once_daily",
     "adherence.taken belongs to model = \"bernoulli\""},
    {"once_daily = 0.95", "once_daily = «»95", "adherence.taken.once_daily is 95 (allowed: 0 to 1)"},
    {"once_daily = 0.95", "«»once_dayly = 0.95", "did you mean 'once_daily'?"},
    {"once_daily = \"90 min\"", "once_daily = «»1.5", "write \"1.5 h\""},
    {"[adherence]\nmodel = \"bernoulli\"\n", "«»[adherence]\n", "adherence has no model"},
    {"model = \"bernoulli\"\ntaken = ", "model = \"markov\"\nmiss_after_miss = 0.3\ntaken = «»",
     "adherence.taken is by schedule"},
    {"model = \"bernoulli\"\n", "model = \"bernoulli\"\nmiss_after_miss = «»0.3\n",
     "belongs to model = \"markov\" or \"three_state\""},
    {"[adherence]\nmodel = \"bernoulli\"\n", "«»[adherence]\nmodel = \"three_state\"\n",
     "has no holiday_share (model \"three_state\" needs it)"},
    {"taken = { once_daily = 0.95, twice_daily = \"90 %\", three_times_daily = 0.85 }",
     "taken = 0.9\ndecline = «»\"2 day\"", "is a time in day"},
    {"taken = { once_daily = 0.95, twice_daily = \"90 %\", three_times_daily = 0.85 }", "taken = { value = «»1.5 }",
     "adherence.taken.value is 1.5 (allowed: 0 to 1)"},
    {"[[interaction]]\nperpetrator = \"rifampicin\"", "«»[[interaction]]", "interaction[1] has no perpetrator"},
    {"fraction = \"10 %\"", "fraction = «»\"110 %\"", "interaction.rifampicin.fraction is 1.1 (allowed: 0 to 1)"},
    {"start = \"month 2\"\nstop = \"month 4\"", "start = \"month 2\"\nstop = «»\"day 61\"",
     "is day 61 (it must lie after the start, day 61)"},
    {"start = \"month 2\"", "start = «»\"2 month\"", "write \"month 2\""},
    {"stop = \"month 4\"", "stop = \"month 4\"\ncourse = «»\"3 day\"", "stands without every"},
    {"stop = \"month 4\"", "stop = \"month 4\"\nevery = \"5 day\"\ncourse = «»\"6 day\"",
     "is 6 day (at most the interval, 5 day)"},
    {"start = \"month 2\"", "start = { formula = «»\"30 + 10*male\" }", "has no unit beside it"},
    {"clearance_ratio = 1.89", "clearance_ratio = «»0", "is 0 (allowed: 1e-06 to 1000)"},
    {"liver_half_life = \"2 day\"", "liver_half_life = «»\"2 mL\"", "is a volume in mL (a time in h is expected)"},
    {"gut_half_life = \"24 h\"", "«»gut_halflife = \"24 h\"", "did you mean 'gut_half_life'?"},
};

INSTANTIATE_TEST_SUITE_P(Intake, IntakeMistake, testing::ValuesIn(kIntake));

}  // namespace
}  // namespace vt
