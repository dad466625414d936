#pragma once
#include <exception>
#include <map>

#include "host/study/run_study.hpp"

namespace vt {

/// The trials of a search, a generation at a time: every point is simulated once, however often it is asked for.
class GenerationRuns {
 public:
  GenerationRuns(const StudySpec& study, const FileText& text_of, KeptPlans kept, const RunOptions& options,
                 const Progress& progress, const std::atomic<bool>& stop);

  /// Dimensions of the search: factors with ends from 0 to 1, then those with values, by number.
  std::vector<double> low() const;
  std::vector<double> high() const;
  std::size_t whole() const;
  /// Where a point of the study lies in them.
  std::vector<double> place_of(const std::vector<double>& point) const;

  /// What of a generation is to be made small, [point][goal]: the goal, where larger is better with the other sign.
  /// Points outside a limit come behind all others, those that are farther outside behind those that are nearer (Deb
  /// 2000, Comput Methods Appl Mech Eng 186:311), those without a value last. \return false: it failed, see `error`
  bool evaluate(const double* points, std::size_t count, double* fitness);
  std::exception_ptr error() const { return error_; }

  /// Of all points, with notes. \pre a generation was evaluated
  Study found() &&;

 private:
  std::vector<double> point_at(const double* place) const;
  void simulate(Design design);
  void note_generation(const std::vector<std::size_t>& asked, std::size_t simulated);

  const StudySpec& study_;
  const FileText& text_of_;
  KeptPlans kept_;  ///< of the first generation
  const RunOptions& options_;
  const Progress& progress_;
  const std::atomic<bool>& stop_;
  std::vector<std::size_t> order_;  ///< factors by dimension
  Study found_;
  std::map<std::vector<double>, std::size_t> number_of_;  ///< of a point
  std::exception_ptr error_;
};

}  // namespace vt
