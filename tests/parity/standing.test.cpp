/// \file How patients stand is kept beside their courses: the two agree on every day of every life.

#include <gtest/gtest.h>

#include <cstring>

#include "kernels/simulate.hpp"
#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

using namespace test;

constexpr int kPlaces = 16;  ///< two patients at a visit are already many
constexpr int kInUse = 12;   ///< of the places

/// Everything that came up.
struct Seen {
  Standing standing;         ///< in any lane
  std::uint32_t failures;    ///< bits: Failure
  int one_by_one, together;  ///< visits of some patients that are computed so (kernels/subset.hpp)
  int different;             ///< where the two disagreed
};

/// Compares after each visit and at each day's end.
struct Auditor {
  Seen* seen;

  template <int L>
  void compare(const Cohort<L>& cohort) const {
    Standing expected{};
    for (int lane = 0; lane < cohort.patients; ++lane) expected = standing_after(expected, lane, cohort.course[lane]);
    seen->different += std::memcmp(&cohort.standing, &expected, sizeof expected) != 0;
    for (int lane = 0; lane < cohort.patients; ++lane) {
      seen->different += cohort.arm[lane] != cohort.course[lane].arm;
      seen->failures |= 1u << static_cast<int>(reason_of(cohort.course[lane].failure));
    }
    Standing& standing = seen->standing;
    standing = {standing.enrolled | expected.enrolled, standing.in_trial | expected.in_trial,
                standing.failed | expected.failed, standing.off_drug | expected.off_drug,
                standing.holding | expected.holding};
  }
  template <int L>
  void visited(const Plan& plan, std::int32_t, const Cohort<L>& cohort, const Visits<L>& visits) const {
    compare(cohort);
    for (std::uint32_t k = 0; k < plan.visit_kinds.count; ++k) {
      const std::uint64_t who = lanes_where<L>([&](int lane) { return (visits.attended[lane] >> k & 1) != 0; });
      seen->together += are_many<L>(who);
      seen->one_by_one += who != 0 && !are_many<L>(who);
    }
  }
  template <int L>
  void decided(const Plan&, std::int32_t, const Cohort<L>& cohort) const {
    compare(cohort);
  }
  template <int L>
  void lived(const Plan&, std::int32_t, const Cohort<L>& cohort) const {
    compare(cohort);
  }
};

template <Variant variant>
void audit(const Plan& plan, const Auditor& auditor) {
  std::vector<std::uint64_t> words(all_words(plan));
  std::vector<Record> rows(kPlaces);
  for (std::uint64_t first = 0; first < plan.patients; first += kInUse) {
    Lanes<Id, kPlaces> who;
    for (int lane = 0; lane < kPlaces; ++lane)
      who.put(lane, {first + static_cast<std::uint64_t>(lane < kInUse ? lane : kInUse - 1)});
    simulate<variant>(plan, who, kInUse, TallyWords{words.data()}, rows.data(), auditor);
  }
}

void audit(const std::string& path, Seen& seen) {
  const BuiltPlan built = build(read(path, {"trial.patients=240"}));
  const Plan& plan = built.buffer.plan();
  if (plan.drug.pharmacokinetics.variant == Variant::general)
    audit<Variant::general>(plan, {&seen});
  else
    audit<Variant::zero_order>(plan, {&seen});
}

constexpr std::uint64_t kEverywhere = (1u << kInUse) - 1;

TEST(Standing, agrees_with_the_courses_on_every_day) {
  Seen seen{};
  for (const char* name : {"tops.toml", "everything.toml", "../tests/parity/population.toml"})
    audit(scenario_path(name), seen);
  EXPECT_EQ(seen.different, 0);
  EXPECT_GT(seen.one_by_one, 0);
  EXPECT_GT(seen.together, 0);
  for (const std::uint64_t lanes :
       {seen.standing.enrolled, seen.standing.in_trial, seen.standing.off_drug, seen.standing.holding})
    EXPECT_EQ(lanes, kEverywhere);
}

// Heavy patients have a value that no model takes, light ones an exposure beyond all numbers; in some of the others a
// hazard turns negative in the course of the trial.
TEST(Standing, agrees_with_the_courses_of_patients_who_fail) {
  const ScenarioFile file("title = \"failures\"\nbase = [\"" + scenario_path("tops.toml") + R"toml("]
[pk]
clearance = { formula = "if(weight_kg > 90, -1, if(weight_kg < 60, 1e-200, 10*exp(eta.CL)))", unit = "L/h", source = "test", basis = "assumed" }
bioavailability = { formula = "if(weight_kg < 60, 1e200, 1)", source = "test", basis = "assumed" }
[[event]]
name = "breakdown"
hazard = "if(day > 60, 1 - trough_true/500, 0)"
source = "test"
basis = "assumed"
)toml");
  Seen seen{};
  audit(file.path(), seen);
  EXPECT_EQ(seen.different, 0);
  EXPECT_EQ(seen.standing.failed, kEverywhere);
  std::uint32_t expected = 0;
  for (const Failure failure : {Failure::none, Failure::negative_trait, Failure::bad_value, Failure::not_finite})
    expected |= 1u << static_cast<int>(failure);
  EXPECT_EQ(seen.failures, expected);
}

}  // namespace
}  // namespace vt
