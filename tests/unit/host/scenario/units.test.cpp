#include "host/scenario/units/units.hpp"

#include <gtest/gtest.h>

namespace vt { namespace {

double converted(const std::string& text, const std::string& unit) {
  std::string why;
  const auto quantity = parse_quantity(text, why);
  EXPECT_TRUE(quantity) << text << ": " << why;
  const auto wanted = parse_unit(unit);
  EXPECT_TRUE(wanted) << unit;
  if (!quantity || !wanted) return 0;
  EXPECT_EQ(quantity->unit.dimension, wanted->dimension) << text << " in " << unit;
  return convert(quantity->value, quantity->unit, *wanted);
}

// Expected values are decimal literals: the conversion has to give the double nearest to the exact result.
TEST(Units, ConvertWithOneRounding) {
  EXPECT_EQ(converted("400 mg", "mg"), 400);
  EXPECT_EQ(converted("0.4 g", "mg"), 400);
  EXPECT_EQ(converted("14.3 L/h", "L/h"), 14.3);
  EXPECT_EQ(converted("1 mL/min", "L/h"), 0.06);
  EXPECT_EQ(converted("1.569 mg/L", "ng/mL"), 1569);
  EXPECT_EQ(converted("1 ug/L", "ng/mL"), 1);
  EXPECT_EQ(converted("1 g/L", "ng/mL"), 1e6);
  EXPECT_EQ(converted("90 min", "h"), 1.5);
  EXPECT_EQ(converted("20 min", "h"), 20.0 / 60);
  EXPECT_EQ(converted("1 month", "day"), 30.4375);
  EXPECT_EQ(converted("1 year", "day"), 365.25);
  EXPECT_EQ(converted("12 month", "year"), 1);
  EXPECT_EQ(converted("1 1/year", "1/day"), 4.0 / 1461);
  EXPECT_EQ(converted("0.123 1/year", "1/year"), 0.123);
  EXPECT_EQ(converted("3 1/h", "1/day"), 72);
  EXPECT_EQ(converted("4 1e9/L", "1e9/L"), 4);
  EXPECT_EQ(converted("80 kg", "g"), 80000);
  EXPECT_EQ(converted("3 ng", "mg"), 3e-6);
  EXPECT_EQ(converted("10%", "%"), 10);
  EXPECT_EQ(converted(" 5 mg ", "mg"), 5);
  EXPECT_EQ(converted("-2.5e-1 h", "min"), -15);
}

TEST(Units, RefuseWhatIsNotAQuantity) {
  for (const char* text : {"",       " ",       "mg",          "400",      "400 mgs", "4 0 mg",  "+400 mg",
                           "inf mg", "nan mg",  "1e999 mg",    "0x10 mg",  "400 mg/", "400 /h",  "400 mg/mg",
                           "400 1",  "400 1e9", "400 mg/h/kg", "1_000 mg", "400 MG",  "400\tmg", "3 L/1"}) {
    std::string why;
    EXPECT_FALSE(parse_quantity(text, why)) << text;
    EXPECT_FALSE(why.empty()) << text;
  }
}

TEST(Numbers, AreReadToTheNearestDouble) {
  EXPECT_EQ(parse_number("0"), 0.0);
  EXPECT_EQ(parse_number("007"), 7.0);
  EXPECT_EQ(parse_number("999999999999999"), 999999999999999.0);
  EXPECT_EQ(parse_number("9007199254740993"), 9007199254740992.0);  // 2^53 + 1, halfway: to the even one
  EXPECT_EQ(parse_number("-12"), -12.0);
  EXPECT_EQ(parse_number("1.5e2"), 150.0);
  for (const char* text : {"", "12 ", " 12", "1,2", "1e999", "x", "+1", "12mg"})
    EXPECT_FALSE(parse_number(text)) << text;
}

TEST(Units, SuggestWhatIsMeant) {
  const auto why = [](const char* text) {
    std::string said;
    EXPECT_FALSE(parse_quantity(text, said));
    return said;
  };
  EXPECT_EQ(why("5 µg"), "'µg' is not a known unit; write ug");
  EXPECT_EQ(why("5 hours"), "'hours' is not a known unit; write h");
  EXPECT_EQ(why("5 /h"), "'/h' is not a known unit; write 1/h");
  EXPECT_EQ(why("5 monht"), "'monht' is not a known unit; did you mean 'month'?");
}

TEST(Units, HaveAKernelUnit) {
  const auto kernel = [](const char* unit) { return kernel_unit(*parse_unit(unit)).text; };
  EXPECT_EQ(kernel("day"), "day");
  EXPECT_EQ(kernel("min"), "h");
  EXPECT_EQ(kernel("month"), "day");
  EXPECT_EQ(kernel("kg"), "kg");
  EXPECT_EQ(kernel("g"), "mg");
  EXPECT_EQ(kernel("mg/L"), "ng/mL");
  EXPECT_EQ(kernel("mL/min"), "L/h");
  EXPECT_EQ(kernel("1/week"), "1/day");
  EXPECT_EQ(kernel("1/min"), "1/h");
  EXPECT_EQ(kernel("1e9/mL"), "1e9/L");
  EXPECT_EQ(kernel("%"), "%");
}

TEST(TrialTime, CountsFromTheFirstDose) {
  const auto day = [](const char* text) {
    std::string why;
    const auto time = parse_trial_time(text, why);
    EXPECT_TRUE(time) << why;
    return time ? time->day : -1000;
  };
  EXPECT_EQ(day("day 0"), 0);
  EXPECT_EQ(day("day 29"), 29);
  EXPECT_EQ(day("day -8"), -8);
  EXPECT_EQ(day("week 4"), 28);
  EXPECT_EQ(day("month 6"), 183);   // 182.625
  EXPECT_EQ(day("month 12"), 365);  // 365.25
  EXPECT_EQ(day("month 8"), 244);   // 243.5: half up
  EXPECT_EQ(day("month -8"), -243);
  EXPECT_EQ(day("year 1"), 365);
}

TEST(TrialTime, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "day", "29", "day29", "29 day", "day 29 29", "month x", "day 1e9", "day 0.5", "hour 3", "day inf"}) {
    std::string why;
    EXPECT_FALSE(parse_trial_time(text, why)) << text;
    EXPECT_FALSE(why.empty());
  }
}

TEST(RoundHalfUp, RoundsHalvesUpOnBothSidesOfZero) {
  EXPECT_EQ(round_half_up(2.5), 3);
  EXPECT_EQ(round_half_up(-2.5), -2);
  EXPECT_EQ(round_half_up(-2.6), -3);
  EXPECT_EQ(round_half_up(2.4999), 2);
}

}  // namespace
}  // namespace vt
