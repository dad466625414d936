#include <algorithm>

#include "host/plan/plan_parts.hpp"

namespace vt {

void build_dose_records(PlanParts& parts) {
  const DoseRecordsSpec& spec = parts.scenario.dose_records;
  if (spec.patients.empty()) return;
  std::uint32_t on_day = 0;
  std::int32_t first_day = parts.plan.first_dose_day;
  for (std::size_t p = 0; p < spec.patients.size(); ++p)
    for (std::size_t i = spec.first[p]; i < spec.first[p + 1]; ++i) {
      const DoseRecordsSpec::Dose& dose = spec.doses[i];
      on_day = i > spec.first[p] && spec.doses[i - 1].day == dose.day ? on_day + 1 : 1;
      parts.plan.intakes = std::max(parts.plan.intakes, on_day);
      parts.regimens.note_intake(dose.time_h);
      first_day = std::min(first_day, dose.day);
    }
  parts.plan.first_dose_day = first_day;
  const auto doses = parts.built.buffer.add_each<RecordedDose>(spec.doses.size(), [&](std::size_t i) {
    const DoseRecordsSpec::Dose& dose = spec.doses[i];
    return RecordedDose{dose.time_h, dose.mg, dose.day, 0};
  });
  parts.plan.dose_records = {doses, parts.built.buffer.add(spec.patients), parts.built.buffer.add(spec.first),
                             spec.until_day.value_or(kNever), 0};
}

}  // namespace vt
