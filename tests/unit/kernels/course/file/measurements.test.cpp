#include "kernels/course/file/measurements.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace vt { namespace {

constexpr int kPatients = 10000;
// Eight comparisons at four standard errors: with another seed one in 2,000 would fail.
constexpr double kErrors = 4;

/// One patient after another, in the same state of a model.
template <class M>
struct Clinic {
  std::unique_ptr<Cohort<1>> cohort = std::make_unique<Cohort<1>>();
  std::unique_ptr<SlowStates<1>> slow = std::make_unique<SlowStates<1>>();
  Plan plan{};

  explicit Clinic(const typename M::State& state) {
    plan.seed = 7;
    plan.models = 1u << kBefore<M>.models;
    cohort->slow = slow.get();
    static_cast<Held<M, 1>&>(slow->models).state.put(0, state);
  }

  Filed file(int i) const { return cohort->file[static_cast<int>(assay_of<M>(i).result)][0]; }
  double& size_of_error(int i) { return plan.assays.error[assay_of<M>(i).place]; }

  void measure(std::string_view name, std::uint64_t patient = 0) {
    cohort->id.put(0, {patient});
    measure_further(plan, *cohort, 30, static_cast<std::uint64_t>(measure_called(name)), 0);
  }

  /// What is found in all patients of measured[i].
  std::vector<double> found(std::string_view name, int i) {
    std::vector<double> all;
    for (int patient = 0; patient < kPatients; ++patient) {
      measure(name, static_cast<std::uint64_t>(patient));
      all.push_back(file(i).last);
    }
    return all;
  }
};

/// Mean 0 and this SD, within standard errors of samples of a normal distribution.
void expect_normal(const std::vector<double>& errors, double sd) {
  const auto n = static_cast<double>(errors.size());
  double sum = 0, squares = 0;
  for (const double e : errors) sum += e, squares += e * e;
  EXPECT_NEAR(sum / n, 0, kErrors * sd / std::sqrt(n));
  EXPECT_NEAR(std::sqrt(squares / n), sd, kErrors * sd / std::sqrt(2 * n));
}

TEST(MeasuredOfModels, tumour_has_log_normal_errors) {
  Clinic<Tumour> clinic({161, 59});
  clinic.size_of_error(0) = 0.368;
  clinic.size_of_error(1) = 0.206;
  std::vector<double> size = clinic.found("imaging", 0), density = clinic.found("imaging", 1);
  double both = 0;
  for (std::size_t i = 0; i < size.size(); ++i) {
    size[i] = std::log(size[i] / 161);
    density[i] = std::log(density[i] / 59);
    both += size[i] / 0.368 * density[i] / 0.206;
  }
  expect_normal(size, 0.368);
  expect_normal(density, 0.206);
  EXPECT_NEAR(both / kPatients, 0, kErrors / std::sqrt(kPatients));  // errors of one sample are independent
}

TEST(MeasuredOfModels, haemoglobin_has_proportional_errors) {
  Clinic<Haemoglobin> clinic({13});
  clinic.size_of_error(0) = 0.1;
  std::vector<double> found = clinic.found("blood_count", 0);
  for (double& x : found) x = x / 13 - 1;
  expect_normal(found, 0.1);
}

TEST(MeasuredOfModels, have_no_error_of_size_0_and_none_below_0) {
  Clinic<Tumour> tumour({161, 59});
  tumour.measure("imaging");
  EXPECT_EQ(tumour.file(0).last, 161);
  EXPECT_EQ(tumour.file(1).last, 59);
  Clinic<Haemoglobin> blood({13});
  blood.size_of_error(0) = 2;  // z < −1/2 in 31 % of the patients
  int none = 0;
  for (const double x : blood.found("blood_count", 0)) {
    EXPECT_GE(x, 0);
    none += x == 0 ? 1 : 0;
  }
  const double share = 0.3085375387259869;  // Φ(−1/2)
  EXPECT_NEAR(none, kPatients * share, kErrors * std::sqrt(kPatients * share * (1 - share)));
}

TEST(MeasuredOfModels, are_measured_where_visits_measure_them_and_patients_have_them) {
  Clinic<Tumour> clinic({161, 59});
  clinic.measure("blood_count");
  EXPECT_EQ(clinic.file(0).results, 0);
  clinic.plan.models = 0;
  clinic.measure("imaging");
  EXPECT_EQ(clinic.file(0).results, 0);
}

TEST(MeasuredOfModels, wait_for_the_laboratory) {
  Clinic<Tumour> clinic({161, 59});
  clinic.plan.assays.wait_days[static_cast<int>(assay_of<Tumour>(1).result)] = 5;
  clinic.measure("imaging");
  EXPECT_EQ(clinic.file(0).results, 1);
  deliver(clinic.plan, *clinic.cohort, 0, 34);
  EXPECT_EQ(clinic.file(1).results, 0);
  deliver(clinic.plan, *clinic.cohort, 0, 35);
  EXPECT_EQ(clinic.file(1).last, 59);
}

TEST(MeasuredOfModels, have_names_and_draws_of_their_own) {
  std::set<std::string_view> names, keys;
  for (const ReportedQuantity& one : kReported) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_EQ(&entry_of(one.measure), find_measurement(entry_of(one.measure).name)) << one.name;
    EXPECT_EQ(&one - kReported, static_cast<int>(one.result)) << one.name;
  }
  std::set<std::tuple<Stream, int, int>> draws;
  for_each_model(Models{}, [&]<class M>() {
    if constexpr (IsMeasured<M>)
      for (const auto& one : M::measured) {
        EXPECT_TRUE(draws.emplace(one.draw.stream, one.draw.slot, one.draw.word).second) << one.name;
        EXPECT_TRUE(one.draw.word == 0 || one.draw.word == 2) << one.name;
      }
  });
  for (const Measurement& one : kMeasurements)
    for (const std::string_view key : {one.delay, one.cost}) EXPECT_TRUE(key.empty() || keys.insert(key).second) << key;
  EXPECT_EQ(find_measurement("imaging")->delay, "imaging_delay");
  EXPECT_EQ(find_measurement("imaging")->cost, "imaging_cost");
}

TEST(MeasuredOfModels, draw_from_the_stream_of_their_name) {
  constexpr MeasuredQuantity<Tumour::State> one{Tumour::size, "one", "1", kFromZero, kUsual, "", "", "imaging", {}};
  constexpr MeasuredQuantity<Tumour::State> two{Tumour::size, "two", "1", kFromZero, kUsual, "", "", "imaging", {}};
  EXPECT_EQ(one.draw.stream, stream_of("one"));
  EXPECT_NE(one.draw.stream, two.draw.stream);
  for (const MeasuredQuantity<Tumour::State>& any : {one, two}) {
    const auto stream = static_cast<std::uint32_t>(any.draw.stream);
    EXPECT_GE(stream, 0x40000000u);  // above the enumerators
    EXPECT_LT(stream, 0x80000000u);  // below names of users
  }
}

}}  // namespace vt
