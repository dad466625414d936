#pragma once
#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace vt::formula_text {

/// A temporary slot; free again once its last owner is gone.
using Register = std::shared_ptr<const int>;

/// Hands out the lowest free temporary. Outlives its registers.
class Registers {
 public:
  explicit Registers(int first) : first_(first) {}

  Register take() {
    const auto free = std::find(is_taken_.begin(), is_taken_.end(), false);
    const std::size_t index = static_cast<std::size_t>(free - is_taken_.begin());
    if (free == is_taken_.end())
      is_taken_.push_back(true);
    else
      *free = true;
    return Register(new int(first_ + static_cast<int>(index)), [this, index](const int* slot) {
      is_taken_[index] = false;
      delete slot;
    });
  }
  int most() const { return static_cast<int>(is_taken_.size()); }

 private:
  int first_;
  std::vector<bool> is_taken_;
};

}  // namespace vt::formula_text
