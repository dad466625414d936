#pragma once
#include "kernels/formula/machine.hpp"
#include "kernels/subset.hpp"
#include "kernels/tally/busy.hpp"
#include "kernels/tally/layout.hpp"

namespace vt { inline namespace VT_ISA {

/// Where the words are added. On a GPU the same words are shared by all threads; those that are added to every day
/// first in a copy of the block's (kernels/tally/busy.hpp).
struct TallyWords {
  std::uint64_t* words;
  BusyWords in_block{};
  VT_HD void add(std::uint64_t i, std::uint64_t amount) const {
#if defined(__CUDA_ARCH__)
    if (amount == 0) return;
    if (i - in_block.first < in_block.count)
      add_in_block(i - in_block.first, amount);
    else
      atomicAdd(reinterpret_cast<unsigned long long*>(words + i), static_cast<unsigned long long>(amount));
#else
    words[i] += amount;
#endif
  }
};

/// The lanes in which a formula has no value although all that it reads has one.
template <int L>
VT_HD std::uint64_t lanes_without_value(const std::uint64_t (&status)[L]) {
  constexpr auto error = static_cast<std::uint64_t>(FormulaStatus::domain_error);
  return lanes_where<L>([&](int lane) VT_INLINE { return status[lane] == error; });
}

/// Counts patients for whom a formula has no value and who are treated as though it were undefined.
VT_HD void count_without_value(const Plan& plan, const TallyWords& words, const Program& formula, std::uint64_t lanes) {
  if (lanes != 0) words.add(without_value_word(plan, formula.site), how_many(lanes));
}

}}  // namespace vt
