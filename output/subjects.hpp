#pragma once
/// \file Subjects in files and in words.

#include <string_view>

#include "kernels/vocabulary/named.hpp"
#include "kernels/vocabulary/subjects.hpp"

namespace vt {

struct SubjectEntry {
  Subject subject;
  std::string_view name;   ///< in files
  std::string_view title;  ///< in words
};
/// In the order in which a report tells of them.
inline constexpr SubjectEntry kSubjects[] = {
    {Subject::exposure, "exposure", "Exposure"},
    {Subject::response, "response", "Response"},
    {Subject::safety, "safety", "Safety"},
    {Subject::dose, "dose", "Dose"},
    {Subject::adherence, "adherence", "Adherence"},
    {Subject::time_to_event, "time_to_event", "Times to events"},
    {Subject::exposure_response, "exposure_response", "Exposure and response"},
    {Subject::other, "other", "Other results"},
};
constexpr const SubjectEntry& entry_of(Subject subject) {
  return entry_with(kSubjects, &SubjectEntry::subject, subject);
}

}  // namespace vt
