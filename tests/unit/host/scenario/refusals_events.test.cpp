// Every mistake that is recognised in events, one by one.
#include "tests/unit/host/scenario/refusal.hpp"

namespace vt { namespace {

class EventMistake : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(EventMistake, IsReportedAtItsPlace) {
  const std::string rule = "[[rule]]\nname = \"cytopenia\"";
  expect_refused({rule, GetParam().first + "\n" + rule, GetParam().second});
}

const std::string kSourced = "source = \"a\"\nbasis = \"assumed\"\n";

const std::pair<std::string, std::string> kEvents[] = {
    {"«»[[event]]\nname = \"death\"\n", "event.death has neither hazard nor when"},
    {"«»[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\nhazard = \"1 1/year\"\n" + kSourced,
     "has a hazard and a condition"},
    {"«»[[event]]\nname = \"death\"\nhazard = \"1 1/year\"\n", "event.death has no source and basis"},
    {"[[event]]\nname = «»\"sudden death\"\nwhen = \"1 > 0\"\n", "formulas use this name"},
    {"[[event]]\nname = \"death\"\nhazard = «»\"-1 1/year\"\n" + kSourced, "event.death.hazard is -0.0027"},
    {"[[event]]\nname = \"death\"\nhazard = \"0.1 1/year\"\nper = «»\"year\"\n" + kSourced,
     "stands without a rate that is a formula"},
    {"[[event]]\nname = \"death\"\nhazard = \"0.1*1\"\nper = «»\"decade\"\n" + kSourced, "is 'decade' (not one of"},
    {"[[event]]\nname = \"death\"\nhazard = \"0.1*1\"\nat = «»\"trough\"\n" + kSourced, "belongs to a condition"},
    {"[[event]]\nname = \"death\"\nhazard = \"0.1*1\"\nconfirm = «»2\n" + kSourced, "belongs to a condition"},
    {"[[event]]\nname = \"death\"\nhazard = \"0.1*1\"\ndated = «»\"first\"\n" + kSourced, "belongs to a condition"},
    {"[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\ndated = «»\"first\"\n",
     "event.death.dated is 'first' (of how many looks? a condition that is not confirmed is found at once); write"},
    {"[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\nconfirm = 2\nfatal = true\ndated = «»\"first\"\n",
     "is 'first' (the dead are not looked at again)"},
    {"[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\nconfirm = 2\ndated = «»\"frist\"\n", "is 'frist' (not one of"},
    {"[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\nat = \"trough\"\nevery = «»\"7 day\"\n", "stands beside at"},
    {"[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\nevery = «»\"0 day\"\n", "(allowed: 1 to"},
    {"[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\nat = «»\"nowhere\"\n", "names the unknown visit 'nowhere'"},
    {"[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\nfrom = «»\"day -9\"\n",
     "is day -9 (the trial goes from day -8 to day 365); choose a day of it"},
    {"[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\nfrom = «»\"month 13\"\n", "is day 396 (the trial goes from"},
    {"[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\nfrom = «»-3\n", "a time of the trial is expected"},
    {"[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\nafter = «»\"death\"\n",
     "names the unknown event above it 'death'"},
    {"[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\nfatal = «»\"yes\"\n", "event.death.fatal is not true or false"},
    {"[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\nsevere = «»2\n", "is 2 (allowed: 0 to 1)"},
    {"[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\nduration = «»{ sd_log = 1 }\n", "has no median"},
    {"[[event]]\nname = \"rash\"\nwhen = \"1 > 0\"\ngrades = «»[0.5, 0.4]\n", "are not four shares that add up to 1"},
    {"[[event]]\nname = \"rash\"\nwhen = \"1 > 0\"\ngrades = «»[0.5, 0.4, 0.1, 0.1]\n",
     "are not four shares that add up to 1"},
    {"[[event]]\nname = \"rash\"\nwhen = \"1 > 0\"\nsevere = 0.1\ngrades = «»[0.5, 0.4, 0.1, 0]\n",
     "stands beside severe"},
    {"[[event]]\nname = \"rash\"\nwhen = \"1 > 0\"\nrecurrence = «»{ probability = 0.4, mean_delay = \"30 day\" }\n",
     "belongs to a hazard"},
    {"[[event]]\nname = \"rash\"\nhazard = \"1 1/year\"\nrecurrence = «»0.4\n" + kSourced, "is no table"},
    {"[[event]]\nname = \"rash\"\nhazard = \"1 1/year\"\nrecurrence = «»{ probability = 0.4 }\n" + kSourced,
     "has no mean_delay"},
    {"[[event]]\nname = \"rash\"\nhazard = \"1 1/year\"\nfatal = true\nrecurrence = «»{ probability = 0.4, mean_delay "
     "= "
     "\"30 day\" }\n" +
         kSourced,
     "belongs to an event after which the treatment goes on"},
    {"[[event]]\nname = \"rash\"\nhazard = \"1 1/year\"\nrecurrence = { hazard = \"1 1/year\", probability = «»0.4 "
     "}\n" +
         kSourced,
     "stands beside hazard"},
    {"[[event]]\nname = \"rash\"\nhazard = \"1 1/year\"\nrecurrence = { hazard = \"1 1/year\", mean_delay = «»\"3 "
     "day\" }\n" +
         kSourced,
     "stands beside hazard"},
    {"[[event]]\nname = \"rash\"\nhazard = \"1 1/year\"\nrecurrence = { hazard = «»\"-1 1/year\" }\n" + kSourced,
     "recurrence.hazard is -0.0027"},
    {"[[event]]\nname = \"rash\"\nhazard = \"1 1/year\"\nrecovery = \"0.1 1/day\"\nduration = «»\"3 day\"\n" + kSourced,
     "stands beside recovery"},
    {"[[event]]\nname = \"rash\"\nwhen = \"1 > 0\"\nrecovery = «»\"0.1 1/day\"\n", "belongs to a hazard"},
    {"[[event]]\nname = \"rash\"\nhazard = \"1 1/year\"\nends_treatment = true\neasing = «»\"0.1 1/day\"\n" + kSourced,
     "belongs to an event after which the treatment goes on"},
    {"[[event]]\nname = \"rash\"\nhazard = \"1 1/year\"\nworsening = «»\"-0.1 1/day\"\n" + kSourced,
     "event.rash.worsening is -0.1"},
    {"[[event]]\nname = \"rash\"\nhazard = \"1 1/year\"\neasing = «»\"0.1 day\"\n" + kSourced, "1/day"},
    {"[[event]]\nname = \"rash\"\nhazard = \"1 1/year\"\neasing = «»\"0.1 1/day\"\n" + kSourced,
     "stands beside neither grades nor worsening"},
    {"[[event]]\nname = \"rash\"\nhazard = \"1 1/year\"\neasing = \"0.1 1/day\"\nper = «»\"year\"\n" + kSourced,
     "stands without a rate that is a formula"},
    {"[[event]]\nname = \"death\"\nwhen = \"1 > 0\"\nswitches_drug = «»true\n", "the scenario has no [second_drug]"},
};
INSTANTIATE_TEST_SUITE_P(All, EventMistake, testing::ValuesIn(kEvents));

}  // namespace
}  // namespace vt
