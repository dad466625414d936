#include "host/selftest/selftest.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace vt { namespace {

TEST(Selftest, judges_numbers_by_their_relative_error) {
  const auto verdict = [](double found) {
    return check_numbers("a", "b", {{"x", 1, 1}, {"y", found, -2}}, 1e-3, "c").verdict;
  };
  EXPECT_EQ(verdict(-2), SelfVerdict::passed);
  EXPECT_EQ(verdict(-2.001), SelfVerdict::passed);
  EXPECT_EQ(verdict(-2.003), SelfVerdict::failed);
  EXPECT_EQ(verdict(2), SelfVerdict::failed);
  EXPECT_EQ(verdict(std::nan("")), SelfVerdict::failed);
  EXPECT_EQ(verdict(HUGE_VAL), SelfVerdict::failed);
  EXPECT_NE(check_numbers("a", "b", {{"x", 2, 1}}, 1e-3, "c").advice, "");
}

TEST(Selftest, counts_the_doubles_between_two) {
  const auto verdict = [](double found, int apart) {
    return check_neighbours("a", "b", {{"x", found, 1.0}, {"y", 3, 3}}, apart, "c").verdict;
  };
  EXPECT_EQ(verdict(1.0, 0), SelfVerdict::passed);
  EXPECT_EQ(verdict(1.0 + 0x1p-52, 1), SelfVerdict::passed);
  EXPECT_EQ(verdict(1.0 - 0x1p-53, 1), SelfVerdict::passed);
  EXPECT_EQ(verdict(1.0 + 0x1p-51, 1), SelfVerdict::failed);
  EXPECT_EQ(verdict(-1.0, 1), SelfVerdict::failed);
  EXPECT_EQ(verdict(std::nan(""), 1), SelfVerdict::failed);
}

TEST(Selftest, compares_texts_letter_by_letter) {
  EXPECT_EQ(check_text("a", "b", "x", "x", "", "").verdict, SelfVerdict::passed);
  EXPECT_EQ(check_text("a", "b", "x ", "x", "", "").verdict, SelfVerdict::failed);
}

TEST(Selftest, is_passed_where_nothing_failed_and_something_was_checked) {
  SelfTest test;
  EXPECT_FALSE(test.is_passed());
  test.checks = {{"gpu", "", "", "", "", SelfVerdict::not_here}};
  EXPECT_FALSE(test.is_passed());
  test.checks.push_back({"a", "", "", "", "", SelfVerdict::passed});
  EXPECT_TRUE(test.is_passed());
  test.checks.push_back({"b", "", "", "", ""});
  EXPECT_FALSE(test.is_passed());
}

TEST(Selftest, passes_the_arithmetic_of_this_machine) {
  for (const SelfCheck& one : check_arithmetic()) EXPECT_EQ(one.verdict, SelfVerdict::passed) << one.id << one.found;
}

}}  // namespace vt
