#pragma once
#include "host/scenario/toml/table_reader.hpp"
#include "host/study/study_spec.hpp"

namespace vt {

/// The keys of [study] with kind = "optimise".
void read_optimise(TableReader& reader, StudySpec& study);

/// Once all of it is read: the method, where it follows from the goals; whether factors have ends, goals fit the method
/// and a generation is large enough. A note where the library that searches is not there. \param trial  the tree
void check_optimise(StudySpec& study, Node& trial, Problems& problems);

}  // namespace vt
