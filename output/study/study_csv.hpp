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
std::string points_csv(const Study&);

/// A row for each index. n: base points or trajectories that it is from, where these are not all; nothing where there
/// are no indices.
std::string sensitivity_csv(const Study&);

}  // namespace vt
