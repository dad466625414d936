#include "host/campaign/kept_columns.hpp"

#include <algorithm>
#include <utility>

#include "output/statistics/estimate.hpp"

namespace vt {

KeptColumns::KeptColumns(const BuiltPlan& built, std::uint64_t places) : columns_(built.kept) {
  if (columns_.empty()) return;
  const Plan& plan = built.buffer.plan();
  in_table_ = plan.columns.count;
  lives_ = plan.lives;
  for (const KeptColumn& column : columns_) {
    found_.names.push_back(column.name);
    found_.units.push_back(column.unit);
    found_.formulas.push_back(column.formula);
    found_.kinds.emplace_back("column");
    found_.meanings.emplace_back();
  }
  for (const ArmResult& arm : built.arms)
    if (lives_ > 1) found_.lives.push_back(arm.name);
  found_.patients = places / plan.replicates;
  found_.arm.assign(places, PatientColumns::kMissing);
  found_.values.assign(places * width(), kNaN);
}

void KeptColumns::take(std::uint64_t first, std::span<const Record> rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Record& row = rows[i];
    found_.arm[first + i] = row.rejected_by != 0 ? PatientColumns::kNotIncluded
                            : row.failure != 0   ? PatientColumns::kFailed
                                                 : static_cast<std::int64_t>(row.arm);
    double* value = found_.values.data() + (first + i) * width();
    for (std::uint32_t life = 0; life < lives_; ++life)
      for (const KeptColumn& column : columns_) {
        const std::uint32_t place = life * in_table_ + column.place;
        const bool is_there = row.rejected_by == 0 && row.failure == 0 && (row.columns_defined >> place & 1) != 0;
        *value++ = is_there ? row.column[place] : kNaN;
      }
  }
}

void KeptColumns::save(const Intervals& done, BytesOut& out) const {
  if (!is_wanted()) return;
  for (const auto& [begin, end] : done.ranges()) {
    const auto arm = found_.arm.begin();
    const auto value = found_.values.begin();
    const auto at = [](std::uint64_t place) { return static_cast<std::ptrdiff_t>(place); };
    out.put(std::vector<std::int64_t>(arm + at(begin), arm + at(end)));
    out.put(std::vector<double>(value + at(begin * width()), value + at(end * width())));
  }
}

void KeptColumns::load(const Intervals& done, BytesIn& in) {
  if (!is_wanted()) return;
  for (const auto& [begin, end] : done.ranges()) {
    const auto arms = in.numbers<std::int64_t>();
    const auto values = in.numbers<double>();
    if (end > found_.arm.size() || arms.size() != end - begin || values.size() != arms.size() * width())
      throw BadBytes("its columns are of other patients");
    std::ranges::copy(arms, found_.arm.begin() + static_cast<std::ptrdiff_t>(begin));
    std::ranges::copy(values, found_.values.begin() + static_cast<std::ptrdiff_t>(begin * width()));
  }
}

void KeptColumns::add(const KeptColumns& other, const Intervals& done) {
  if (!is_wanted()) return;
  for (const auto& [begin, end] : done.ranges()) {
    std::copy(other.found_.arm.begin() + static_cast<std::ptrdiff_t>(begin),
              other.found_.arm.begin() + static_cast<std::ptrdiff_t>(end),
              found_.arm.begin() + static_cast<std::ptrdiff_t>(begin));
    std::copy(other.found_.values.begin() + static_cast<std::ptrdiff_t>(begin * width()),
              other.found_.values.begin() + static_cast<std::ptrdiff_t>(end * width()),
              found_.values.begin() + static_cast<std::ptrdiff_t>(begin * width()));
  }
}

PatientColumns KeptColumns::found() && { return std::move(found_); }

}  // namespace vt
