#pragma once
/// \file Patients of a plan one by one, as a GPU thread runs them, and by the vectorised program.

#include <gtest/gtest.h>

#include <cstring>

#include "host/campaign/workers/isa.hpp"
#include "kernels/simulate.hpp"
#include "kernels/tally/layout.hpp"
#include "tests/support/trial.hpp"

namespace vt::test {

struct Found {
  std::vector<std::uint64_t> words;
  std::vector<Record> rows;
};

template <Variant variant>
Found one_by_one(const Plan& plan, std::uint64_t n) {
  Found found{std::vector<std::uint64_t>(all_words(plan)), std::vector<Record>(n)};
  for (std::uint64_t i = 0; i < n; ++i) {
    Lanes<Id, 1> who;
    who.put(0, {i});
    simulate<variant>(plan, who, 1, TallyWords{found.words.data()}, &found.rows[i]);
  }
  return found;
}

inline Found in_lanes(const Plan& plan, std::uint64_t n) {
  Found found{std::vector<std::uint64_t>(all_words(plan)), std::vector<Record>(n)};
  choose_cpu_build().run(plan, {0, n}, found.words.data(), found.rows.data());
  return found;
}

inline void expect_equal(const Found& a, const Found& b) {
  EXPECT_EQ(a.words, b.words);
  int different = 0;
  for (std::size_t i = 0; i < a.rows.size(); ++i) different += std::memcmp(&a.rows[i], &b.rows[i], sizeof(Record)) != 0;
  EXPECT_EQ(different, 0);
}

}  // namespace vt::test
