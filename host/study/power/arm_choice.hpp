#pragma once
#include <cstdint>
#include <vector>

namespace vt {

/// Responses that are known of an arm.
struct KnownResponses {
  std::int64_t with = 0, without = 0;
};

/// Chances of the arms that are open, in proportion to P(the arm is best)^(progress/2), with uniform priors of the
/// shares of responses (Thall and Wathen, Eur J Cancer 2007;43:859). To 1e-6. \param progress  share of the patients
/// who have entered
std::vector<double> thall_wathen(const std::vector<KnownResponses>& known, const std::vector<bool>& is_open,
                                 bool fewer_is_better, double progress);

/// Chances of the arms that are open, in proportion to their shares.
std::vector<double> shares_of_open(const std::vector<std::uint32_t>& shares, const std::vector<bool>& is_open);

/// The arm that a number in (0, 1) falls on. \param chances  their sum is 1
std::uint32_t choose(const std::vector<double>& chances, double u);

}  // namespace vt
