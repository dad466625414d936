#pragma once
/// \file Typed reading of tables: every function reports what is wrong at the place where it stands, and goes on.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/problems.hpp"
#include "host/scenario/scenario.hpp"
#include "host/scenario/toml/tree.hpp"

namespace vt {

/// Inclusive bounds; `above_low` leaves the lower one out.
struct Range {
  double low = -1e300, high = 1e300;
  bool above_low = false;
};
inline constexpr Range kAny{};
inline constexpr Range kPositive{0, 1e300, true};

/// One entry and its name in messages ("arm.'400 mg QD'.share"); false if it is not there.
struct Field {
  const Node* node = nullptr;
  std::string path;
  Problems* problems = nullptr;

  explicit operator bool() const { return node != nullptr; }
  /// "PATH TEXT" at the field's place.
  void complain(std::string_view text) const;
};

/// Reads one table; what nobody asked for is an unknown key.
class TableReader {
 public:
  TableReader(const Node& table, std::string path, Problems& problems);

  Field get(std::string_view key);
  /// The entry, or a Problem: "PATH has no KEY (why); suggestion".
  Field need(std::string_view key, std::string_view why);
  /// A Problem at the table's place: "PATH TEXT".
  void complain(std::string_view text) const {
    problems_.add(table_.where, (path_.empty() ? "the scenario" : path_) + " " + std::string(text));
  }
  /// Unknown keys become Problems.
  void finish();

  const Node& table() const { return table_; }
  const std::string& path() const { return path_; }
  Problems& problems() const { return problems_; }

 private:
  const Node& table_;
  std::string path_;
  Problems& problems_;
  static constexpr std::size_t usual_keys = 16;
  std::vector<std::string> known_;
};

/// "a table", "a whole number", …
std::string_view words_for(Node::Kind kind);

/// "; did you mean …", unless there are too many candidates to compare.
std::string suggest(std::string_view name, const std::vector<std::string>& candidates);

/// One of a closed list of words; the Problem lists them all.
std::string read_choice(const Field& field, const std::vector<std::string>& choices);

/// The names of a table of kernels/vocabulary, to choose from.
template <class Entry, std::size_t N>
std::vector<std::string> names_of(const Entry (&table)[N]) {
  std::vector<std::string> names;
  for (const Entry& one : table) names.emplace_back(one.name);
  return names;
}

/// Text that is not empty.
Text read_text(const Field& field);

/// One text, or a list of different texts.
std::vector<Text> read_texts(const Field& field);

/// A number in `unit`: a plain one where the unit is "" ("10 %" is 0.1 there), else "400 mg".
std::optional<double> read_number(const Field& field, std::string_view unit, const Range& range);

/// A number that text such as "10 mg" has after conversion to the unit of kernels/; a plain number has the unit "".
/// Percent stays percent.
std::optional<double> read_any_number(const Field& field, std::string& unit);

/// true or false; false where it is not there.
bool read_flag(const Field& field);

std::optional<std::int64_t> read_whole(const Field& field, std::int64_t low, std::int64_t high);

/// "month 6", as whole days after the first dose.
std::optional<std::int32_t> read_trial_time(const Field& field);

/// "12 month", as whole days, half a day rounded up.
std::optional<std::int32_t> read_days(const Field& field, std::int32_t low, std::int32_t high);

/// The numbers of a list.
std::vector<double> read_numbers(const Field& field, const Range& range);

/// A square or rectangular list of lists of numbers; empty if it is not.
std::vector<std::vector<double>> read_rows(const Field& field, std::size_t columns, const Range& range);

/// source, basis, to. When `is_required`, their absence is a Problem of the table.
Origin read_origin(TableReader& reader, bool is_required);

/// What a regimen may be where it stands.
struct RegimenRule {
  bool may_be_schedule = false;
  bool is_relative = false;    ///< days of a schedule count from the day on which a rule fires
  bool may_have_from = false;  ///< from = "800 mg": the daily dose that it follows
};

/// { dose = "400 mg", every = "24 h", on = "4 day", off = "3 day" }, { dose = { formula = "…" }, … }, { schedule = […]
/// }
RegimenSpec read_regimen(const Field& field, const RegimenRule& rule = {});
std::vector<RegimenSpec> read_regimens(const Field& field, const RegimenRule& rule = {});

/// Fields of a list's items, "PATH[2]".
std::vector<Field> items_of(const Field& field);

}  // namespace vt
