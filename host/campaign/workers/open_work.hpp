#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace vt {

/// Numbers begin … end − 1 of what is to be done: places of a trial's patients, points of a study.
struct Take {
  std::uint64_t begin = 0, end = 0;
  std::uint64_t count() const { return end - begin; }
};

/// What nobody has taken yet, the lowest numbers first.
class OpenWork {
 public:
  /// Where a take from `begin` on has to end: at most at `limit`, after at most `most` numbers if that can be.
  using Cut = std::function<std::uint64_t(std::uint64_t begin, std::uint64_t limit, std::uint64_t most)>;

  explicit OpenWork(std::vector<Take> open, Cut cut = {}) : open_(std::move(open)), cut_(std::move(cut)) {
    std::erase_if(open_, [](const Take& take) { return take.count() == 0; });
    std::ranges::sort(open_, std::greater{}, &Take::begin);
    for (const Take& take : open_) left_ += take.count();
  }

  std::optional<Take> take(std::uint64_t most) {
    if (open_.empty()) return std::nullopt;
    Take& next = open_.back();
    const std::uint64_t end = cut_ ? cut_(next.begin, next.end, most) : std::min(next.end, next.begin + most);
    const Take taken{std::exchange(next.begin, end), end};
    if (next.count() == 0) open_.pop_back();
    left_ -= taken.count();
    return taken;
  }
  /// It was not done.
  void give_back(Take take) {
    left_ += take.count();
    open_.push_back(take);  // the next one to be taken
  }
  std::uint64_t left() const { return left_; }

 private:
  std::vector<Take> open_;  ///< the next one last
  Cut cut_;
  std::uint64_t left_ = 0;
};

}  // namespace vt
