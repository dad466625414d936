#include <cstdio>
#include <ctime>

/// \file The fused multiply-adds that one core can do: 16 independent chains in vectors of eight doubles. Prints
/// operations per second, a multiply-add counting as two, of processor time.

using Vector = double __attribute__((vector_size(64)));

int main() {
  constexpr int chains = 16, rounds = 1 << 20;
  Vector x[chains] = {};
  const Vector factor = Vector{} + 0.999, more = Vector{} + 0.001;
  double best = 0;
  for (int repetition = 0; repetition < 20; ++repetition) {
    const std::clock_t begin = std::clock();
    for (int i = 0; i < rounds; ++i) {
#pragma GCC unroll 16
      for (Vector& chain : x) chain = chain * factor + more;
    }
    const double s = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    const double rate = 2.0 * 8 * chains * rounds / s;
    best = rate > best ? rate : best;
  }
  double sum = 0;  // so that nothing is left out
  for (const Vector& chain : x) sum += chain[0];
  std::printf("%.6g %.3g\n", best, sum);
}
