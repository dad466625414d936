#pragma once
#include <span>

#include "host/campaign/bytes.hpp"
#include "host/campaign/intervals.hpp"
#include "host/plan/build_plan.hpp"
#include "kernels/course/course.hpp"

namespace vt {

/// The columns of the trial table that are kept, of all places of a trial.
class KeptColumns {
 public:
  KeptColumns() = default;
  KeptColumns(const BuiltPlan&, std::uint64_t places);
  bool is_wanted() const { return !columns_.empty(); }

  /// \param rows of the places from `first` on
  void take(std::uint64_t first, std::span<const Record> rows);

  /// Those of the places that are done. Reads what save() wrote; then takes it.
  void save(const Intervals& done, BytesOut& out) const;
  /// \throws BadBytes
  void load(const Intervals& done, BytesIn& in);

  /// Those of other places.
  void add(const KeptColumns&, const Intervals& done);

  PatientColumns found() &&;

 private:
  std::size_t width() const { return lives_ * columns_.size(); }

  std::vector<KeptColumn> columns_;
  std::uint32_t in_table_ = 0;  ///< columns of a life
  std::size_t lives_ = 1;
  PatientColumns found_;
};

}  // namespace vt
