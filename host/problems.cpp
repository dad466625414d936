#include "host/problems.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace vt {
namespace {

std::string all_lines(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += to_string(problem);
  }
  return text;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

/// Insertions, deletions, substitutions and exchanges of neighbours between a and b (restricted Damerau-Levenshtein).
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t other = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + other});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

/// "weight" begins "weight_kg" up to the end of a word.
bool begins_words_of(const std::string& name, const std::string& candidate) {
  return name.size() >= 2 && candidate.size() > name.size() && candidate.compare(0, name.size(), name) == 0 &&
         !std::isalnum(static_cast<unsigned char>(candidate[name.size()]));
}

/// The place at or before `at` where a character begins.
std::size_t character_at(const std::string& text, std::size_t at) {
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u) --at;
  return at;
}

std::string with_visible_controls(const std::string& text) {
  std::string visible;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f)
      visible += fmt::format("\\x{:02x}", byte);
    else
      visible += c;
  }
  return visible;
}

/// Cuts [begin, end) so that its first `kept` bytes stay.
void shorten(std::string& text, std::size_t begin, std::size_t end, std::size_t kept) {
  const std::size_t from = character_at(text, begin + kept);
  text.replace(from, end - from, fmt::format("… ({} letters)", end - begin));
}

std::vector<Problem> in_order(std::vector<Problem> list) {
  const auto key = [](const Problem& p) { return std::tie(p.where.file, p.where.line, p.where.column, p.text); };
  std::sort(list.begin(), list.end(), [&](const Problem& a, const Problem& b) { return key(a) < key(b); });
  const auto same = [&](const Problem& a, const Problem& b) { return key(a) == key(b); };
  list.erase(std::unique(list.begin(), list.end(), same), list.end());
  return list;
}

}  // namespace

std::string readable(std::string text) {
  constexpr std::size_t longest_quoted = 100, kept = 60, longest = 3000;
  const auto is_control = [](char c) { return (c >= 0 && c < 0x20 && c != '\n' && c != '\t') || c == 0x7f; };
  if (std::ranges::any_of(text, is_control)) text = with_visible_controls(text);
  const auto is_part_of_word = [&](std::size_t at) {  // as in "patients' own"
    return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0;
  };
  for (std::size_t begin = text.find('\''); begin != std::string::npos; begin = text.find('\'', begin + 1)) {
    if (begin > 0 && is_part_of_word(begin - 1)) continue;
    std::size_t end = text.find('\'', begin + 1);
    while (end != std::string::npos && is_part_of_word(end + 1)) end = text.find('\'', end + 1);
    if (end == std::string::npos) break;
    if (end - begin - 1 > longest_quoted) {
      shorten(text, begin + 1, end, kept);
      end = text.find('\'', begin + 1 + kept);
    }
    begin = end;
  }
  if (text.size() > longest) shorten(text, 0, text.size() - longest / 6, longest / 2);
  return text;
}

std::vector<Problem> Problems::sorted() const { return in_order(list_); }

std::vector<Problem> Problems::sorted_notes() const { return in_order(notes_); }

std::string to_string(const Problem& problem) {
  const auto& [file, line, column] = problem.where;
  std::string text = file;
  if (line > 0) {
    if (!text.empty()) text += ':';
    text += std::to_string(line);
    if (column > 0) text.append(1, ':').append(std::to_string(column));
  }
  if (!text.empty()) text += ": ";
  return text + problem.text;
}

ScenarioError::ScenarioError(std::vector<Problem> problems)
    : std::runtime_error(all_lines(problems)), problems_(std::move(problems)) {}

std::string there_are(std::string_view name, const std::vector<std::string>& names) {
  constexpr std::size_t most = 10;
  if (names.empty()) return "; there are none";
  const std::string wanted = lower_case(name);
  const auto holds = [&](const std::string& candidate) {
    return lower_case(candidate).find(wanted) != std::string::npos;
  };
  std::vector<std::string> sorted = names;
  std::stable_partition(sorted.begin(), sorted.end(), holds);
  std::string text = did_you_mean(name, names) + "; there " + (names.size() == 1 ? "is " : "are ");
  for (std::size_t i = 0; i < sorted.size() && i < most; ++i) text += (i == 0 ? "'" : ", '") + sorted[i] + "'";
  if (sorted.size() > most) text += " and " + std::to_string(sorted.size() - most) + " more";
  return text;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  constexpr std::size_t longest_name = 100;
  if (name.empty() || name.size() > longest_name) return "";
  const std::string wanted = lower_case(name);
  const std::size_t tolerated = wanted.size() < 3 ? 0 : std::max<std::size_t>(1, wanted.size() / 3);
  const std::string* nearest = nullptr;
  std::size_t smallest = tolerated + 1;
  for (const std::string& candidate : candidates)
    if (candidate != name && lower_case(candidate) == wanted) return "; did you mean '" + candidate + "'?";
  for (const std::string& candidate : candidates)
    if (begins_words_of(wanted, lower_case(candidate))) return "; did you mean '" + candidate + "'?";
  for (const std::string& candidate : candidates) {
    if (candidate == name || candidate.size() > longest_name) continue;
    const std::size_t distance = edit_distance(wanted, lower_case(candidate));
    if (distance < smallest) smallest = distance, nearest = &candidate;
  }
  return nearest == nullptr ? "" : "; did you mean '" + *nearest + "'?";
}

}  // namespace vt
