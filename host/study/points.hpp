#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/plan/build_plan.hpp"
#include "host/study/study_spec.hpp"

namespace vt {

/// Which points a study looks at. A coordinate is the number of a factor's level, or its value where it has a
/// distribution.
struct Design {
  std::vector<std::size_t> shape;  ///< of a grid, by factor; the last one changes fastest. Otherwise empty
  std::vector<std::vector<double>> points;
  std::vector<double> steps;  ///< morris: of each factor in each trajectory, what it moved by, in shares of its range
  std::vector<std::uint32_t> order;  ///< morris: which factor moved, in the order of the points
};
/// Rows of one base point of saltelli: A, A with each group's columns of B, B with each of A if there are interactions,
/// B.
inline std::size_t saltelli_rows(const StudySpec& study) {
  return (study.second_order ? 2 : 1) * groups_of(study).size() + 2;
}
/// Of optimise the first generation.
Design make_design(const StudySpec& study);

inline constexpr std::size_t kMostPoints = std::size_t{1} << 20;
/// How many make_design() would make; numbers beyond kMostPoints stand for any.
std::size_t points_of(const StudySpec& study);

/// A factor as results have it.
StudyFactor factor_of(const FactorSpec& spec);

/// "threshold = 750, adherence = 0.8"
std::string point_text(const StudySpec& study, const std::vector<double>& point);

/// Where the factors that are drawn are in a replicate of a point.
std::vector<double> drawn_point(const StudySpec& study, std::vector<double> point, std::uint64_t replicate);

/// What a trial has that its point does not say.
struct TrialChange {
  std::uint64_t patients = 0;      ///< instead of as many as the scenario says; 0: those
  std::optional<std::size_t> arm;  ///< that all patients are in
};

/// A point's trial.
struct PointTrial {
  Scenario scenario;
  BuiltPlan built;
};

/// Makes the trials of points in memory: nothing but what `text_of` gives is read. Of one thread.
class TrialMaker {
 public:
  TrialMaker(const StudySpec& study, FileText text_of);
  /// Mistakes go to `problems`, and what else has to be said of it \param with_notes  which takes as long as the rest
  std::optional<PointTrial> make(const std::vector<double>& point, bool with_notes, Problems& problems,
                                 const TrialChange& change = {});

 private:
  void start_anew();

  const StudySpec& study_;
  FileText text_of_;
  MergedScenario merged_;              ///< of the last point
  std::vector<std::string> sections_;  ///< of the tree that a factor may change
  bool changes_all_ = false;           ///< files may change any
};

class Sha256;

/// Texts of files, each read once; may be asked by several threads.
class TextsOnce {
 public:
  explicit TextsOnce(FileText text_of) : text_of_(std::move(text_of)) {}
  std::optional<std::string> operator()(const std::string& path, const Position& asked_at, Problems& problems);
  /// All texts that were read, by path.
  void add_to(Sha256& hash);

 private:
  FileText text_of_;
  std::mutex mutex_;
  std::map<std::string, std::string> texts_;
};

}  // namespace vt
