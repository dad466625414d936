#include "kernels/drug/binding.hpp"

#include <gtest/gtest.h>

namespace vt { namespace {

/// Acid glycoprotein in g/L: 493.6 g/mol of drug, one site on 42,000 g/mol of protein; Kd 319 ng/mL (Haouala 2013).
Binding glycoprotein(double g_per_L) { return {1e6 / 42000 * 493.6 * g_per_L, 319}; }

double total(double free, const Binding& b) {
  return free * (1 + b.capacity_ng_per_mL / (b.constant_ng_per_mL + free));
}

TEST(Binding, gives_the_published_examples) {
  // Total of 1200 ng/mL, adjusted to a protein of 1.0 g/L: 808 at 1.5 g/L, 1329 at 0.9 g/L.
  EXPECT_NEAR(total(free_concentration(1200, glycoprotein(1.5)), glycoprotein(1)), 808, 1);
  EXPECT_NEAR(total(free_concentration(1200, glycoprotein(0.9)), glycoprotein(1)), 1329, 1);
  EXPECT_NEAR(100 * free_concentration(1200, glycoprotein(1)) / 1200, 2.92, 0.005);
  EXPECT_NEAR(100 * free_concentration(1200, glycoprotein(0.5)) / 1200, 6.29, 0.005);
}

TEST(Binding, is_the_inverse_of_its_law_from_traces_to_saturation) {
  for (const double free : {1e-9, 1e-3, 30.0, 1e4, 1e9}) {
    const Binding b = glycoprotein(1.2);
    EXPECT_NEAR(free_concentration(total(free, b), b) / free, 1, 1e-12);
  }
  EXPECT_EQ(free_concentration(0, glycoprotein(1)), 0);
  EXPECT_EQ(free_concentration(1200, {0, 1}), 1200);  // nothing binds
}

}  // namespace
}  // namespace vt
