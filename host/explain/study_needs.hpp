#pragma once
#include <cstdint>

#include "host/explain/cost.hpp"
#include "host/explain/on_gpus.hpp"
#include "host/study/points.hpp"

namespace vt {

/// What a study will take, about; a search at most. Bytes are those of a run on CPU cores.
struct StudyNeeds {
  std::uint64_t points = 0, patients = 0, replicates = 0;  ///< patients of every point, without those for a precision
  std::uint64_t arms = 1;                                  ///< in each of which every patient lives
  std::uint64_t fresh_points = 0, fresh_patients = 0;      ///< of a search: simulated once more, and with how many
  Cost cost;                                               ///< of all points
  std::uint64_t threads = 1;
  std::uint64_t thread_bytes = 0;  ///< a thread's counts, and the results made of them
  std::uint64_t point_bytes = 0;   ///< held for all points until the end, the file among it
  std::uint64_t memory_bytes = 0;  ///< of all threads and points, and the program itself
  std::uint64_t file_bytes = 0;
  GpuWork gpu_work;  ///< the same on GPUs
};

/// Simulates some patients of the first point; takes about 0.2 s. \param threads  that are wanted; 0: one for each core
/// \param text_of  the files that its trials read
StudyNeeds needs_of(const StudySpec& study, const Design& design, const BuiltPlan& first, const FileText& text_of,
                    int threads);

}  // namespace vt
