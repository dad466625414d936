#pragma once
/// \file A study as long tables of comma-separated values. Texts are quoted where they need it; what is not there is
/// empty.

#include <string>
#include <string_view>

#include "output/study/study.hpp"

namespace vt {

/// Is this the first line of one of them?
bool is_study_table(std::string_view heading);

/// A row for each point and endpoint: point,FACTOR…,endpoint,unit,value,standard_error,low,high,n,reason,patients,
/// failed. A column of a factor that is a number is called `dose [mg]` and in this unit, as in the file of a list.
/// Nothing where there are no endpoints.
std::string points_csv(const Study&);

/// A row for each index. n: base points or trajectories that it is from, where these are not all; nothing where there
/// are no indices.
std::string sensitivity_csv(const Study&);

/// A row for each trial design, point and truth: shares of the replicates and means over them, each with the ends of
/// its 95 % interval behind it. Nothing where there are no designs.
std::string power_csv(const Study&);

/// A row for each replicate of each of these; looks are numbered from 1.
std::string trials_csv(const Study&);

/// A row for each best point and endpoint, fresh and as optimised. Nothing where nothing was searched.
std::string optimum_csv(const Study&);

bool is_power_table(std::string_view heading);
bool is_optimum_table(std::string_view heading);

struct StudyTable {
  std::string_view file;
  std::string (*text_of)(const Study&);
};
inline constexpr StudyTable kStudyTables[] = {{"points.csv", points_csv},
                                              {"sensitivity.csv", sensitivity_csv},
                                              {"power.csv", power_csv},
                                              {"trials.csv", trials_csv},
                                              {"optimum.csv", optimum_csv}};

}  // namespace vt
