#include "kernels/models/models.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace vt { namespace {

TEST(Models, have_names_of_their_own) {
  std::set<std::string_view> sections, quantities;
  for_each_model(Models{}, [&]<class M>() {
    EXPECT_TRUE(sections.insert(M::section).second) << M::section;
    for (const auto& one : M::quantities) EXPECT_TRUE(quantities.insert(one.name).second) << one.name;
    std::set<std::string_view> keys;
    for (const auto& one : M::parameters) EXPECT_TRUE(keys.insert(one.key).second) << M::section << "." << one.key;
    if constexpr (requires { M::settings; }) {
      for (const auto& one : M::settings) EXPECT_TRUE(keys.insert(one.key).second) << M::section << "." << one.key;
    }
  });
  EXPECT_EQ(sections.size(), static_cast<std::size_t>(kModels));
}

TEST(Models, fill_every_member_of_their_parameters) {
  for_each_model(Models{}, [&]<class M>() {
    typename M::Parameters filled{};
    double next = 1;
    for (const auto& one : M::parameters) filled.*one.member = next++;
    EXPECT_EQ(sizeof(filled), std::size(M::parameters) * sizeof(double)) << M::section;
    double place = 1;
    for (const auto& one : M::parameters) EXPECT_EQ(filled.*one.member, place++) << M::section << "." << one.key;
  });
}

TEST(Models, lie_side_by_side_in_records) {
  EXPECT_EQ(kBefore<Leukaemia>.recorded, 0);
  EXPECT_EQ(kBefore<Neutrophils>.recorded, Leukaemia::recorded);
  EXPECT_EQ(kBefore<Tumour>.recorded, kBefore<Haemoglobin>.recorded + Haemoglobin::recorded);
  EXPECT_LE(kBefore<Tumour>.recorded + Tumour::recorded, kRecordedNumbers);
  double numbers[kRecordedNumbers];
  for (int i = 0; i < kRecordedNumbers; ++i) numbers[i] = i;
  EXPECT_EQ(recorded<Platelets>(numbers).circulating, kBefore<Platelets>.recorded + 4);
  EXPECT_EQ(recorded<Platelets>(numbers).feedback, 0);
  EXPECT_EQ(recorded<Tumour>(numbers).density, kBefore<Tumour>.recorded + 1);
}

}  // namespace
}  // namespace vt
