#pragma once
#include <optional>
#include <string>

namespace vt {

/// How long work will take that goes on unevenly: what is left over the rate of late, which is forgotten over half of
/// the time that was spent. What is shown never jumps: from one second to the next it is at most 1.2 times more, or
/// less, than a second ago would have it.
class TimeLeft {
 public:
  static constexpr double kMostChange = 1.2;  ///< per second
  static constexpr double kFirstSeconds = 2, kFirstShare = 0.03;

  /// \param seconds  since the beginning \param done  share of the work, 0 to 1; neither goes back
  void at(double seconds, double done);

  /// Seconds. Nothing until 2 s are over or 3 % done.
  std::optional<double> left() const { return left_; }

 private:
  double seconds_ = 0, done_ = 0;
  double recent_seconds_ = 0, recent_done_ = 0;  ///< what is not forgotten yet
  std::optional<double> left_;
};

/// "12 s", "3 min 20 s", "2 h 05 min"
std::string duration_words(double seconds);

}  // namespace vt
