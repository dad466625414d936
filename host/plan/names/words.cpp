#include "host/plan/names/words.hpp"

#include <algorithm>

#include "host/formula/formula.hpp"
#include "host/plan/names/observables.hpp"

namespace vt {
namespace {

std::string with_blanks(std::string_view name) {
  std::string words(name);
  std::ranges::replace(words, '_', ' ');
  return words;
}

bool drop_ending(std::string_view& name, std::string_view ending) {
  const bool has = name.size() > ending.size() && name.ends_with(ending);
  if (has) name.remove_suffix(ending.size());
  return has;
}

/// "worst grade of rash", "day of relapse"; of what has happened or not its name alone.
std::string words_of_member(const ObservableName& entry, std::string_view name) {
  const std::string attribute = with_blanks(name.substr(0, name.find('.')));
  const std::string member = with_blanks(name.substr(name.find('.') + 1));
  if (entry.need == EventNeed::grades) return attribute + " of " + member;
  return attribute.ends_with(" of") ? attribute + " " + member : member;
}

std::string words_of_name(std::string_view name) {
  for (const ReportedQuantity& one : kReported)
    if (one.name == name) return std::string(one.noun);
  const ObservableName* entry = find_observable(name);
  if (entry == nullptr) return with_blanks(name);
  if (is_family(*entry)) return words_of_member(*entry, name);
  if (entry->unit == "%") drop_ending(name, "_percent");
  drop_ending(name, "_" + std::string(entry->unit));
  return drop_ending(name, "_true") ? "true " + with_blanks(name) : with_blanks(name);
}

std::string when(std::string_view past) {
  constexpr std::string_view event = "event.";
  if (past.starts_with(event)) return " at " + with_blanks(past.substr(event.size()));
  return (past.starts_with("day") ? " on " : " at ") + std::string(past);
}

/// Without what may stand around a name.
std::string bare(std::string_view text) {
  std::string left(text);
  std::erase_if(left, [](char c) { return c == ' ' || c == '\''; });
  return left;
}

}  // namespace

std::string words_of(std::string_view formula) {
  const std::vector<std::string> names = names_in_formula(formula);
  if (names.size() != 1 || bare(names[0]) != bare(formula)) return std::string(formula);
  const std::string_view name = names[0];
  const std::size_t at = name.find('@');
  return words_of_name(name.substr(0, at)) + (at == std::string_view::npos ? "" : when(name.substr(at + 1)));
}

}  // namespace vt
